/** Row locks that only PostgreSQL has: SQLite has one writer at a time. */
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';
import { isPostgresql } from './database-kind.ts';

export const hasOneWriter = (db: Connection): boolean => !isPostgresql(db);

export function skipLocked(db: Connection): RawBuilder<unknown> {
  return hasOneWriter(db) ? sql`` : sql`for update skip locked`;
}

/**
 * Locks the rows that a select finds until the transaction ends, if others could change them meanwhile: not on SQLite, whose transactions
 * have the database to themselves.
 */
export async function lockRows(
  db: Connection,
  select: RawBuilder<unknown>,
  of: readonly string[],
): Promise<void> {
  if (hasOneWriter(db)) return;
  await sql`${select} for no key update of ${sql.join(of.map((name) => sql.ref(name)))}`.execute(db);
}
