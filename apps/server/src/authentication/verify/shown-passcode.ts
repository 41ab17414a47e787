/** A passcode shown for something other than logging on: a test, or a proof before a PIN change. It is used up all the same. */

import { type Text, text } from '@sower/texts/outcomes';
import type { AuditEvent } from '../../store/audit/rows.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { NewRow } from '../../store/schema/schema.ts';
import { inNextTokencodeMode, openQuestion } from '../challenge/question.ts';
import { lookAt, STALE } from '../limits/keyed-mutex.ts';
import { type ActorOrUser, type AssignedTokenRow, auditActorFor } from '../token-access/assigned-token.ts';
import { hasFailed, learned, shownAnew } from './accept-match.ts';
import { findMatch, type Match, mayBeAccepted } from './match.ts';
import { type AuthenticateContext, type Subject, subjectOf } from './subject.ts';

export type Shown =
  | { readonly right: true; readonly subject: Subject }
  /** `askNext`: it was right, and the next one will be enough. */
  | { readonly right: false; readonly reason: Text; readonly askNext?: true };

/** Wrong passcodes of the user count like those of any stranger; those of an administrator, who has more rights, do not. */
export function showPasscode(
  context: AuthenticateContext,
  who: ActorOrUser,
  token: AssignedTokenRow,
  passcode: string,
): Promise<Shown> {
  const key = userIdKey(token.holder);
  return lookAt(context, key, () => look(context, key, who, token, passcode));
}

async function look(
  context: AuthenticateContext,
  key: string,
  who: ActorOrUser,
  token: AssignedTokenRow,
  passcode: string,
): Promise<Shown | typeof STALE> {
  const subject = await subjectOf(context, key);
  const candidates = subject.candidates.filter(({ tokenId }) => tokenId === token.id);
  const match = findMatch(candidates, passcode, subject.settings, subject.now);
  const event: Omit<AuditEvent, 'result'> = {
    actor: auditActorFor(who).name,
    action: 'token.test',
    object: `token:${token.serial}`,
    source: who.source,
  };
  const row = subject.rows[0];
  const userRow = row?.user_row ?? token.user_id;
  const used = text('passcode.used');
  if (match && mayBeAccepted(match.candidate)) {
    const { candidate, position } = match;
    const answers = match.near ? undefined : await shownAnew(context, subject, match, event.actor);
    const enough = match.near || answers !== undefined;
    const committed = await context.commit({
      kind: 'accept',
      userRow,
      seen: subject.seen,
      candidate,
      position,
      ...learned(subject, match, enough),
      complete: enough && !inNextTokencodeMode(candidate, subject.policies.token),
      failed: candidate.failures > 0 || hasFailed(row),
      answers,
      attempt: enough ? undefined : askAnew(context, subject, match, event.actor),
      audit: enough
        ? { ...event, result: 'success' }
        : {
            ...event,
            result: 'refused',
            reason: text('event.right-but-strayed'),
          },
      lost: { ...event, result: 'refused', reason: text('event.tokencode-used') },
    });
    if (committed === 'stale') return STALE;
    if (committed === 'lost') return { right: false, reason: used };
    return enough ? { right: true, subject } : { right: false, reason: STRAYED, askNext: true };
  }
  const waits = candidates.find((candidate) => candidate.waits !== undefined)?.waits;
  const wrong =
    waits === undefined ? text('event.wrong-passcode') : text('event.wrong-passcode-and', { reason: waits });
  const stopped = match?.candidate.barred ?? match?.candidate.waits;
  const committed = await context.commit({
    kind: 'reject',
    userRow,
    seen: subject.seen,
    countAgainst: !match && who.kind === 'user' && waits === undefined ? [token.id] : [],
    countUser: !match && who.kind === 'user' && waits === undefined,
    lockout: subject.policies.lockout,
    at: subject.now,
    audit: { ...event, result: 'refused', reason: match ? stopped : wrong },
  });
  if (committed === 'stale') return STALE;
  return { right: false, reason: refusalOf(candidates.length, match ? stopped : waits) };
}

const STRAYED = text('passcode.right-but-strayed');

/** A question whose name no one gets: the next passcode that the same person shows here answers it. */
function askAnew(
  context: AuthenticateContext,
  subject: Subject,
  { candidate, position }: Match,
  client: string,
): NewRow<'attempts'> {
  return openQuestion(context, {
    kind: 'next-tokencode',
    client,
    binding: '',
    userKey: subject.key,
    candidate,
    position,
    policy: subject.policies.token,
    tries: 0,
  }).row;
}

function refusalOf(candidates: number, reason: Text | undefined): Text {
  if (candidates === 0) return text('token.not-provisioned');
  if (reason === undefined) return text('passcode.wrong');
  return text('passcode.barred', { reason });
}
