/** How long a token or a user waits after wrong passcodes, and how an administrator ends the wait. */

import type { Policies } from '@sower/api/policies';
import { MINUTE } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { changingUser } from '../../directory/users.ts';
import { clearUserFailures } from '../../store/authentication/user-locks.ts';
import { clearFailures, listTokensOf } from '../../store/tokens/tokens.ts';

/** The clocks of several processes differ by less than this. */
const CLOCKS_APART_MILLISECONDS = MINUTE;

/**
 * After some wrong passcodes in a row, a token waits 1 s, 2 s, 4 s … up to the maximum. Guessing gets nowhere, and a stranger who guesses
 * on purpose delays the owner but does not lock them out. Attempts during the wait are not counted, so they cannot prolong it.
 * @returns epoch milliseconds; 0 if it does not wait
 */
export function heldBackUntil(
  token: { readonly failures: number | null; readonly last_failure_at: number | null },
  policies: Policies,
  now: number,
): number {
  const allowed = policies.token.wrongBeforeHoldBack;
  const failures = token.failures ?? 0;
  if (failures < allowed || token.last_failure_at === null) return 0;
  const wait = Math.min(
    1000 * 2 ** Math.min(failures - allowed, 20),
    policies.lockout.longestHoldBackSeconds * 1000,
  );
  return possible(token.last_failure_at + wait, wait, now);
}

/** @returns epoch milliseconds; 0 if the user is not locked */
export function lockedUntil(
  user: { readonly locked_until: number | null },
  policies: Policies,
  now: number,
): number {
  return possible(user.locked_until ?? 0, policies.lockout.longestLockMinutes * MINUTE, now);
}

/** A wait longer than the maximum began while the server's clock was ahead. After the clock is corrected, no one has to sit it out. */
const possible = (until: number, longest: number, now: number): number =>
  until - now > longest + CLOCKS_APART_MILLISECONDS ? 0 : until;

/** Unlocking at once a user or token that has to wait after wrong passcodes. */
export const unlockUser = (
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  userId: string,
) =>
  changingUser(context, actor, 'tokens:edit', userId, async (trx, user) => {
    await clearUserFailures(trx, [user.id]);
    await clearFailures(
      trx,
      (await listTokensOf(trx, [user.id])).map(({ id }) => id),
    );
    await record(trx, context, actor, { action: 'user.unlock', object: `user:${user.user_id}` });
    return undefined;
  });
