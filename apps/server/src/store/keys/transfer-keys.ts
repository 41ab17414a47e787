/** The key that other installations encrypt exported tokens to: one row, whose ID grows with each replacement. */
import { insertOnce, takeRow } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function findTransferKey(db: Connection): Promise<Row<'transfer_keys'> | undefined> {
  return db.selectFrom('transfer_keys').selectAll().orderBy('id', 'desc').executeTakeFirst();
}

/** Takes the key away, to be replaced. */
export async function claimTransferKey(db: Connection, id: number): Promise<boolean> {
  return takeRow(db, 'transfer_keys', { id });
}

/** @returns false if there is one of this ID already, which stays */
export async function insertTransferKey(db: Connection, row: NewRow<'transfer_keys'>): Promise<boolean> {
  return insertOnce(db, 'transfer_keys', row);
}
