/** From a right passcode to the client's answer: accepted, or the question that the token's mode requires. */

import { text } from '@sower/texts/outcomes';
import type { AuditEvent } from '../../store/audit/rows.ts';
import { findNextTokencodes, type ShownAnew } from '../../store/authentication/attempts.ts';
import type { Reason } from '../../store/db/reason.ts';
import { NO_USER } from '../../store/schema/brands.ts';
import type { VerifiableRow } from '../../store/tokens/seeds.ts';
import type { AttemptStep, RequestingClient } from '../challenge/attempt.ts';
import { noPinMade, openQuestion, questionFor, type Shown } from '../challenge/question.ts';
import { STALE } from '../limits/keyed-mutex.ts';
import type { Acceptance } from './acceptance.ts';
import type { EmergencyMatch } from './emergency-match.ts';
import { type Match, nextWindow } from './match.ts';
import { type AuthenticateContext, acceptedAs, type Subject } from './subject.ts';
import { learnedDrift } from './window.ts';

/**
 * Accepts the interval of a match, once in the life of its seed. Then either the authentication is complete, or the question that the
 * token's mode requires is open.
 * @param how what the user has shown so far in this authentication
 */
export async function acceptMatch(
  context: AuthenticateContext,
  subject: Subject,
  match: Match,
  how: {
    readonly shown: Shown;
    readonly binding: string;
    readonly event: Omit<AuditEvent, 'result'>;
    readonly newAttempt: RequestingClient['newAttempt'];
  },
): Promise<AttemptStep | typeof STALE> {
  const { candidate, position } = match;
  const { event } = how;
  const policy = subject.policies.token;
  let due = questionFor(match, policy, how.shown, subject.now);
  let answers: ShownAnew | undefined;
  if (due?.kind === 'next-tokencode') {
    answers = await shownAnew(context, subject, match, event.actor);
    if (answers) due = questionFor(match, policy, 'next-tokencode', subject.now);
  }
  const question =
    due &&
    openQuestion(context, {
      kind: due.kind,
      client: event.actor,
      binding: how.binding,
      userKey: subject.key,
      candidate,
      position,
      policy,
      tries: 0,
      newAttempt: how.newAttempt,
    });
  // No PIN could be made: the passcode is used up as if the user had not taken the PIN.
  const unasked = due !== undefined && question === undefined;
  const committed = await context.commit({
    ...acceptance(subject, match, event, due?.kind, question?.row, due?.reason),
    ...(unasked && { audit: { ...event, result: 'refused', reason: noPinMade(candidate) } }),
    // Anyone who answers has already shown a right tokencode: other people's wrong ones do not stop them.
    seen: how.shown === 'passcode' ? subject.seen : null,
    answers,
  });
  if (committed === 'stale') return STALE;
  if (committed === 'lost' || unasked) return { state: 'rejected' };
  return (
    question?.step ?? {
      state: 'accepted',
      ...whoOf(subject),
      serial: candidate.serial,
    }
  );
}

/** The question that a passcode answers: the tokencode before it was entered a moment ago, through a client that cannot ask. */
export async function shownAnew(
  context: Pick<AuthenticateContext, 'db'>,
  { now }: Subject,
  { candidate, position }: Match,
  client: string,
): Promise<ShownAnew | undefined> {
  const shown = { tokenId: candidate.tokenId, client, position, now };
  const open = await findNextTokencodes(context.db, shown);
  const follows = open.some((question) => {
    const { to, from } = nextWindow(candidate, { ...question, askedAt: question.created_at }, now);
    return from <= position && position <= to;
  });
  return follows ? shown : undefined;
}

/** What a match says about the token's clock. One that is not enough by itself says nothing. */
export function learned(
  subject: Subject,
  { candidate, position }: Match,
  complete: boolean,
): { readonly drift: number; readonly lastAcceptedAt: number | null } {
  return complete
    ? {
        drift: learnedDrift(candidate, position, subject.settings, subject.now),
        lastAcceptedAt: subject.now,
      }
    : { drift: candidate.drift, lastAcceptedAt: candidate.lastAcceptedAt };
}

function acceptance(
  subject: Subject,
  match: Match,
  event: Omit<AuditEvent, 'result'>,
  due: string | undefined,
  attempt: Acceptance['attempt'],
  reason: Reason | undefined,
): Omit<Acceptance, 'seen'> {
  const { candidate, position } = match;
  const complete = due !== 'next-tokencode';
  const { drift, lastAcceptedAt } = learned(subject, match, complete || match.near);
  const { serial } = candidate;
  const row = subject.rows[0];
  return {
    kind: 'accept',
    userRow: row?.user_row ?? NO_USER,
    candidate,
    position,
    drift,
    lastAcceptedAt,
    complete,
    failed: candidate.failures > 0 || hasFailed(row),
    attempt,
    audit:
      reason === undefined
        ? { ...event, result: 'success', reason: acceptedAs(subject, text('event.token-only', { serial })) }
        : {
            ...event,
            action: 'authenticate.challenge',
            result: 'success',
            reason: text('event.token', { serial, reason }),
          },
    lost: {
      ...event,
      result: 'refused',
      reason: text('event.token', { serial, reason: text('event.tokencode-used') }),
    },
  };
}

/** An emergency tokencode leads to no question: it is for users who cannot show more. */
export async function acceptEmergency(
  context: AuthenticateContext,
  subject: Subject,
  match: EmergencyMatch,
  event: Omit<AuditEvent, 'result'>,
): Promise<AttemptStep | typeof STALE> {
  const row = subject.rows[0];
  const { serial } = match;
  const fixed = match.code.kind === 'fixed';
  const committed = await context.commit({
    kind: 'emergency',
    userRow: row?.user_row ?? NO_USER,
    seen: subject.seen,
    match,
    at: subject.now,
    failed: match.failures > 0 || hasFailed(row),
    audit: {
      ...event,
      result: 'success',
      reason: acceptedAs(
        subject,
        text('event.token', {
          serial,
          reason: fixed ? text('event.emergency-fixed') : text('event.emergency-set'),
        }),
      ),
    },
    lost: {
      ...event,
      result: 'refused',
      reason: text('event.token', {
        serial,
        reason: fixed ? text('event.emergency-fixed-used') : text('event.emergency-set-used'),
      }),
    },
  });
  if (committed === 'stale') return STALE;
  return committed === 'done'
    ? { state: 'accepted', ...whoOf(subject), serial: match.serial, means: 'emergency' }
    : { state: 'rejected' };
}

/** Something that belongs to the user matched, so there is a row. */
const whoOf = ({ rows, groups }: Subject) => ({
  userId: rows[0]?.user_name ?? '',
  domain: rows[0]?.user_domain ?? '',
  ...(groups === undefined ? {} : { groups }),
});

/** Whether wrong passcodes of the user are counted, or were until a lock that has ended. */
export const hasFailed = (row: VerifiableRow | undefined): boolean =>
  (row?.user_failures ?? 0) > 0 || (row?.user_locks ?? 0) > 0;
