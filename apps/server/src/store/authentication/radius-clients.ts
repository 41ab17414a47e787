/** RADIUS clients. */
import { sql } from 'kysely';
import { lockRow } from '../db/database-kind.ts';
import { listAll } from '../db/rows.ts';
import type { Connection } from '../schema/schema.ts';

export const listRadiusClients = (db: Connection) => listAll(db, 'radius_clients', 'name_key');

/** Until the transaction ends, it is not deleted and gets no old servers. @returns false if there is none */
export async function holdRadiusClient(trx: Connection, id: string): Promise<boolean> {
  return (await lockRow(trx, 'radius_clients', id)) !== undefined;
}

/** In one statement, whether there are old servers: hardly any installation has them. */
export async function listRadiusClientsToServe(db: Connection) {
  const clients = await db
    .selectFrom('radius_clients')
    .selectAll()
    .select(sql<number>`(select count(*) from coexistences where enabled = 1)`.as('coexistent'))
    .execute();
  return { clients, coexistent: Number(clients[0]?.coexistent ?? 0) > 0 };
}
