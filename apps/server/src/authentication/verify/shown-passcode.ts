/** A passcode shown for something else than getting in: a test, or the proof before a change of PIN. It is used up all the same. */

import type { AuditEvent } from '../../store/tables/audit.ts';
import { userIdKey } from '../../store/tables/users.ts';
import { inNextTokencodeMode } from '../challenge/question.ts';
import { lookAt, STALE } from '../limits/one-at-a-time.ts';
import { doerFor, type HeldToken, type Requester } from '../token-access/held-token.ts';
import { hasFailed } from './accept-match.ts';
import { findMatch } from './match.ts';
import { type AuthenticateUses, type Subject, subjectOf } from './subject.ts';
import { learnedDrift } from './window.ts';

export type Shown =
  | { readonly right: true; readonly subject: Subject }
  /** A sentence for the person. */
  | { readonly right: false; readonly reason: string };

/** Wrong passcodes of the holder are counted like those of any stranger; those of an administrator, who may do more, are not. */
export function showPasscode(
  uses: AuthenticateUses,
  who: Requester,
  token: HeldToken,
  passcode: string,
): Promise<Shown> {
  const key = userIdKey(token.holder);
  return lookAt(uses, key, () => look(uses, key, who, token, passcode));
}

async function look(
  uses: AuthenticateUses,
  key: string,
  who: Requester,
  token: HeldToken,
  passcode: string,
): Promise<Shown | typeof STALE> {
  const subject = await subjectOf(uses, key);
  const candidates = subject.candidates.filter(({ tokenId }) => tokenId === token.id);
  const match = findMatch(candidates, passcode, subject.settings, subject.now);
  const event: Omit<AuditEvent, 'result'> = {
    actor: doerFor(who).name,
    action: 'token.test',
    object: `token:${token.serial}`,
    source: who.source,
  };
  const row = subject.rows[0];
  const userRow = row?.user_row ?? token.user_id;
  const used = 'This tokencode was used already. Wait for the next one.';
  if (match && match.candidate.barred === undefined && match.candidate.waits === undefined) {
    const { candidate, position } = match;
    const committed = await uses.commit({
      kind: 'accept',
      userRow,
      seen: subject.seen,
      candidate,
      position,
      drift: learnedDrift(candidate, position, subject.settings, subject.now),
      at: subject.now,
      complete: !inNextTokencodeMode(candidate, subject.policies.token),
      failed: candidate.failures > 0 || hasFailed(row),
      audit: { ...event, result: 'success' },
      lost: { ...event, result: 'refused', reason: 'this tokencode was used already' },
    });
    if (committed === 'stale') return STALE;
    return committed === 'done' ? { right: true, subject } : { right: false, reason: used };
  }
  const waits = candidates.find((candidate) => candidate.waits !== undefined)?.waits;
  const wrong = waits === undefined ? 'wrong passcode' : `wrong passcode, and ${waits}`;
  const reason = match ? (match.candidate.barred ?? match.candidate.waits ?? '') : wrong;
  const committed = await uses.commit({
    kind: 'reject',
    userRow,
    seen: subject.seen,
    countAgainst: !match && who.kind === 'user' && waits === undefined ? [token.id] : [],
    countUser: !match && who.kind === 'user' && waits === undefined,
    lockout: subject.policies.lockout,
    at: subject.now,
    audit: { ...event, result: 'refused', reason },
  });
  if (committed === 'stale') return STALE;
  return { right: false, reason: sentence(candidates.length, match ? reason : (waits ?? undefined)) };
}

function sentence(candidates: number, reason: string | undefined): string {
  if (candidates === 0)
    return 'The token has not been imported into an authenticator yet. Distribute it first.';
  if (reason === undefined)
    return 'The passcode is wrong. Enter what the token shows now, with the PIN where it has one.';
  return `It is not accepted at present: ${reason}.`;
}
