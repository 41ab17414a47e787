/** How many rows a select finds, counted along an index up to a bound, and whether those are few. */
import { type Expression, type RawBuilder, sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';

/**
 * As many rows as can be fetched and sorted in the time it takes to walk past all the others. If a search matches n rows among a million,
 * one in every million / n matches, so a page of fifty is found by fetching n or by walking past 50 million / n. At 7,000 both are 7,000.
 */
const FEW = 7_000;

/** @param ids a select of IDs along an index; an ID may occur twice */
export async function isFew(db: Connection, ids: RawBuilder<unknown>): Promise<boolean> {
  return (await countOf(db, ids, FEW + 1)) <= FEW;
}

/** @param most absent: all are counted */
export async function countOf(db: Connection, select: Expression<unknown>, most?: number): Promise<number> {
  const bound = most === undefined ? sql`` : sql`limit ${most}`;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from (${select}) as matching ${bound}) as counted`.execute(db);
  return Number(rows[0]?.count);
}
