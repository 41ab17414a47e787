/** RSA keys of the CT-KIP server; the private halves are sealed. */
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function listServerKeys(db: Connection): Promise<Row<'server_keys'>[]> {
  return db.selectFrom('server_keys').selectAll().orderBy('id', 'desc').execute();
}

export function findServerKey(db: Connection, id: number): Promise<Row<'server_keys'> | undefined> {
  return db.selectFrom('server_keys').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The new key is active; every other is retired. Call it in a transaction. */
export async function insertServerKey(
  db: Connection,
  row: NewRow<'server_keys'>,
): Promise<Row<'server_keys'>> {
  await db.updateTable('server_keys').set({ use: 'retired' }).execute();
  return db.insertInto('server_keys').values(row).returningAll().executeTakeFirstOrThrow();
}
