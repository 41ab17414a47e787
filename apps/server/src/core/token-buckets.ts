/**
 * Token buckets: rate limits that refill over time, at one pace for all processes together.
 *
 * Kept in memory, in a bounded table, one bucket per key.
 */

import { HOUR } from '@sower/api/time';

/** One bucket that a source draws from. */
export type Level = {
  readonly key: string;
  /** Its size, as a multiple of a single source's. */
  readonly bursts: number;
  /** Its refill rate, as a multiple of a single source's. */
  readonly refills: number;
};

/** @typeParam W what waits for one of its tokens */
export type Bucket<W> = {
  readonly most: number;
  readonly refill: number;
  /** Tokens missing because of wrong guesses here, and in other processes. */
  own: number;
  others: number;
  at: number;
  running: number;
  waiting: W[];
  asleep: boolean;
  wrongAt: number;
  rightAt: number;
};

/** Before all times. */
const NEVER = Number.NEGATIVE_INFINITY;
const MAX_BUCKETS = 100_000;
/** How long a source that was right, or wrong, is not treated as a stranger. */
const LATELY_MILLISECONDS = HOUR;

export const tokens = <W>(bucket: Bucket<W>): number => bucket.most - bucket.own - bucket.others;

export function tokenBuckets<W>(options: {
  readonly burst: number;
  readonly refillMilliseconds: number;
  readonly now: () => number;
  /** Whether sources that were wrong or right lately keep their bucket. */
  readonly remembers: boolean;
}) {
  const buckets = new Map<string, Bucket<W>>();
  let fullUntil = NEVER;
  /** Grows when buckets are dropped: anyone who holds some looks them up again. */
  let dropped = 0;
  /** What other processes reported last. */
  let reported: ReadonlyMap<string, number> = new Map();

  const lately = (at: number): boolean => options.now() - at < LATELY_MILLISECONDS;

  function make({ bursts, refills }: Pick<Level, 'bursts' | 'refills'>): Bucket<W> {
    return {
      most: options.burst * bursts,
      refill: options.refillMilliseconds / refills,
      own: 0,
      others: 0,
      at: options.now(),
      running: 0,
      waiting: [],
      asleep: false,
      wrongAt: NEVER,
      rightAt: NEVER,
    };
  }

  /** Adds the tokens that have come back since. */
  function fill(bucket: Bucket<W>): Bucket<W> {
    const now = options.now();
    const missing = bucket.own + bucket.others;
    const left = Math.max(0, missing - (now - bucket.at) / bucket.refill);
    const share = missing === 0 ? 0 : left / missing;
    bucket.own *= share;
    bucket.others *= share;
    bucket.at = now;
    return bucket;
  }

  function takeOver(bucket: Bucket<W>, others: number): void {
    if (others > bucket.others) bucket.wrongAt = options.now();
    bucket.others = Math.min(others, 2 * bucket.most);
  }

  /** The buckets of these levels, refilled. Not `known`: there was no room in the table for one of them. */
  function find(levels: readonly Level[]): { readonly found: Bucket<W>[]; readonly known: boolean } {
    const found: Bucket<W>[] = [];
    let known = true;
    for (const level of levels) {
      let bucket = buckets.get(level.key);
      if (!bucket) {
        if (buckets.size >= MAX_BUCKETS && options.now() >= fullUntil) forget();
        bucket = make(level);
        takeOver(bucket, reported.get(level.key) ?? 0);
        // A table full of sources that were wrong lately is kept: a source outside it is treated as one of them.
        if (buckets.size < MAX_BUCKETS) buckets.set(level.key, bucket);
        else known = false;
      }
      found.push(fill(bucket));
    }
    return { found, known };
  }

  function forget(): void {
    dropped += 1;
    makeRoom(buckets, {
      fill,
      isRemembered: (bucket) => options.remembers && (lately(bucket.wrongAt) || lately(bucket.rightAt)),
      isKept: (bucket) => options.remembers && lately(bucket.wrongAt),
    });
    // Searching it is expensive: not again for every stranger of a flood.
    if (buckets.size >= MAX_BUCKETS) fullUntil = options.now() + 1_000;
  }

  return {
    make,
    fill,
    find,
    lately,
    dropped: (): number => dropped,
    /** One more wrong guess. */
    countWrong(bucket: Bucket<W>): void {
      fill(bucket);
      // Bounded, so that simultaneous wrong guesses in many processes are forgiven within bounded time.
      bucket.own = Math.min(bucket.own + 1, Math.max(0, 2 * bucket.most - bucket.others));
      bucket.wrongAt = options.now();
    },
    /** The tokens missing because of wrong guesses in this process: the largest numbers, at most `most` of them. */
    share(most: number): [key: string, missing: number][] {
      const shared: [string, number][] = [];
      for (const [key, bucket] of buckets) {
        if (bucket.own > 0) fill(bucket);
        if (bucket.own > 0) shared.push([key, bucket.own]);
      }
      shared.sort((a, b) => b[1] - a[1]).splice(most);
      return shared;
    },
    /**
     * The same for all other processes together.
     * @param named buckets outside the table, by their keys
     * @returns those about which something was reported, now or before
     */
    hear(missing: ReadonlyMap<string, number>, named: ReadonlyMap<string, Bucket<W>>): Bucket<W>[] {
      const before = reported;
      reported = missing;
      const heard: Bucket<W>[] = [];
      for (const key of new Set([...before.keys(), ...missing.keys()])) {
        const bucket = named.get(key) ?? buckets.get(key);
        if (!bucket) continue;
        takeOver(fill(bucket), missing.get(key) ?? 0);
        heard.push(bucket);
      }
      return heard;
    },
  };
}

/** Drops buckets about which nothing is remembered; if there are none, the oldest quarter of those that are not kept. */
function makeRoom<W>(
  buckets: Map<string, Bucket<W>>,
  {
    fill,
    isRemembered,
    isKept,
  }: {
    readonly fill: (bucket: Bucket<W>) => unknown;
    readonly isRemembered: (bucket: Bucket<W>) => boolean;
    readonly isKept: (bucket: Bucket<W>) => boolean;
  },
): void {
  const isBusy = ({ running, waiting }: Bucket<W>): boolean => running > 0 || waiting.length > 0;
  for (const [key, bucket] of buckets) {
    fill(bucket);
    if (tokens(bucket) >= bucket.most && !isBusy(bucket) && !isRemembered(bucket)) buckets.delete(key);
  }
  if (buckets.size < MAX_BUCKETS) return;
  let excess = MAX_BUCKETS / 4;
  for (const [key, bucket] of buckets) {
    if (excess <= 0) break;
    if (isKept(bucket) || isBusy(bucket)) continue;
    buckets.delete(key);
    excess -= 1;
  }
}
