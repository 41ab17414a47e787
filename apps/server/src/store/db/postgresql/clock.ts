/** How far the clock of this host is from that of the database. SQLite has no other. */
import { sql } from 'kysely';
import type { Database } from '../../schema/schema.ts';
import { isPostgresql } from '../database-kind.ts';

/** @returns milliseconds that this host is ahead, or behind if negative; accurate to half of what the answer took */
export async function clockAhead(db: Database, now: () => number): Promise<number> {
  if (!isPostgresql(db)) return 0;
  const begun = now();
  const { rows } = await sql<{ at: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::double precision as at`.execute(db);
  return Math.round((begun + now()) / 2 - Number(rows[0]?.at));
}
