/** Which of the two databases a connection or transaction belongs to, where they do not understand the same SQL. */

import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Connection, Row } from '../schema/schema.ts';
import { readPostgresqlVersion } from './postgresql/versions.ts';
import type { VersionedTable } from './rows.ts';

export const isPostgresql = (db: Connection): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/**
 * Ends an `exists (…)` among the columns of a statement of few rows, so that PostgreSQL looks for each row along an index. It does not know
 * the limit there, and would first read every row of the inner table for each batch.
 */
export const FOR_EACH_ROW = sql`limit 1 offset 0`;

/** @returns such as `PostgreSQL 18.4` */
export async function readDatabaseVersion(db: Connection): Promise<string> {
  if (isPostgresql(db)) return `PostgreSQL ${(await readPostgresqlVersion(db)).name}`;
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db);
  return `SQLite ${rows[0]?.version ?? ''}`;
}

export const hasOneWriter = (db: Connection): boolean => !isPostgresql(db);

export function skipLocked(db: Connection): RawBuilder<unknown> {
  return hasOneWriter(db) ? sql`` : sql`for update skip locked`;
}

/**
 * Locks a row until the transaction ends. A write that changes nothing locks on both databases; SELECT … FOR UPDATE exists on only one.
 * @returns the row as it is then, `undefined` if it is gone
 */
export async function lockRow<T extends VersionedTable>(
  db: Connection,
  table: T,
  id: string,
): Promise<Row<T> | undefined> {
  const { rows } = await sql<Row<T>>`
    update ${sql.table(table)} set version = version where id = ${id} returning *`.execute(db);
  return rows[0];
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
