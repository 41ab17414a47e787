/**
 * The hash chain over the audit trail: what is hashed and how, so that a server, the command line and an exported file agree.
 *
 * hash(n) = SHA-256 (hash(n-1) || row(n)), hash(0) = 32 zero octets; a row is its fields as JSON in a fixed order. Changing, removing or
 * moving a row changes every hash after it.
 */
import type { ChainedRow } from './audit.ts';

/** The first line of a file whose rows begin behind others that were cut off: the last of those, and its hash. */
export type ChainStart = { readonly start: number; readonly hash: string };

export const CHAIN_START = '0'.repeat(64);

/** The text that is hashed together with the previous hash. */
export function chainText(previous: string, row: Omit<ChainedRow, 'hash'>): string {
  const { seq, id, at, actor, action, object, result, reason, source } = row;
  return previous + JSON.stringify([seq, id, at, actor, action, object, result, reason, source]);
}

/** The end of a chain: kept elsewhere, it shows whether the chain was cut short. */
export type ChainHead = {
  readonly seq: number;
  /** Hexadecimal. */
  readonly hash: string;
  /** When this was the end, epoch milliseconds. */
  readonly at: number;
  /** How many rows at the start are linked without a mark: they were written before marks existed. */
  readonly unmarked: number;
};

/** The input of the keyed hash of a head. */
export const headText = ({ seq, hash, at, unmarked }: ChainHead): string =>
  [seq, hash, at, unmarked].join('.');

/** An anchor is the text of a head and its keyed hash: `SEQ.HASH.TIME.UNMARKED.MAC`. */
export function parseAnchor(anchor: string): { readonly head: ChainHead; readonly mac: string } | undefined {
  const [, seq, hash = '', at, unmarked, mac = ''] =
    /^(\d{1,15})\.([0-9a-f]{64})\.(\d{1,15})\.(\d{1,15})\.((?:k\d{1,6}:)?[\w-]{43})$/.exec(anchor.trim()) ??
    [];
  if (seq === undefined) return undefined;
  return { head: { seq: Number(seq), hash, at: Number(at), unmarked: Number(unmarked) }, mac };
}

type ChainVerdict =
  | { readonly intact: true; readonly rows: number; readonly head: string }
  | { readonly intact: false; readonly rows: number; readonly broken: string; readonly detail: string };

/** How far back a row may stand again: more than are forwarded at a time. */
const AGAIN = 2_000;

/**
 * Follows a chain from its first row. A row that stands there again, as it was, counts once: forwarded rows may arrive twice.
 * @param sha256 hexadecimal SHA-256 of a UTF-8 text
 * @param anchor a link that the chain must have
 */
export async function followChain(
  rows: Iterable<ChainedRow | ChainStart> | AsyncIterable<ChainedRow | ChainStart>,
  sha256: (text: string) => string | Promise<string>,
  anchor?: ChainHead,
): Promise<ChainVerdict> {
  let seq = 0;
  let hash = CHAIN_START;
  let count = 0;
  const lately = new Map<number, string>();
  const altered = (id: string, detail: string) =>
    ({ intact: false, rows: count, broken: id, detail }) as const;
  for await (const row of rows) {
    if ('start' in row) {
      if (seq !== 0) return altered(`${row.start}`, 'it begins twice');
      ({ start: seq, hash } = row);
      if (anchor?.seq === seq && anchor.hash !== hash)
        return altered(`${seq}`, `row ${seq} is not the one that the anchor names`);
      continue;
    }
    const before = lately.get(row.seq);
    if (before === row.hash && (await sha256(chainText(lately.get(row.seq - 1) ?? '', row))) === before)
      continue;
    if (row.seq !== seq + 1) {
      const detail = row.seq > seq + 1 ? `row ${seq + 1} is missing` : `row ${row.seq} is out of order`;
      return altered(row.id, detail);
    }
    if ((await sha256(chainText(hash, row))) !== row.hash)
      return altered(row.id, `row ${row.seq} was altered, or a row before it`);
    lately
      .set(seq, hash)
      .set(row.seq, row.hash)
      .delete(row.seq - AGAIN);
    ({ seq, hash } = row);
    if (anchor?.seq === seq && anchor.hash !== hash)
      return altered(row.id, `row ${seq} is not the one that the anchor names`);
    count += 1;
  }
  if (anchor && anchor.seq > seq)
    return altered(`${anchor.seq}`, `it ends at row ${seq}, and the anchor names row ${anchor.seq}`);
  return { intact: true, rows: count, head: hash };
}
