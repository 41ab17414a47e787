/**
 * Token buckets: how often something may be tried. What was used comes back with time, in all processes together at the one pace.
 *
 * Kept in memory, in a bounded table, one bucket for each key.
 */

/** One bucket that a source draws from. */
export type Level = {
  readonly key: string;
  /** How many times the tokens of a single source it holds. */
  readonly bursts: number;
  /** How many times as fast it refills. */
  readonly refills: number;
};

/** @typeParam W what waits for one of its tokens */
export type Bucket<W> = {
  readonly most: number;
  readonly refill: number;
  /** Tokens that are missing by what was wrong here, and by what was wrong in other processes. */
  own: number;
  others: number;
  at: number;
  running: number;
  waiting: W[];
  asleep: boolean;
  wrongAt: number;
  rightAt: number;
};

const MAX_BUCKETS = 100_000;
/** So long is somebody no stranger who was right, and one who was wrong. */
const LATELY_MILLISECONDS = 3_600_000;

export const tokens = <W>(bucket: Bucket<W>): number => bucket.most - bucket.own - bucket.others;

export function tokenBuckets<W>(options: {
  readonly burst: number;
  readonly refillMilliseconds: number;
  readonly now: () => number;
  /** Whether those who were wrong or right lately keep their bucket. */
  readonly remembers: boolean;
}) {
  const buckets = new Map<string, Bucket<W>>();
  let fullUntil = Number.NEGATIVE_INFINITY;
  /** Grows when buckets are dropped: whoever holds some looks again. */
  let dropped = 0;
  /** What other processes told of the last time. */
  let told: ReadonlyMap<string, number> = new Map();

  const lately = (at: number): boolean => options.now() - at < LATELY_MILLISECONDS;

  function make({ bursts, refills }: Pick<Level, 'bursts' | 'refills'>): Bucket<W> {
    const never = Number.NEGATIVE_INFINITY;
    return {
      most: options.burst * bursts,
      refill: options.refillMilliseconds / refills,
      own: 0,
      others: 0,
      at: options.now(),
      running: 0,
      waiting: [],
      asleep: false,
      wrongAt: never,
      rightAt: never,
    };
  }

  /** Lets what has come back since come back. */
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

  /** The buckets of these levels, filled. Not known: one of them has no room in the table. */
  function find(levels: readonly Level[]): { readonly found: Bucket<W>[]; readonly known: boolean } {
    const found: Bucket<W>[] = [];
    let known = true;
    for (const level of levels) {
      let bucket = buckets.get(level.key);
      if (!bucket) {
        if (buckets.size >= MAX_BUCKETS && options.now() >= fullUntil) forget();
        bucket = make(level);
        takeOver(bucket, told.get(level.key) ?? 0);
        // A table full of those who were wrong lately is kept: whoever is not in it is a stranger like them.
        if (buckets.size < MAX_BUCKETS) buckets.set(level.key, bucket);
        else known = false;
      }
      found.push(fill(bucket));
    }
    return { found, known };
  }

  /** Those of whom nothing is remembered; without a memory, if there are none, the oldest quarter. */
  function forget(): void {
    dropped += 1;
    for (const [key, bucket] of buckets) {
      fill(bucket);
      const remembered = options.remembers && (lately(bucket.wrongAt) || lately(bucket.rightAt));
      if (isIdle(bucket) && !remembered) buckets.delete(key);
    }
    if (buckets.size < MAX_BUCKETS) return;
    let excess = MAX_BUCKETS / 4;
    for (const [key, bucket] of buckets) {
      if (excess <= 0) break;
      if (options.remembers && lately(bucket.wrongAt)) continue;
      if (bucket.running > 0 || bucket.waiting.length > 0) continue;
      buckets.delete(key);
      excess -= 1;
    }
    // Looking through it is dear: not again for every stranger of a flood.
    if (buckets.size >= MAX_BUCKETS) fullUntil = options.now() + 1_000;
  }

  const isIdle = (bucket: Bucket<W>): boolean =>
    tokens(bucket) >= bucket.most && bucket.running === 0 && bucket.waiting.length === 0;

  return {
    make,
    fill,
    find,
    lately,
    dropped: (): number => dropped,
    /** One more was wrong. */
    countWrong(bucket: Bucket<W>): void {
      fill(bucket);
      // Bounded, so that what was wrong in many processes at once is forgiven in bounded time.
      bucket.own = Math.min(bucket.own + 1, Math.max(0, 2 * bucket.most - bucket.others));
      bucket.wrongAt = options.now();
    },
    /** The tokens that are missing because of what was wrong in this process: the largest, so many at most. */
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
     * The same of all other processes together.
     * @param named buckets that are in no table, by their keys
     * @returns those of which something was told, now or before
     */
    hear(missing: ReadonlyMap<string, number>, named: ReadonlyMap<string, Bucket<W>>): Bucket<W>[] {
      const before = told;
      told = missing;
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
