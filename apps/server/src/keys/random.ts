/**
 * Random octets from Node's generator, fetched a few hundred at a time: each row needs an ID, and a call for sixteen octets costs as much
 * as one for hundreds. Octets are erased from the pool as they are handed out.
 */
import { randomFillSync } from 'node:crypto';

const POOL = 1024;
/** Longer ones are rare and are fetched directly. */
const MAX_POOLED = 64;

/** @returns `length` random octets in a buffer of their own */
export function pooledRandom(
  fill: (octets: Uint8Array) => unknown = randomFillSync,
): (length: number) => Uint8Array {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  return (length) => {
    const octets = new Uint8Array(length);
    if (length > MAX_POOLED) {
      fill(octets);
      return octets;
    }
    if (used + length > POOL) {
      fill(pool);
      used = 0;
    }
    octets.set(pool.subarray(used, used + length));
    pool.fill(0, used, used + length);
    used += length;
    return octets;
  };
}
