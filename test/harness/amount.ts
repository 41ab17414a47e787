/**
 * How often a run repeats what could be repeated for ever: races, kills, fuzzed documents, timed samples. `usual` is what each change is tested
 * with, with other seeds each time; with TEST_LONG=1 the suite does the `long` amount, for a night.
 */
export const LONG = process.env.TEST_LONG === '1';

export const amount = ({ usual, long }: { readonly usual: number; readonly long: number }): number =>
  LONG ? long : usual;
