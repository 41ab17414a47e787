/** Whether a search matches few rows, determined by counting along an index up to a bound. */
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';

/**
 * As many rows as can be fetched and sorted in the time it takes to walk past all the others. If a search matches n rows among a million,
 * one in every million / n matches, so a page of fifty is found by fetching n or by walking past 50 million / n. At 7,000 both are 7,000.
 */
const FEW = 7_000;

/** @param ids a select of IDs along an index; an ID may occur twice */
export async function isFew(db: Connection, ids: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${ids}) as few limit ${FEW + 1}) as counted`.execute(db);
  return Number(rows[0]?.count) <= FEW;
}
