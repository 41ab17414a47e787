/** Whether a search hits few rows, found out by counting along an index up to a bound. */
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from './schema.ts';

/** As many rows as are fetched and sorted in the time that it takes to walk past all the others. */
const FEW = 3_000;

/** @param ids a select of ids along an index; one may come twice */
export async function isFew(db: Connection, ids: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${ids}) as few limit ${FEW + 1}) as counted`.execute(db);
  return Number(rows[0]?.count) <= FEW;
}
