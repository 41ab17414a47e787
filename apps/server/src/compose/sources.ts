/** Time and randomness, which functions get as arguments. */
import { pooledRandom } from '../keys/random.ts';

export type Sources = typeof SOURCES;

export const SOURCES = {
  random: pooledRandom(),
  /** Epoch milliseconds. */
  now: (): number => Date.now(),
  /** Milliseconds of a steady clock. */
  monotonic: (): number => performance.now(),
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
