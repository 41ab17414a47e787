/**
 * How often one source may be wrong: an address with the networks around it, or an account that is being guessed.
 *
 * Each has a token bucket that refills over time, and a wrong guess takes a token. No more requests run at once than there are tokens, so
 * however many arrive at once, no more are checked. Others wait until a running one turns out right, or until a token comes back; when too
 * many wait, or it would take too long, they are turned away. A right guess takes no token and is not slowed; no code and no user is locked
 * because of others' guesses.
 *
 * Optionally, an overall brake comes on top. While it is on, sources that were wrong lately wait for it as well. A network that was not
 * wrong lately still gets its first attempt, and sources that were right lately are not braked.
 *
 * Kept in memory, see token-buckets.ts. Processes share it through `share` and `hear`; see provisioning/distribution/guess-watch.ts.
 */
import { type Address, networkOf, readAddress, writeNetwork } from './network.ts';
import { type Bucket, type Level, tokenBuckets, tokens } from './token-buckets.ts';

type Work<T> = () => Promise<{
  readonly wrong: boolean;
  /** It guessed, and right. Neither: it was no guess, and says nothing about its source. */
  readonly right?: boolean;
  readonly value: T;
}>;

export type GuardedSource = {
  /** Whether a request would be turned away now: to be called before reading any of it. */
  turnsAway(): boolean;
  /** How long, by now, until it may try: for one that was turned away. It says nothing about what was guessed. */
  secondsToWait(): number;
  /** As {@link GuessLimit.guard}. */
  guard<T>(work: Work<T>): Promise<T | undefined>;
};

export type GuessLimit = {
  /**
   * Runs the work if the source may try.
   * @returns the result of the work; undefined if the source must come back later
   */
  guard<T>(source: string, work: Work<T>): Promise<T | undefined>;
  /** The source of one request, parsed and looked up once, for the checks before and after its body is read. */
  from(source: string): GuardedSource;
  /** Whether there were so many wrong guesses overall that strangers are braked. */
  braked(): boolean;
  /** The tokens missing because of wrong guesses in this process: the largest numbers, at most `most` of them. */
  share(most: number): [key: string, missing: number][];
  /** The same for all other processes together. */
  hear(missing: ReadonlyMap<string, number>): void;
};

type Waiting = {
  readonly source: Source;
  readonly resolve: (entered: boolean) => void;
  /** Where it waits; it may move from one to another. */
  at?: Bucket<Waiting>;
};
/** The buckets of a source, narrowest first. */
type Source = {
  readonly levels: readonly Level[];
  readonly buckets: readonly Bucket<Waiting>[];
  readonly known: boolean;
};

/** How many may wait for tokens to come back, and how many for running ones to end. */
const MAX_WAITING = 8;
const MAX_CROWD = 1_000;
const EVERYBODY = 'everybody';

/** Wrong activation codes overall: a thousand in a burst where a source has twenty, and one per second where a source has one in six. */
export const WRONG_CODES_OF_ALL = { bursts: 50, refills: 6 } as const;

