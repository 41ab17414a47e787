/**
 * How often one source may be wrong: an address, or an account that is being guessed at.
 *
 * A source has a store of tries that fills up again with time. While there is one, nothing is slowed; without one, a request waits
 * for the next before anything is looked at, right or wrong, and when too many wait already it is turned away. So an attacker is
 * slowed and a victim elsewhere never notices: no code and no user is ever locked by somebody else's guesses. Kept in memory, in a
 * bounded table: it costs an attacker's flood no storage, and is per process.
 */
export type GuessLimit = {
  /**
   * Runs the work when the source may have it looked at.
   * @returns what the work answered; undefined when the source must come back later
   */
  guard<T>(
    source: string,
    work: () => Promise<{ readonly wrong: boolean; readonly value: T }>,
  ): Promise<T | undefined>;
  /** Wrong tries by source since the last call. */
  takeFailures(): ReadonlyMap<string, number>;
};

type Source = { tries: number; at: number; waiting: number; running: number };

const MAX_SOURCES = 50_000;
const MAX_WAITING = 8;

export function guessLimit(options: {
  /** What of a source counts as one; addresses unless said. */
  readonly keyOf?: (source: string) => string;
  /**
   * Lets a source that was never wrong send as many at once as it likes, so that a busy gateway is not slowed. For what cannot be
   * guessed in one burst only, such as activation codes; not for passwords.
   */
  readonly trusting?: boolean;
  /** Wrong tries a source may make at once. */
  readonly burst: number;
  /** How long one try takes to come back. */
  readonly refillMilliseconds: number;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}): GuessLimit {
  const keyOf = options.keyOf ?? sourceKey;
  const sources = new Map<string, Source>();
  let failures = new Map<string, number>();

  function lookUp(source: string): Source {
    const key = keyOf(source);
    const now = options.now();
    let entry = sources.get(key);
    if (entry) {
      entry.tries = Math.min(options.burst, entry.tries + (now - entry.at) / options.refillMilliseconds);
      entry.at = now;
    } else {
      if (sources.size >= MAX_SOURCES) forgetFull(now);
      entry = { tries: options.burst, at: now, waiting: 0, running: 0 };
      sources.set(key, entry);
    }
    return entry;
  }

  /** Sources that are full again are as if never seen; if there are none, the oldest quarter goes. */
  function forgetFull(now: number): void {
    for (const [key, entry] of sources) {
      const full = entry.tries + (now - entry.at) / options.refillMilliseconds >= options.burst;
      if (full && entry.waiting === 0 && entry.running === 0) sources.delete(key);
    }
    if (sources.size < MAX_SOURCES) return;
    let excess = MAX_SOURCES / 4;
    for (const key of sources.keys()) {
      if (excess-- <= 0) break;
      sources.delete(key);
    }
  }

  /**
   * Lets one request in and counts it as running, in one step: no more run at once than there are tries, so that many at once do not
   * get past the count.
   * @returns gives the place back; undefined when the source is turned away
   */
  async function enter(source: string): Promise<(() => void) | undefined> {
    // Then who was never wrong is not even in the table.
    if (options.trusting && !sources.has(keyOf(source))) return () => {};
    const entry = lookUp(source);
    const leave = (): void => {
      entry.running -= 1;
    };
    if (entry.tries - entry.running >= 1) {
      entry.running += 1;
      return leave;
    }
    if (entry.waiting >= MAX_WAITING) return undefined;
    // Each one waiting has its own place in the queue.
    const missing = Math.max(0, 1 - entry.tries) + entry.waiting + entry.running;
    entry.waiting += 1;
    try {
      await options.sleep(missing * options.refillMilliseconds);
    } finally {
      entry.waiting -= 1;
    }
    entry.running += 1;
    return leave;
  }

  return {
    async guard(source, work) {
      const leave = await enter(source);
      if (!leave) return undefined;
      try {
        const { wrong, value } = await work();
        if (wrong) {
          const entry = lookUp(source);
          // Bounded below, so that what was wrong at once is forgiven in bounded time.
          entry.tries = Math.max(-options.burst, entry.tries - 1);
          const key = keyOf(source);
          if (failures.size < MAX_SOURCES || failures.has(key))
            failures.set(key, (failures.get(key) ?? 0) + 1);
        }
        return value;
      } finally {
        leave();
      }
    },
    takeFailures() {
      const taken = failures;
      failures = new Map();
      return taken;
    },
  };
}

/** An IPv6 host has a /64 to itself; its neighbours in it count as one. */
export function sourceKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}
