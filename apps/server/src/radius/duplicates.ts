/**
 * Requests that were sent again (RFC 5080 §2.2.2): they get the earlier answer, and are never processed twice. Otherwise a one-time
 * passcode that is retransmitted would be rejected, and the user with it.
 *
 * Bounded in number, octets and time. Knows packets only as keys.
 */

export type Duplicates = {
  /** @returns `new`: the caller must answer and settle it; `pending`: it is being answered; or the answer it got */
  begin(key: string): 'new' | 'pending' | Uint8Array;
  /** @param answer undefined if there is none: the request may come again and is then new */
  settle(key: string, answer: Uint8Array | undefined): void;
  readonly size: number;
};

type Entry = {
  readonly key: string;
  readonly at: number;
  answer: Uint8Array | undefined;
  older: Entry | undefined;
  newer: Entry | undefined;
};

/** Approximate memory for a key and an entry, besides the answer. */
const ENTRY_OCTETS = 250;

export function duplicates(options: {
  /** How long a request counts as a retransmission. */
  readonly milliseconds: number;
  /** The oldest are dropped first. */
  readonly maxEntries: number;
  readonly maxOctets: number;
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
}): Duplicates {
  const entries = new Map<string, Entry>();
  // In order of arrival, which is order of age. A Map keeps that order too, but to find its first entry it passes all those that were
  // deleted before it.
  let oldest: Entry | undefined;
  let newest: Entry | undefined;
  let octets = 0;

  function add(key: string, at: number): void {
    const entry: Entry = { key, at, answer: undefined, older: newest, newer: undefined };
    if (newest) newest.newer = entry;
    else oldest = entry;
    newest = entry;
    entries.set(key, entry);
    octets += ENTRY_OCTETS;
  }

  function drop(entry: Entry): void {
    const { key, answer, older, newer } = entry;
    // A dead entry that still leads to later ones makes the collector take those for alive.
    entry.older = entry.newer = undefined;
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
    entries.delete(key);
    octets -= ENTRY_OCTETS + (answer?.length ?? 0);
  }

  function forgetOld(now: number): void {
    while (
      oldest &&
      (now - oldest.at > options.milliseconds ||
        entries.size >= options.maxEntries ||
        octets >= options.maxOctets)
    )
      drop(oldest);
  }

  return {
    begin(key) {
      const now = options.clock();
      const known = entries.get(key);
      if (known && now - known.at <= options.milliseconds) return known.answer ?? 'pending';
      if (known) drop(known);
      forgetOld(now);
      add(key, now);
      return 'new';
    },
    settle(key, answer) {
      const entry = entries.get(key);
      if (!entry || entry.answer) return;
      if (answer === undefined) return drop(entry);
      entry.answer = answer;
      octets += answer.length;
    },
    get size() {
      return entries.size;
    },
  };
}
