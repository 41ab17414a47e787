/** Comparing two samples, for tests of how long work takes. */

/** Of all pairs, the share in which the first is more: the statistic of Mann and Whitney. */
export function chanceOfMore(these: readonly number[], those: readonly number[]): number {
  const all = [
    ...these.map((value) => ({ value, first: true })),
    ...those.map((value) => ({ value, first: false })),
  ].sort((a, b) => a.value - b.value);
  let smaller = 0;
  let pairs = 0;
  for (const { first } of all) {
    if (first) pairs += smaller;
    else smaller += 1;
  }
  return pairs / (these.length * those.length);
}

/**
 * Whether enough was measured to say that the share is within `bound` of a half: it is, with four standard deviations of what chance alone
 * does to samples of this size. So a test can stop long before the number that it needs where it is close.
 */
export function clearlyAlike(these: readonly number[], those: readonly number[], bound: number): boolean {
  const [n, m] = [these.length, those.length];
  const deviation = Math.sqrt((n + m + 1) / (12 * n * m));
  return Math.abs(chanceOfMore(these, those) - 0.5) + 4 * deviation < bound;
}
