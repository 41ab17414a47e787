/**
 * The only function that can accept a passcode.
 *
 * One indexed read, the window of every seed computed whatever matches, one compare-and-set made durable together with others. For an
 * unknown user, a wrong passcode, a used one, a disabled or held-back token, the caller learns "rejected" and nothing else, after the same
 * work; the audit trail says why. If the token is in New PIN or Next Tokencode mode, a right passcode is still accepted and used up, and
 * leads to a question; answer.ts checks the answers.
 */

import { type Text, text } from '@sower/texts/outcomes';
import type { AuditEvent } from '../../store/audit/rows.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { decoyUser, NO_TOKEN } from '../../store/schema/brands.ts';
import { answerAttempt, cancelAttempt } from '../challenge/answer.ts';
import type { AttemptStep, Attempts, PasswordFault, RequestingClient } from '../challenge/attempt.ts';
import { lookAt, STALE } from '../limits/keyed-mutex.ts';
import { acceptEmergency, acceptMatch } from './accept-match.ts';
import type { Rejection } from './acceptance.ts';
import { decoyMaker } from './candidate.ts';
import { type EmergencyMatch, findEmergencyMatch, tokensInEmergency } from './emergency-match.ts';
import { findMatch, isRight, type Match } from './match.ts';
import { type AuthenticateContext, eventOf, type Subject, subjectOf } from './subject.ts';
import { unmovedUser } from './unmoved.ts';

/** Called for each step, for counting: `path` is the kind of client. */
export type Observe = (path: string, outcome: AttemptStep['state']) => void;

/**
 * How many may wait for one user, in each process: anyone who sends passcodes of one user faster than they can be checked would otherwise hold
 * all that a process answers at once, and everybody's with them.
 */
export const MAX_WAITING = 256;

export function authenticator(context: AuthenticateContext & { readonly observe: Observe }): Attempts {
  const decoy = decoyMaker(context);
  const observed = async (request: RequestingClient, step: Promise<AttemptStep>): Promise<AttemptStep> => {
    const taken = await step;
    if (taken.state !== 'rejected' || !taken.unmoved)
      context.observe(request.client.split(':', 1)[0] ?? '', taken.state);
    return taken;
  };

  async function start(
    key: string,
    request: Parameters<Attempts['start']>[0],
  ): Promise<AttemptStep | typeof STALE> {
    const subject = await subjectOf(context, key, request);
    const match = findMatch(
      subject.candidates.length > 0 ? subject.candidates : [decoy()],
      request.passcode,
      subject.settings,
      subject.now,
      request.fault === undefined,
    );
    const event = eventOf(request, subject.rows[0]?.user_name ?? request.userId);
    const right = isRight(match);
    if (right && !request.fault) {
      return acceptMatch(context, subject, match, {
        shown: 'passcode',
        binding: request.binding ?? '',
        event,
        newAttempt: request.newAttempt,
      });
    }
    const emergency = await findEmergencyMatch(context, subject, request.passcode);
    if (emergency && !emergency.oldPin && !request.tokenOnly && !request.fault)
      return acceptEmergency(context, subject, emergency, event);
    const standing =
      request.forwarded &&
      !request.fault &&
      (await unmovedUser(context, subject, request.forwarded, request));
    if (standing && 'userKey' in standing) return { state: 'rejected', unmoved: standing };
    const verdict = request.fault
      ? faulty(subject, match, event, { fault: request.fault, right: right || emergency !== undefined })
      : rejection(subject, match, event);
    return (await context.commit(emergency && !request.fault ? notGood(verdict, emergency) : verdict)) ===
      'stale'
      ? STALE
      : { state: 'rejected' };
  }

  return {
    start: (request) => {
      const key = userIdKey(request.userId);
      return observed(
        request,
        lookAt(context, key, () => start(key, request), request.asked ? undefined : MAX_WAITING),
      );
    },
    answer: (request) => observed(request, answerAttempt(context, request)),
    cancel: (request) => cancelAttempt(context, request),
  };
}

/** A row that belongs to no user: the counting statements run for it too, and change nothing. */
const NOBODY = NO_TOKEN;

/** A right passcode at the wrong time is not a guess; everything else counts against every token it could have been for. */
function rejection(subject: Subject, match: Match | undefined, event: Omit<AuditEvent, 'result'>): Rejection {
  const guess = match === undefined || match.candidate.tokenId === NOBODY;
  const guessable = [...subject.candidates, ...tokensInEmergency(subject)];
  const counting = guess ? guessable.filter(({ heldBack }) => !heldBack).map(({ tokenId }) => tokenId) : [];
  const known = subject.rows.length > 0;
  const counted = guess && known && (counting.length > 0 || guessable.length === 0);
  return {
    kind: 'reject',
    userRow: subject.rows[0]?.user_row ?? decoyUser(subject.key),
    seen: subject.seen,
    countAgainst: counting.length > 0 ? [...new Set(counting)] : [NOBODY],
    countUser: counted,
    lockout: subject.policies.lockout,
    at: subject.now,
    audit: { ...event, result: 'refused', reason: rejectionReason(subject, match) },
  };
}

/** Right, but not accepted here, so not a guess. */
function notGood(verdict: Rejection, { serial, oldPin }: EmergencyMatch): Rejection {
  const reason = text(oldPin ? 'event.emergency-old-pin' : 'event.emergency-not-here', { serial });
  return { ...verdict, countAgainst: [NOBODY], countUser: false, audit: { ...verdict.audit, reason } };
}

/** Not accepted because of the password. A wrong password with a right passcode is a guess too: someone may have found the token. */
function faulty(
  subject: Subject,
  match: Match | undefined,
  event: Omit<AuditEvent, 'result'>,
  { fault, right }: { readonly fault: PasswordFault; readonly right: boolean },
): Rejection {
  const verdict = rejection(subject, fault.guess && right ? undefined : match, event);
  const passcode = right ? text('event.right-not-used') : rejectionReason(subject, match);
  const reason = text('event.password-and-passcode-were', { password: fault.reason, passcode });
  const counts = fault.guess || !right;
  return {
    ...verdict,
    ...(counts ? {} : { countAgainst: [NOBODY], countUser: false }),
    audit: { ...verdict.audit, reason },
  };
}

export function rejectionReason(subject: Subject, match: Match | undefined): Text | string {
  if (subject.outside) return subject.outside;
  if (subject.rows.length === 0) return text('event.no-such-user');
  if (subject.candidates.length === 0) return text('event.no-provisioned-token');
  const stopped = subject.candidates.find(({ waits }) => waits !== undefined)?.waits;
  if (!match)
    return stopped === undefined
      ? text('event.wrong-passcode')
      : text('event.wrong-passcode-and', { reason: stopped });
  const { serial, barred, waits } = match.candidate;
  return text('event.token', { serial, reason: barred ?? waits ?? text('event.tokencode-used') });
}
