/**
 * The hash chain over the audit trail: what is hashed and how, so that a server, the command line and an exported file agree.
 *
 * hash(n) = SHA-256 (hash(n-1) || row(n)), hash(0) = 32 zero octets; a row is its fields as JSON in a fixed order. Changing, removing or
 * moving a row changes every hash after it.
 */
export type ChainedRow = {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly result: string;
  readonly reason: string | null;
  readonly source: string | null;
  /** Hexadecimal. */
  readonly hash: string;
};

export const CHAIN_START = '0'.repeat(64);

/** The text that is hashed together with the hash before it. */
export function chainText(previous: string, row: Omit<ChainedRow, 'hash'>): string {
  const { seq, id, at, actor, action, object, result, reason, source } = row;
  return previous + JSON.stringify([seq, id, at, actor, action, object, result, reason, source]);
}

export type ChainVerdict =
  | { readonly intact: true; readonly rows: number; readonly head: string }
  | { readonly intact: false; readonly rows: number; readonly broken: string; readonly detail: string };

/**
 * Follows a chain from any row on; give the hash before it.
 * @param sha256 hexadecimal SHA-256 of a UTF-8 text
 */
export async function followChain(
  rows: Iterable<ChainedRow> | AsyncIterable<ChainedRow>,
  sha256: (text: string) => string | Promise<string>,
  start: { readonly seq: number; readonly hash: string } = { seq: 0, hash: CHAIN_START },
): Promise<ChainVerdict> {
  let { seq, hash } = start;
  let count = 0;
  for await (const row of rows) {
    if (row.seq !== seq + 1) {
      const detail = row.seq > seq + 1 ? `row ${seq + 1} is missing` : `row ${row.seq} is out of order`;
      return { intact: false, rows: count, broken: row.id, detail };
    }
    if ((await sha256(chainText(hash, row))) !== row.hash) {
      return {
        intact: false,
        rows: count,
        broken: row.id,
        detail: `row ${row.seq} was altered, or a row before it`,
      };
    }
    ({ seq, hash } = row);
    count += 1;
  }
  return { intact: true, rows: count, head: hash };
}
