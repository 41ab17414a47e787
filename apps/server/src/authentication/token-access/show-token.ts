/** Logons to the consoles: a passcode, and answers to further questions. A question is a refusal that contains it. */

import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { done, type Outcome, type Refused } from '../../core/outcome.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { AttemptStep, Attempts, RequestingClient } from '../challenge/attempt.ts';

export type Shown = {
  readonly userId: string;
  readonly passcode: string;
  /** The challenge that `passcode` answers. */
  readonly challenge?: string | undefined;
};

/** @returns what was accepted, or false if it was rejected; or the refusal that contains the next question */
export async function showToken(
  attempts: Attempts,
  shown: RequestingClient & Shown,
): Promise<Outcome<'token' | 'emergency' | false>> {
  const { passcode, challenge, userId, ...client } = shown;
  const step =
    challenge === undefined
      ? await attempts.start({ ...client, userId, passcode })
      : await attempts.answer({ ...client, userId, attempt: challenge, answer: passcode });
  if (step.state === 'challenge') return asking(step);
  // A challenge belongs to the authentication of one user, and lets no other user in.
  const theirs = step.state === 'accepted' && userIdKey(step.userId) === userIdKey(userId);
  return done(theirs && (step.means ?? 'token'));
}

const asking = ({
  attempt: id,
  challenge,
  expiresAt,
}: Extract<AttemptStep, { state: 'challenge' }>): Refused => ({
  ok: false,
  problem: 'answer-needed',
  detail: text('log-on.step-required'),
  challenge: { id, challenge, expiresAt: isoTime(expiresAt) },
});
