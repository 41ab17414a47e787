/** Whether a search hits few rows, found out by counting along an index up to a bound. */
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../tables/schema.ts';

/**
 * As many rows as are fetched and sorted in the time that it takes to walk past all the others: of n rows that a search hits among a million
 * there is one in every million / n, so that a page of fifty is found by fetching n or by walking past 50 million / n. At 7,000 both are 7,000.
 */
const FEW = 7_000;

/** @param ids a select of ids along an index; one may come twice */
export async function isFew(db: Connection, ids: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${ids}) as few limit ${FEW + 1}) as counted`.execute(db);
  return Number(rows[0]?.count) <= FEW;
}
