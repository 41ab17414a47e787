/** Runs the same tests on SQLite and on PostgreSQL, each on a fresh database. */
import { describe, inject } from 'vitest';
import { type FreshDatabase, freshPostgresql, freshSqlite } from './fresh-database.ts';

export type { FreshDatabase };
export type DatabaseKind = { readonly name: 'SQLite' | 'PostgreSQL'; fresh(): Promise<FreshDatabase> };

export const SQLITE: DatabaseKind = { name: 'SQLite', fresh: freshSqlite };
export const POSTGRESQL: DatabaseKind = {
  name: 'PostgreSQL',
  fresh: () => freshPostgresql(inject('postgresql')),
};

/** `describe` once for each database. */
export function onBothDatabases(title: string, suite: (kind: DatabaseKind) => void): void {
  describe(`${title} (SQLite)`, () => suite(SQLITE));
  describe.skipIf(!inject('postgresql'))(`${title} (PostgreSQL)`, () => suite(POSTGRESQL));
}
