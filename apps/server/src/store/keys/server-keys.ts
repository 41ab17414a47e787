/** RSA keys of the CT-KIP server, whose private halves are sealed, and the key to which tokens are exported. */

import { findAll, findOne, insertOnce, insertRow, takeRow } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

/** Latest first. */
export const listServerKeys = (db: Connection) =>
  findAll(db, 'server_keys', 'all', { order: ['id'], descending: true });

export const findServerKey = (db: Connection, id: number) => findOne(db, 'server_keys', { id });

/** The new key is active; every other is retired. Call it in a transaction. */
export async function insertServerKey(db: Connection, row: NewRow<'server_keys'>) {
  await db.updateTable('server_keys').set({ use: 'retired' }).execute();
  return insertRow(db, 'server_keys', row);
}

/** The key that other installations encrypt exported tokens to: one row, whose ID grows with each replacement. */
export function findTransferKey(db: Connection): Promise<Row<'transfer_keys'> | undefined> {
  return db.selectFrom('transfer_keys').selectAll().orderBy('id', 'desc').executeTakeFirst();
}

/** Takes the key away, to be replaced. */
export const claimTransferKey = (db: Connection, id: number) => takeRow(db, 'transfer_keys', { id });

/** @returns false if there is one of this ID already, which stays */
export const insertTransferKey = (db: Connection, row: NewRow<'transfer_keys'>) =>
  insertOnce(db, 'transfer_keys', row);
