/** RADIUS clients. */
import { sql } from 'kysely';
import type { Connection, Row } from '../schema/schema.ts';

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
