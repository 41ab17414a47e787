/** Runs the same tests on SQLite and on PostgreSQL, each on a fresh database. */
import type { Database } from '@sower/server/store/schema/schema';
import { describe, inject } from 'vitest';
import { installed } from './databases/installation.ts';
import { type FreshDatabase, freshPostgresql, freshSqlite, templateOf } from './fresh-database.ts';

export type { FreshDatabase };
export type DatabaseKind = {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** With all tables, and nothing in them. */
  fresh(): Promise<FreshDatabase>;
  /**
   * As a first start leaves it. `deploy` begins with a copy of the data folder: keys and certificate are the same in each of a run. For what
   * tests the first start itself, or needs keys of its own, `fresh`.
   */
  installed(): Promise<FreshDatabase>;
  /** Without a table. */
  empty(): Promise<FreshDatabase>;
};

export const SQLITE: DatabaseKind = {
  name: 'SQLite',
  fresh: () => freshSqlite(inject('template').sqlite, inject('folder')),
  async installed() {
    const installation = await installed('sqlite');
    const template = templateOf({ option: inject('installation').sqlite });
    return { ...(await freshSqlite(template, inject('folder'))), installation };
  },
  empty: () => freshSqlite(undefined, inject('folder')),
};
export const POSTGRESQL: DatabaseKind = {
  name: 'PostgreSQL',
  fresh: () => freshPostgresql(inject('postgresql'), inject('template').postgresql),
  async installed() {
    const installation = await installed('postgresql');
    const template = templateOf({ option: inject('installation').postgresql as string });
    return { ...(await freshPostgresql(inject('postgresql'), template)), installation };
  },
  empty: () => freshPostgresql(inject('postgresql')),
};

/** `describe` once for each database. @param each how a suite is made: `besideOthers` for those that mostly wait */
export function onBothDatabases(
  title: string,
  suite: (kind: DatabaseKind) => void,
  each: (title: string, suite: () => void) => void = describe,
): void {
  each(`${title} (SQLite)`, () => suite(SQLITE));
  if (inject('postgresql')) each(`${title} (PostgreSQL)`, () => suite(POSTGRESQL));
  else describe.skip(`${title} (PostgreSQL)`, () => suite(POSTGRESQL));
}

/** For suites that wait more than they work: at once with others of the file that are, each with its tests in order. */
export function besideOthers(title: string, suite: () => void): void {
  describe.concurrent(title, () => {
    describe('in order', { concurrent: false }, suite);
  });
}

/** `onBothDatabases` at once, for suites that mostly wait: for jobs, leases, restarts. What polls takes `expect` from the context of its test. */
export const onBothAtOnce = (title: string, suite: (kind: DatabaseKind) => void): void =>
  onBothDatabases(title, suite, besideOthers);

/** The same database, where something happens just before the next transaction begins. */
export function justBefore(database: Database, happens: () => Promise<unknown>): Database {
  let due = true;
  return new Proxy(database, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name !== 'transaction' || !due) return typeof value === 'function' ? value.bind(target) : value;
      return () => ({
        execute: async (work: never) => {
          if (due) {
            due = false;
            await happens();
          }
          return target.transaction().execute(work);
        },
      });
    },
  });
}
