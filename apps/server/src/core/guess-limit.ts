/**
 * How often one source may be wrong: an address with the networks around it, or an account that is being guessed at.
 *
 * Each of them has a token bucket that refills over time, and a wrong guess takes one of its tokens. No more run at once than there are
 * tokens, so however many come at once, no more are looked at: others wait until one that runs was right, or until a token comes back, and
 * when too many wait they are turned away. A right one takes nothing and is not slowed; no code and no user is locked by the guesses of others.
 *
 * A brake for everybody together comes on top, where one is asked for. While it is on, whoever has been wrong lately waits for it as
 * well; a network that has not been wrong has its first look all the same, and whoever has been right lately is not braked.
 *
 * Kept in memory, in a bounded table. What processes tell each other of it is `share` and `hear`; see provisioning/guess-watch.ts.
 */
import { type Address, networkOf, readAddress, writeNetwork } from './network.ts';

type Work<T> = () => Promise<{ readonly wrong: boolean; readonly value: T }>;

export type GuardedSource = {
  /** Whether a request would be turned away now: to be asked before any of it is read. */
  turnsAway(): boolean;
  /** As {@link GuessLimit.guard}. */
  guard<T>(work: Work<T>): Promise<T | undefined>;
};

export type GuessLimit = {
  /**
   * Runs the work when the source may have it looked at.
   * @returns what the work answered; undefined when the source must come back later
   */
  guard<T>(source: string, work: Work<T>): Promise<T | undefined>;
  /** The source of one request, read and looked up once, for what is asked about it before and after its body is read. */
  from(source: string): GuardedSource;
  /** Whether everybody together has been wrong so often that strangers are braked. */
  braked(): boolean;
  /** The tokens that are missing because of what was wrong in this process: the largest, so many at most. */
  share(most: number): [key: string, missing: number][];
  /** The same of all other processes together. */
  hear(missing: ReadonlyMap<string, number>): void;
};

/** One bucket that a source draws from. */
export type Level = {
  readonly key: string;
  /** How many times the tokens of a single source it holds. */
  readonly bursts: number;
  /** How many times as fast it refills. */
  readonly refills: number;
};

type Bucket = {
  readonly most: number;
  readonly refill: number;
  /** Tokens that are missing by what was wrong here, and by what was wrong in other processes. */
  own: number;
  others: number;
  at: number;
  running: number;
  waiting: Waiting[];
  asleep: boolean;
  wrongAt: number;
  rightAt: number;
};
type Waiting = { readonly source: Source; readonly resolve: (entered: boolean) => void };
/** The buckets of a source, narrowest first. */
type Source = {
  readonly levels: readonly Level[];
  readonly buckets: readonly Bucket[];
  readonly known: boolean;
};

const MAX_BUCKETS = 100_000;
/** How many wait for tokens to come back, and how many for ones that run to end. */
const MAX_WAITING = 8;
const MAX_CROWD = 1_000;
/** So long is somebody no stranger who was right, and one who was wrong. */
const LATELY_MILLISECONDS = 3_600_000;
const EVERYBODY = 'everybody';

/** Wrong activation codes of everybody: a thousand at once where a source has twenty, and one each second where it has one in six. */
export const WRONG_CODES_OF_ALL = { bursts: 50, refills: 6 } as const;

