/** From a right passcode to what the asker is told: accepted, or the question that the token's mode asks. */
import { findNextTokencode, type ShownAnew } from '../../store/tables/attempts.ts';
import type { AuditEvent } from '../../store/tables/audit.ts';
import type { VerifiableRow } from '../../store/tables/seeds.ts';
import type { AttemptStep } from '../challenge/attempt.ts';
import { openQuestion, questionFor, type Shown } from '../challenge/question.ts';
import { STALE } from '../limits/one-at-a-time.ts';
import type { Acceptance } from './acceptance.ts';
import type { EmergencyMatch } from './emergency-match.ts';
import type { Match } from './match.ts';
import type { AuthenticateUses, Subject } from './subject.ts';
import { learnedDrift } from './window.ts';

/**
 * Accepts the interval of a match, once in the life of its seed; then either that was all, or the question that the token's mode asks
 * is open.
 * @param how what the person has shown so far in this authentication
 */
export async function acceptMatch(
  uses: AuthenticateUses,
  subject: Subject,
  match: Match,
  how: { readonly shown: Shown; readonly binding: string; readonly event: Omit<AuditEvent, 'result'> },
): Promise<AttemptStep | typeof STALE> {
  const { candidate, position } = match;
  const { event } = how;
  const policy = subject.policies.token;
  let due = questionFor(candidate, policy, how.shown, subject.now);
  let answers: ShownAnew | undefined;
  if (due?.kind === 'next-tokencode') {
    const shown = { tokenId: candidate.tokenId, asker: event.actor, position, now: subject.now };
    // The tokencode before this one was shown a moment ago, by somebody who could not be asked.
    if (await findNextTokencode(uses.db, shown)) {
      answers = shown;
      due = questionFor(candidate, policy, 'next-tokencode', subject.now);
    }
  }
  const question =
    due &&
    openQuestion(uses, {
      kind: due.kind,
      asker: event.actor,
      binding: how.binding,
      userKey: subject.key,
      candidate,
      position,
      policy,
      tries: 0,
    });
  const committed = await uses.commit({
    ...acceptance(subject, match, event, due?.kind, question?.row, due?.reason),
    // Who answers has shown a right tokencode before: wrong ones of others do not stop them.
    seen: how.shown === 'passcode' ? subject.seen : null,
    answers,
  });
  if (committed === 'stale') return STALE;
  if (committed === 'lost') return { state: 'rejected' };
  return (
    question?.step ?? {
      state: 'accepted',
      ...whoOf(subject),
      serial: candidate.serial,
    }
  );
}

function acceptance(
  subject: Subject,
  { candidate, position }: Match,
  event: Omit<AuditEvent, 'result'>,
  due: string | undefined,
  attempt: Acceptance['attempt'],
  reason: string | undefined,
): Omit<Acceptance, 'seen'> {
  const token = `token ${candidate.serial}`;
  const row = subject.rows[0];
  return {
    kind: 'accept',
    userRow: row?.user_row ?? '',
    candidate,
    position,
    drift: learnedDrift(candidate, position, subject.settings, subject.now),
    at: subject.now,
    complete: due !== 'next-tokencode',
    failed: candidate.failures > 0 || hasFailed(row),
    attempt,
    audit:
      reason === undefined
        ? { ...event, result: 'success', reason: token }
        : { ...event, action: 'authenticate.challenge', result: 'success', reason: `${token}: ${reason}` },
    lost: { ...event, result: 'refused', reason: `${token}: this tokencode was used already` },
  };
}

/** It asks nothing further: it is the way in for who cannot show more. */
export async function acceptEmergency(
  uses: AuthenticateUses,
  subject: Subject,
  match: EmergencyMatch,
  event: Omit<AuditEvent, 'result'>,
): Promise<AttemptStep | typeof STALE> {
  const row = subject.rows[0];
  const token = `token ${match.serial}`;
  const what = match.code.kind === 'fixed' ? 'fixed emergency tokencode' : 'one-time emergency tokencode';
  const committed = await uses.commit({
    kind: 'emergency',
    userRow: row?.user_row ?? '',
    seen: subject.seen,
    match,
    at: subject.now,
    failed: match.failures > 0 || hasFailed(row),
    audit: { ...event, result: 'success', reason: `${token}: ${what}` },
    lost: { ...event, result: 'refused', reason: `${token}: this ${what} was used already` },
  });
  if (committed === 'stale') return STALE;
  return committed === 'done'
    ? { state: 'accepted', ...whoOf(subject), serial: match.serial, means: 'emergency' }
    : { state: 'rejected' };
}

/** Something of theirs matched: there is a row. */
const whoOf = ({ rows }: Subject) => ({
  userId: rows[0]?.user_name ?? '',
  domain: rows[0]?.user_domain ?? '',
});

/** Whether wrong passcodes of the user are counted, or were until a lock that has ended. */
export const hasFailed = (row: VerifiableRow | undefined): boolean =>
  (row?.user_failures ?? 0) > 0 || (row?.user_locks ?? 0) > 0;
