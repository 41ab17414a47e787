/** Runs the same tests on SQLite and on PostgreSQL, each on a fresh database. */
import { describe, inject } from 'vitest';
import { type FreshDatabase, freshPostgresql, freshSqlite } from './fresh-database.ts';

export type { FreshDatabase };
export type DatabaseKind = {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** As a first start leaves it: with all tables, and nothing in them. */
  fresh(): Promise<FreshDatabase>;
  /** Without a table. */
  empty(): Promise<FreshDatabase>;
};

export const SQLITE: DatabaseKind = {
  name: 'SQLite',
  fresh: () => freshSqlite(inject('template').sqlite),
  empty: () => freshSqlite(),
};
export const POSTGRESQL: DatabaseKind = {
  name: 'PostgreSQL',
  fresh: () => freshPostgresql(inject('postgresql'), inject('template').postgresql),
  empty: () => freshPostgresql(inject('postgresql')),
};

/** `describe` once for each database. */
export function onBothDatabases(title: string, suite: (kind: DatabaseKind) => void): void {
  describe(`${title} (SQLite)`, () => suite(SQLITE));
  describe.skipIf(!inject('postgresql'))(`${title} (PostgreSQL)`, () => suite(POSTGRESQL));
}
