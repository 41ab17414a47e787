/** Pages of a list: an opaque cursor, and whether there is more. */

/** A cursor is opaque to callers: the sort key of the last row, in base64url. */
export const cursorOf = (key: string): string => Buffer.from(key).toString('base64url');
/** As sent, whatever is in it. An empty one is what a client has before the first page: none. */
export const wholeKeyOf = (cursor: string | undefined): string | undefined =>
  cursor ? Buffer.from(cursor, 'base64url').toString() : undefined;
/** Without NUL, which PostgreSQL does not compare with. */
export const keyOf = (cursor: string | undefined): string | undefined =>
  wholeKeyOf(cursor)?.replaceAll('\u0000', '\ufffd');
/** A position in a list; what is none is the first. */
export function positionOf(cursor: string | undefined, first = 0): number {
  const position = Number(wholeKeyOf(cursor) || Number.NaN);
  return Number.isInteger(position) && Math.abs(position) <= 0x7fff_ffff ? position : first;
}

/** Reading one more row than requested shows whether there is a next page. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOfRow: (row: Row) => string,
  items: readonly Item[],
): { items: Item[]; next?: string } {
  const last = rows[limit - 1];
  return {
    items: items.slice(0, limit),
    ...(rows.length > limit && last !== undefined ? { next: cursorOf(keyOfRow(last)) } : {}),
  };
}