export function guessLimit(options: {
  /** Which buckets a source draws from, narrowest first. Default: an address and the networks around it. */
  readonly levelsOf?: (source: string) => readonly Level[];
  /** The bucket for everyone together. */
  readonly brake?: Pick<Level, 'bursts' | 'refills'>;
  /** Wrong guesses that a source may make in a burst. */
  readonly burst: number;
  /** How long one token takes to come back. */
  readonly refillMilliseconds: number;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** The longest that anyone waits: clients give up without a word. Default: as long as it takes. */
  readonly patienceMilliseconds?: number;
  /**
   * Called for each wrong guess.
   * @param key the narrowest level of its source
   */
  readonly onWrong?: (key: string) => void;
}): GuessLimit {
  const levelsOf = options.levelsOf ?? networksAround;
  const buckets = tokenBuckets<Waiting>({ ...options, remembers: options.brake !== undefined });
  const { fill, lately } = buckets;
  const everybody = options.brake && buckets.make(options.brake);

  function sourceOf(levels: readonly Level[]): Source {
    const { found, known } = buckets.find(levels);
    if (everybody) fill(everybody);
    return { levels, buckets: found, known };
  }

  /** What a source has to wait for; undefined if it can go on. */
  function blockedBy({ buckets: own, known }: Source): Bucket<Waiting> | undefined {
    const full = own.find((bucket) => tokens(bucket) - bucket.running < 1);
    if (full || !everybody || tokens(everybody) - everybody.running >= 1) return full;
    const [narrowest, widest] = [own[0], own.at(-1)];
    if (narrowest && lately(narrowest.rightAt)) return undefined;
    const first = known && widest && !lately(widest.wrongAt) && widest.running === 0;
    return first ? undefined : everybody;
  }

  const all = ({ buckets: own }: Source): readonly Bucket<Waiting>[] =>
    everybody ? [...own, everybody] : own;

  function enter(source: Source): void {
    for (const bucket of all(source)) bucket.running += 1;
  }

  const { wait, admit, isCrowded, millisecondsTo } = waitingRoom({
    ...options,
    fill,
    all,
    blockedBy,
    enter,
  });

  function leave(source: Source): void {
    for (const bucket of all(source)) bucket.running -= 1;
    for (const bucket of all(source)) if (bucket.waiting.length > 0) admit(bucket);
  }

  function countWrong(source: Source): void {
    for (const bucket of all(source)) buckets.countWrong(bucket);
    options.onWrong?.(source.levels[0]?.key ?? '');
  }

  function from(name: string): GuardedSource {
    const levels = levelsOf(name);
    let source = sourceOf(levels);
    let at = buckets.dropped();
    const present = (): Source => {
      if (at !== buckets.dropped() || !source.known) source = sourceOf(levels);
      else for (const bucket of all(source)) fill(bucket);
      at = buckets.dropped();
      return source;
    };
    return {
      turnsAway() {
        const blocked = blockedBy(present());
        return blocked !== undefined && isCrowded(blocked);
      },
      secondsToWait() {
        const blocked = blockedBy(present());
        return blocked === undefined ? 1 : Math.max(1, Math.ceil(millisecondsTo(blocked) / 1000));
      },
      async guard(work) {
        const own = present();
        const blocked = blockedBy(own);
        if (!blocked) enter(own);
        else if (!(await new Promise<boolean>((resolve) => wait(blocked, { source: own, resolve }))))
          return undefined;
        try {
          const { wrong, right, value } = await work();
          if (wrong) countWrong(own);
          else if (right && own.buckets[0]) own.buckets[0].rightAt = options.now();
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
      const shared = buckets.share(most);
      if (everybody && fill(everybody).own > 0) shared.push([EVERYBODY, everybody.own]);
      return shared;
    },
    hear(missing) {
      const named = new Map(everybody ? [[EVERYBODY, everybody]] : []);
      for (const bucket of buckets.hear(missing, named)) if (bucket.waiting.length > 0) admit(bucket);
    },
  };
}

/** Those who cannot go on yet, each at the bucket that it waits for. */
function waitingRoom({
  fill,
  all,
  blockedBy,
  enter,
  sleep,
  patienceMilliseconds: patience = Number.POSITIVE_INFINITY,
}: {
  readonly fill: (bucket: Bucket<Waiting>) => unknown;
  /** The buckets that a source draws from. */
  readonly all: (source: Source) => readonly Bucket<Waiting>[];
  /** What a source has to wait for; undefined if it can go on. */
  readonly blockedBy: (source: Source) => Bucket<Waiting> | undefined;
  readonly enter: (source: Source) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly patienceMilliseconds?: number;
}) {
  /** Until the next one who comes may go on, as far as that depends on tokens that come back. */
  const millisecondsTo = (bucket: Bucket<Waiting>): number =>
    tokens(bucket) < 1 ? (1 - tokens(bucket) + bucket.waiting.length) * bucket.refill : 0;

  const isCrowded = (bucket: Bucket<Waiting>): boolean =>
    bucket.waiting.length >= (tokens(bucket) < 1 ? MAX_WAITING : MAX_CROWD) ||
    millisecondsTo(bucket) > patience;

  /** Lets in anyone who can go on, in the order they came. */
  function admit(bucket: Bucket<Waiting>): void {
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

  function wait(bucket: Bucket<Waiting>, waiting: Waiting): void {
    if (isCrowded(bucket)) waiting.resolve(false);
    else {
      if (waiting.at === undefined && patience !== Number.POSITIVE_INFINITY) giveUpLater(waiting);
      waiting.at = bucket;
      bucket.waiting.push(waiting);
      wake(bucket);
    }
  }

  /** Those who run may take longer than was to be expected, and there may be others to wait for afterwards. */
  function giveUpLater(waiting: Waiting): void {
    void sleep(patience).then(() => {
      const position = waiting.at?.waiting.indexOf(waiting) ?? -1;
      if (position < 0) return;
      waiting.at?.waiting.splice(position, 1);
      waiting.resolve(false);
    });
  }

  /** When the next token comes back. A guess that ends earlier checks by itself. */
  function wake(bucket: Bucket<Waiting>): void {
    if (bucket.asleep || bucket.waiting.length === 0 || tokens(bucket) >= 1) return;
    bucket.asleep = true;
    void sleep(Math.max(1, Math.ceil((1 - tokens(bucket)) * bucket.refill))).then(() => {
      bucket.asleep = false;
      admit(bucket);
    });
  }

  return { wait, admit, isCrowded, millisecondsTo };
}

/** How many address bits are shared by one host, one customer, or one site, and how many times the tokens each has. */
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

/** An address as one source: an IPv6 host has a /64 to itself, so all addresses in it count as one. */
export function sourceKey(source: string): string {
  const address = readAddress(source);
  return address ? keyIn(address, AROUND[address.kind()][0][0]) : source;
}

/** For sources without surrounding networks, such as an account. */
export const oneLevel = (key: string): readonly Level[] => [{ key, bursts: 1, refills: 1 }];
