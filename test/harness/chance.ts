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
