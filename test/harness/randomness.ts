/**
 * What tests leave to chance, repeatable: the seed is printed, and SOWER_TEST_SEED brings the same numbers again. Also for fast-check,
 * which prints its own seed when a property fails.
 */

export const SEED = Number(process.env.SOWER_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers in [0, 1) that repeat (mulberry32: small, fast, the same everywhere). */
export function repeatable(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers in [0, 1) for one test file, and a line that says how to get them again. */
export function randomness(what: string): () => number {
  console.log(`${what}: SOWER_TEST_SEED=${SEED}`);
  return repeatable(SEED);
}

/**
 * How often a run repeats what could be repeated for ever: races, kills, fuzzed documents, timed samples. `usual` is what each change is tested
 * with, with other seeds each time; with TEST_LONG=1 the suite does the `long` amount, for a night.
 */
export const LONG = process.env.TEST_LONG === '1';

export const amount = ({ usual, long }: { readonly usual: number; readonly long: number }): number =>
  LONG ? long : usual;
