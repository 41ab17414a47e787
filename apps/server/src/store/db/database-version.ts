/** The database as it calls itself. */
import { sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';
import { isPostgresql } from './database-kind.ts';
import { readPostgresqlVersion } from './postgresql/versions.ts';

/** @returns such as `PostgreSQL 18.4` */
export async function readDatabaseVersion(db: Connection): Promise<string> {
  if (isPostgresql(db)) return `PostgreSQL ${(await readPostgresqlVersion(db)).name}`;
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db);
  return `SQLite ${rows[0]?.version ?? ''}`;
}