export function guessLimit(options: {
  /** What of a source draws from which buckets, narrowest first; an address and the networks around it unless said. */
  readonly levelsOf?: (source: string) => readonly Level[];
  /** Everybody together. */
  readonly brake?: Pick<Level, 'bursts' | 'refills'>;
  /** Wrong guesses a source may make at once. */
  readonly burst: number;
  /** How long one token takes to come back. */
  readonly refillMilliseconds: number;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Told of each wrong guess. @param key the narrowest level of its source */
  readonly onWrong?: (key: string) => void;
}): GuessLimit {
  const levelsOf = options.levelsOf ?? networksAround;
  const buckets = new Map<string, Bucket>();
  let fullUntil = Number.NEGATIVE_INFINITY;
  const everybody = options.brake && newBucket(options.brake);
  /** Grows when buckets are dropped: whoever holds some looks again. */
  let dropped = 0;
  /** What others told of the last time. */
  let told: ReadonlyMap<string, number> = new Map();

  function newBucket({ bursts, refills }: Pick<Level, 'bursts' | 'refills'>): Bucket {
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

  /** Lets what has come back since come back: in all processes together at the one pace. */
  function fill(bucket: Bucket): Bucket {
    const now = options.now();
    const missing = bucket.own + bucket.others;
    const left = Math.max(0, missing - (now - bucket.at) / bucket.refill);
    const share = missing === 0 ? 0 : left / missing;
    bucket.own *= share;
    bucket.others *= share;
    bucket.at = now;
    return bucket;
  }

  const tokens = (bucket: Bucket): number => bucket.most - bucket.own - bucket.others;
  const lately = (at: number): boolean => options.now() - at < LATELY_MILLISECONDS;

  function sourceOf(levels: readonly Level[]): Source {
    const found: Bucket[] = [];
    let known = true;
    for (const level of levels) {
      let bucket = buckets.get(level.key);
      if (!bucket) {
        if (buckets.size >= MAX_BUCKETS && options.now() >= fullUntil) forget();
        bucket = newBucket(level);
        tell(bucket, told.get(level.key) ?? 0);
        // A table full of those who were wrong lately is kept: whoever is not in it is a stranger like them.
        if (buckets.size < MAX_BUCKETS) buckets.set(level.key, bucket);
        else known = false;
      }
      found.push(fill(bucket));
    }
    if (everybody) fill(everybody);
    return { levels, buckets: found, known };
  }

  /** Those of whom nothing is remembered; without a brake, if there are none, the oldest quarter. */
  function forget(): void {
    dropped += 1;
    for (const [key, bucket] of buckets) {
      fill(bucket);
      const remembered = everybody && (lately(bucket.wrongAt) || lately(bucket.rightAt));
      if (isIdle(bucket) && !remembered) buckets.delete(key);
    }
    if (buckets.size < MAX_BUCKETS) return;
    let excess = MAX_BUCKETS / 4;
    for (const [key, bucket] of buckets) {
      if (excess <= 0) break;
      if (everybody && lately(bucket.wrongAt)) continue;
      if (bucket.running > 0 || bucket.waiting.length > 0) continue;
      buckets.delete(key);
      excess -= 1;
    }
    // Looking through it is dear: not again for every stranger of a flood.
    if (buckets.size >= MAX_BUCKETS) fullUntil = options.now() + 1_000;
  }

  function tell(bucket: Bucket, others: number): void {
    if (others > bucket.others) bucket.wrongAt = options.now();
    bucket.others = Math.min(others, 2 * bucket.most);
  }

  const isIdle = (bucket: Bucket): boolean =>
    tokens(bucket) >= bucket.most && bucket.running === 0 && bucket.waiting.length === 0;

  /** What a source has to wait for; undefined when it can go on. */
  function blockedBy({ buckets: own, known }: Source): Bucket | undefined {
    const full = own.find((bucket) => tokens(bucket) - bucket.running < 1);
    if (full || !everybody || tokens(everybody) - everybody.running >= 1) return full;
    const [narrowest, widest] = [own[0], own.at(-1)];
    if (narrowest && lately(narrowest.rightAt)) return undefined;
    const first = known && widest && !lately(widest.wrongAt) && widest.running === 0;
    return first ? undefined : everybody;
  }

  const all = ({ buckets: own }: Source): readonly Bucket[] => (everybody ? [...own, everybody] : own);

  function enter(source: Source): void {
    for (const bucket of all(source)) bucket.running += 1;
  }

  const isCrowded = (bucket: Bucket): boolean =>
    bucket.waiting.length >= (tokens(bucket) < 1 ? MAX_WAITING : MAX_CROWD);

  /** Lets in whoever can go on, in the order they came. */
  function admit(bucket: Bucket): void {
    fill(bucket);
    if (tokens(bucket) < 1) for (const one of bucket.waiting.splice(MAX_WAITING)) one.resolve(false);
    while (tokens(bucket) - bucket.running >= 1) {
      const next = bucket.waiting.shift();
      if (!next) return;
      for (const other of all(next.source)) fill(other);
      const blocked = blockedBy(next.source);
      if (blocked) wait(blocked, next);
      else {
        enter(next.source);
        next.resolve(true);
      }
    }
    wake(bucket);
  }

  function wait(bucket: Bucket, waiting: Waiting): void {
    if (isCrowded(bucket)) waiting.resolve(false);
    else {
      bucket.waiting.push(waiting);
      wake(bucket);
    }
  }

  /** When the next token has come back; one that ends before looks for itself. */
  function wake(bucket: Bucket): void {
    if (bucket.asleep || bucket.waiting.length === 0 || tokens(bucket) >= 1) return;
    bucket.asleep = true;
    void options.sleep(Math.max(1, Math.ceil((1 - tokens(bucket)) * bucket.refill))).then(() => {
      bucket.asleep = false;
      admit(bucket);
    });
  }

  function leave(source: Source): void {
    for (const bucket of all(source)) bucket.running -= 1;
    for (const bucket of all(source)) if (bucket.waiting.length > 0) admit(bucket);
  }

  function countWrong(source: Source): void {
    const now = options.now();
    for (const bucket of all(source)) {
      fill(bucket);
      // Bounded, so that what was wrong in many processes at once is forgiven in bounded time.
      bucket.own = Math.min(bucket.own + 1, Math.max(0, 2 * bucket.most - bucket.others));
      bucket.wrongAt = now;
    }
    options.onWrong?.(source.levels[0]?.key ?? '');
  }

  function from(name: string): GuardedSource {
    const levels = levelsOf(name);
    let source = sourceOf(levels);
    let at = dropped;
    const present = (): Source => {
      if (at !== dropped || !source.known) source = sourceOf(levels);
      else for (const bucket of all(source)) fill(bucket);
      at = dropped;
      return source;
    };
    return {
      turnsAway() {
        const blocked = blockedBy(present());
        return blocked !== undefined && isCrowded(blocked);
      },
      async guard(work) {
        const own = present();
        const blocked = blockedBy(own);
        if (!blocked) enter(own);
        else if (!(await new Promise<boolean>((resolve) => wait(blocked, { source: own, resolve }))))
          return undefined;
        try {
          const { wrong, value } = await work();
          if (wrong) countWrong(own);
          else if (own.buckets[0]) own.buckets[0].rightAt = options.now();
          return value;
        } finally {
          leave(own);
        }
      },
    };
  }

  return {
    guard: (name, work) => from(name).guard(work),
    from,
    braked: () => everybody !== undefined && tokens(fill(everybody)) < 1,
    share(most) {
      const shared: [string, number][] = [];
      for (const [key, bucket] of buckets) {
        if (bucket.own > 0) fill(bucket);
        if (bucket.own > 0) shared.push([key, bucket.own]);
      }
      shared.sort((a, b) => b[1] - a[1]).splice(most);
      if (everybody && fill(everybody).own > 0) shared.push([EVERYBODY, everybody.own]);
      return shared;
    },
    hear(missing) {
      const before = told;
      told = missing;
      for (const key of new Set([...before.keys(), ...missing.keys()])) {
        const bucket = key === EVERYBODY ? everybody : buckets.get(key);
        if (!bucket) continue;
        fill(bucket);
        tell(bucket, missing.get(key) ?? 0);
        if (bucket.waiting.length > 0) admit(bucket);
      }
    },
  };
}

/** How many bits what one host has to itself shares, and what one customer or one site has; and how many times its tokens that has. */
const AROUND = {
  ipv4: [
    [32, 1],
    [24, 4],
  ],
  ipv6: [
    [64, 1],
    [56, 2],
    [48, 4],
  ],
} as const;

const keyIn = (address: Address, bits: number): string =>
  bits === 32 ? address.toString() : writeNetwork(networkOf(address, bits));

export function networksAround(source: string): readonly Level[] {
  const address = readAddress(source);
  if (!address) return oneLevel(source);
  return AROUND[address.kind()].map(([bits, times]) => ({
    key: keyIn(address, bits),
    bursts: times,
    refills: times,
  }));
}

/** An address as one source: an IPv6 host has a /64 to itself, and its neighbours in it count as one. */
export function sourceKey(source: string): string {
  const address = readAddress(source);
  return address ? keyIn(address, AROUND[address.kind()][0][0]) : source;
}

/** Of what has nothing around it, such as an account. */
export const oneLevel = (key: string): readonly Level[] => [{ key, bursts: 1, refills: 1 }];
