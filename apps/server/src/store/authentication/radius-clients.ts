/** RADIUS clients. */
import { sql } from 'kysely';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function listRadiusClients(db: Connection): Promise<Row<'radius_clients'>[]> {
  return db.selectFrom('radius_clients').selectAll().orderBy('name_key').execute();
}

/** In one statement, whether there are old servers: hardly any installation has them. */
export async function listRadiusClientsToServe(
  db: Connection,
): Promise<{ readonly clients: readonly Row<'radius_clients'>[]; readonly coexistent: boolean }> {
  const clients = await db
    .selectFrom('radius_clients')
    .selectAll()
    .select(sql<number>`(select count(*) from coexistences where enabled = 1)`.as('coexistent'))
    .execute();
  return { clients, coexistent: Number(clients[0]?.coexistent ?? 0) > 0 };
}

export function findRadiusClient(db: Connection, id: string): Promise<Row<'radius_clients'> | undefined> {
  return db.selectFrom('radius_clients').selectAll().where('id', '=', id).executeTakeFirst();
}

export function insertRadiusClient(
  db: Connection,
  row: NewRow<'radius_clients'>,
): Promise<Row<'radius_clients'>> {
  return db.insertInto('radius_clients').values(row).returningAll().executeTakeFirstOrThrow();
}

/** @returns undefined if the row has another version by now */
export function updateRadiusClient(
  db: Connection,
  id: string,
  version: number,
  change: Partial<Omit<NewRow<'radius_clients'>, 'id' | 'created_at' | 'version'>>,
): Promise<Row<'radius_clients'> | undefined> {
  return db
    .updateTable('radius_clients')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

export function deleteRadiusClient(db: Connection, id: string): Promise<Row<'radius_clients'> | undefined> {
  return db.deleteFrom('radius_clients').where('id', '=', id).returningAll().executeTakeFirst();
}
