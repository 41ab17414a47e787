/** How long a token waits after wrong passcodes. */

/**
 * After some wrong passcodes in a row a token waits 1 s, 2 s, 4 s … until the longest: guessing gets nowhere, and a stranger who
 * guesses on purpose delays the owner but does not lock them out. What is tried during the wait is not counted: it cannot prolong it.
 * @returns epoch milliseconds; 0 when it does not wait
 */
export function heldBackUntil(
  failures: number,
  lastFailureAt: number | null,
  allowed: number,
  longestMilliseconds: number,
): number {
  if (failures < allowed || lastFailureAt === null) return 0;
  return lastFailureAt + Math.min(1000 * 2 ** Math.min(failures - allowed, 20), longestMilliseconds);
}
