/**
 * How often one source may be wrong: an address with the networks around it, or an account that is being guessed at.
 *
 * Each of them has a store of tries, and a wrong one takes a try, which comes back with time. No more run at once than there are tries,
 * so however many come at once, no more are looked at: others wait until one that runs was right, or until a try comes back, and when too
 * many wait they are turned away. Who is right takes nothing and is not slowed; no code and no user is locked by somebody else's guesses.
 *
 * A brake for everybody together comes on top, where one is asked for. While it is on, whoever has been wrong lately waits for it as
 * well; a network that has not been wrong has its first look all the same, and whoever has been right lately is not braked.
 *
 * Kept in memory, in a bounded table. What processes tell each other of it is `share` and `hear`; see provisioning/guess-watch.ts.
 */
import { networkOf, readAddress, writeNetwork } from './network.ts';

export type GuessLimit = {
  /**
   * Runs the work when the source may have it looked at.
   * @returns what the work answered; undefined when the source must come back later
   */
  guard<T>(
    source: string,
    work: () => Promise<{ readonly wrong: boolean; readonly value: T }>,
  ): Promise<T | undefined>;
  /** Whether a request would be turned away now: to be asked before any of it is read. */
  turnsAway(source: string): boolean;
  /** Wrong tries by source since the last call. */
  takeFailures(): ReadonlyMap<string, number>;
  /** Whether everybody together has been wrong so often that strangers are braked. */
  braked(): boolean;
  /** The tries that are missing because of what was wrong in this process: the largest, so many at most. */
  share(most: number): [key: string, missing: number][];
  /** The same of all other processes together. */
  hear(missing: ReadonlyMap<string, number>): void;
};

/** One store of tries that a source draws from. */
export type Level = {
  readonly key: string;
  /** How many times the tries of a single source it has. */
  readonly bursts: number;
  /** How many times as fast they come back. */
  readonly refills: number;
};

