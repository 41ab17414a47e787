/** The key that other installations encrypt exported tokens to: at most one row. */
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function findTransferKey(db: Connection): Promise<Row<'transfer_keys'> | undefined> {
  return db.selectFrom('transfer_keys').selectAll().executeTakeFirst();
}

/** @returns false if there is one already, which stays */
export async function insertTransferKey(db: Connection, row: NewRow<'transfer_keys'>): Promise<boolean> {
  const inserted = await db
    .insertInto('transfer_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}
