/** How long a token or a user waits after wrong passcodes. */
import type { Policies } from '@sower/api/policies';

/** Clocks of several processes differ by less. */
const CLOCKS_APART_MILLISECONDS = 60_000;

/**
 * After some wrong passcodes in a row a token waits 1 s, 2 s, 4 s … until the longest: guessing gets nowhere, and a stranger who
 * guesses on purpose delays the owner but does not lock them out. What is tried during the wait is not counted: it cannot prolong it.
 * @returns epoch milliseconds; 0 when it does not wait
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

/** @returns epoch milliseconds; 0 when the user is not locked */
export function lockedUntil(
  user: { readonly locked_until: number | null },
  policies: Policies,
  now: number,
): number {
  return possible(user.locked_until ?? 0, policies.lockout.longestLockMinutes * 60_000, now);
}

/** What would last longer than it ever does began while the server's clock was ahead: nobody waits for a clock that was put right. */
const possible = (until: number, longest: number, now: number): number =>
  until - now > longest + CLOCKS_APART_MILLISECONDS ? 0 : until;