type Store = {
  readonly most: number;
  readonly refill: number;
  /** Tries that are missing by what was wrong here, and by what was wrong in other processes. */
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
/** The stores of a source, narrowest first. */
type Source = { readonly name: string; readonly stores: readonly Store[]; readonly known: boolean };

const MAX_STORES = 100_000;
/** How many wait for tries to come back, and how many for ones that run to end. */
const MAX_WAITING = 8;
const MAX_CROWD = 1_000;
/** So long is somebody no stranger who was right, and one who was wrong. */
const LATELY_MILLISECONDS = 3_600_000;
const EVERYBODY = 'everybody';

/** Wrong activation codes of everybody: a thousand at once where a source has twenty, and one each second where it has one in six. */
export const WRONG_CODES_OF_ALL = { bursts: 50, refills: 6 } as const;

export function guessLimit(options: {
  /** What of a source draws from which stores, narrowest first; an address and the networks around it unless said. */
  readonly levelsOf?: (source: string) => readonly Level[];
  /** Everybody together. */
  readonly brake?: Pick<Level, 'bursts' | 'refills'>;
  /** Wrong tries a source may make at once. */
  readonly burst: number;
  /** How long one try takes to come back. */
  readonly refillMilliseconds: number;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}): GuessLimit {
  const levelsOf = options.levelsOf ?? networksAround;
  const stores = new Map<string, Store>();
  let fullUntil = Number.NEGATIVE_INFINITY;
  const everybody = options.brake && newStore(options.brake);
  let failures = new Map<string, number>();
  /** What others told of the last time. */
  let told: ReadonlyMap<string, number> = new Map();

  function newStore({ bursts, refills }: Pick<Level, 'bursts' | 'refills'>): Store {
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
  function fill(store: Store): Store {
    const now = options.now();
    const missing = store.own + store.others;
    const left = Math.max(0, missing - (now - store.at) / store.refill);
    const share = missing === 0 ? 0 : left / missing;
    store.own *= share;
    store.others *= share;
    store.at = now;
    return store;
  }

  const tries = (store: Store): number => store.most - store.own - store.others;
  const lately = (at: number): boolean => options.now() - at < LATELY_MILLISECONDS;

  function sourceOf(name: string): Source {
    const found: Store[] = [];
    let known = true;
    for (const level of levelsOf(name)) {
      let store = stores.get(level.key);
      if (!store) {
        if (stores.size >= MAX_STORES && options.now() >= fullUntil) forget();
        store = newStore(level);
        tell(store, told.get(level.key) ?? 0);
        // A table full of those who were wrong lately is kept: whoever is not in it is a stranger like them.
        if (stores.size < MAX_STORES) stores.set(level.key, store);
        else known = false;
      }
      found.push(fill(store));
    }
    if (everybody) fill(everybody);
    return { name, stores: found, known };
  }

  /** Those of whom nothing is remembered; without a brake, if there are none, the oldest quarter. */
  function forget(): void {
    for (const [key, store] of stores) {
      fill(store);
      const remembered = everybody && (lately(store.wrongAt) || lately(store.rightAt));
      if (isIdle(store) && !remembered) stores.delete(key);
    }
    if (stores.size < MAX_STORES) return;
    let excess = MAX_STORES / 4;
    for (const [key, store] of stores) {
      if (excess <= 0) break;
      if (everybody && lately(store.wrongAt)) continue;
      if (store.running > 0 || store.waiting.length > 0) continue;
      stores.delete(key);
      excess -= 1;
    }
    // Looking through it is dear: not again for every stranger of a flood.
    if (stores.size >= MAX_STORES) fullUntil = options.now() + 1_000;
  }

  function tell(store: Store, others: number): void {
    if (others > store.others) store.wrongAt = options.now();
    store.others = Math.min(others, 2 * store.most);
  }

  const isIdle = (store: Store): boolean =>
    tries(store) >= store.most && store.running === 0 && store.waiting.length === 0;

  /** What a source has to wait for; undefined when it can go on. */
  function blockedBy({ stores: own, known }: Source): Store | undefined {
    const full = own.find((store) => tries(store) - store.running < 1);
    if (full || !everybody || tries(everybody) - everybody.running >= 1) return full;
    const [narrowest, widest] = [own[0], own.at(-1)];
    if (narrowest && lately(narrowest.rightAt)) return undefined;
    const first = known && widest && !lately(widest.wrongAt) && widest.running === 0;
    return first ? undefined : everybody;
  }

  const all = ({ stores: own }: Source): readonly Store[] => (everybody ? [...own, everybody] : own);

  function enter(source: Source): void {
    for (const store of all(source)) store.running += 1;
  }

  const isCrowded = (store: Store): boolean =>
    store.waiting.length >= (tries(store) < 1 ? MAX_WAITING : MAX_CROWD);

  /** Lets in whoever can go on, in the order they came. */
  function admit(store: Store): void {
    fill(store);
    if (tries(store) < 1) for (const one of store.waiting.splice(MAX_WAITING)) one.resolve(false);
    while (tries(store) - store.running >= 1) {
      const next = store.waiting.shift();
      if (!next) return;
      for (const other of all(next.source)) fill(other);
      const blocked = blockedBy(next.source);
      if (blocked) wait(blocked, next);
      else {
        enter(next.source);
        next.resolve(true);
      }
    }
    wake(store);
  }

  function wait(store: Store, waiting: Waiting): void {
    if (isCrowded(store)) waiting.resolve(false);
    else {
      store.waiting.push(waiting);
      wake(store);
    }
  }

  /** When the next try has come back; one that ends before looks for itself. */
  function wake(store: Store): void {
    if (store.asleep || store.waiting.length === 0 || tries(store) >= 1) return;
    store.asleep = true;
    void options.sleep(Math.max(1, Math.ceil((1 - tries(store)) * store.refill))).then(() => {
      store.asleep = false;
      admit(store);
    });
  }

  function leave(source: Source): void {
    for (const store of all(source)) store.running -= 1;
    for (const store of all(source)) if (store.waiting.length > 0) admit(store);
  }

  function countWrong(source: Source): void {
    const now = options.now();
    for (const store of all(source)) {
      fill(store);
      // Bounded, so that what was wrong in many processes at once is forgiven in bounded time.
      store.own = Math.min(store.own + 1, Math.max(0, 2 * store.most - store.others));
      store.wrongAt = now;
    }
    const key = levelsOf(source.name)[0]?.key ?? source.name;
    if (failures.size < MAX_STORES || failures.has(key)) failures.set(key, (failures.get(key) ?? 0) + 1);
  }

  return {
    async guard(name, work) {
      const source = sourceOf(name);
      const blocked = blockedBy(source);
      if (!blocked) enter(source);
      else if (!(await new Promise<boolean>((resolve) => wait(blocked, { source, resolve }))))
        return undefined;
      try {
        const { wrong, value } = await work();
        if (wrong) countWrong(source);
        else if (source.stores[0]) source.stores[0].rightAt = options.now();
        return value;
      } finally {
        leave(source);
      }
    },
    turnsAway(name) {
      const blocked = blockedBy(sourceOf(name));
      return blocked !== undefined && isCrowded(blocked);
    },
    takeFailures() {
      const taken = failures;
      failures = new Map();
      return taken;
    },
    braked: () => everybody !== undefined && tries(fill(everybody)) < 1,
    share(most) {
      const shared: [string, number][] = [];
      for (const [key, store] of stores) {
        if (store.own > 0) fill(store);
        if (store.own > 0) shared.push([key, store.own]);
      }
      shared.sort((a, b) => b[1] - a[1]).splice(most);
      if (everybody && fill(everybody).own > 0) shared.push([EVERYBODY, everybody.own]);
      return shared;
    },
    hear(missing) {
      const before = told;
      told = missing;
      for (const key of new Set([...before.keys(), ...missing.keys()])) {
        const store = key === EVERYBODY ? everybody : stores.get(key);
        if (!store) continue;
        fill(store);
        tell(store, missing.get(key) ?? 0);
        if (store.waiting.length > 0) admit(store);
      }
    },
  };
}

/** Of an address: what one host has to itself, and what one customer or one site has. */
export function networksAround(source: string): readonly Level[] {
  const address = readAddress(source);
  if (!address) return oneLevel(source);
  const around =
    address.kind() === 'ipv4'
      ? ([
          [32, 1],
          [24, 4],
        ] as const)
      : ([
          [64, 1],
          [56, 2],
          [48, 4],
        ] as const);
  return around.map(([bits, times]) => ({
    key: bits === 32 ? address.toString() : writeNetwork(networkOf(address, bits)),
    bursts: times,
    refills: times,
  }));
}

/** An address as one source: an IPv6 host has a /64 to itself, and its neighbours in it count as one. */
export const sourceKey = (address: string): string => networksAround(address)[0]?.key ?? address;

/** Of what has nothing around it, such as an account. */
export const oneLevel = (key: string): readonly Level[] => [{ key, bursts: 1, refills: 1 }];
