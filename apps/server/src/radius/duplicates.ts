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

type Entry = { readonly at: number; answer: Uint8Array | undefined };

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
  // In order of arrival, which is order of age.
  const entries = new Map<string, Entry>();
  let octets = 0;

  function drop(key: string, entry: Entry): void {
    entries.delete(key);
    octets -= ENTRY_OCTETS + (entry.answer?.length ?? 0);
  }

  function forgetOld(now: number): void {
    for (const [key, entry] of entries) {
      const old = now - entry.at > options.milliseconds;
      if (!old && entries.size < options.maxEntries && octets < options.maxOctets) return;
      drop(key, entry);
    }
  }

  return {
    begin(key) {
      const now = options.clock();
      const known = entries.get(key);
      if (known && now - known.at <= options.milliseconds) return known.answer ?? 'pending';
      if (known) drop(key, known);
      forgetOld(now);
      entries.set(key, { at: now, answer: undefined });
      octets += ENTRY_OCTETS;
      return 'new';
    },
    settle(key, answer) {
      const entry = entries.get(key);
      if (!entry || entry.answer) return;
      if (answer === undefined) return drop(key, entry);
      entry.answer = answer;
      octets += answer.length;
    },
    get size() {
      return entries.size;
    },
  };
}
