/** Opens the database (a SQLite file or a PostgreSQL URL) and brings its schema up to date. */

import { setTimeout as wait } from 'node:timers/promises';
import { type Dialect, Kysely, sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration';
import type { Database, Schema } from '../schema/schema.ts';
import { isPostgresql } from './database-kind.ts';
import { isNotThereYet, unavailabilityOf } from './errors.ts';
import { type Meter, UNMETERED } from './meter.ts';
import { isInUse, MIGRATIONS, migrateUpTo } from './migrate.ts';
import { postgresDialect } from './postgresql/dialect.ts';
import { lackedNeeds } from './postgresql/needs.ts';
import { hasTimelines, type Standing, TimelineGuard } from './postgresql/timeline.ts';
import { sqliteDialect } from './sqlite/dialect.ts';

export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgresql'; readonly url: string };

export type OpenDatabase = {
  readonly db: Database;
  readonly kind: DatabaseLocation['kind'];
  /**
   * Nothing is committed after a promotion before `settle` has returned what it may be committed under; also called now. SQLite, and a
   * database like PostgreSQL that has no timelines, are never promoted.
   * @param settle gets a connection of its own, to which this does not apply
   */
  watchTimeline(settle: SettleIn): Promise<void>;
  close(): Promise<void>;
};

export type SettleIn = (db: Database, last: Standing | undefined) => Promise<Standing>;

const RETRY_MILLISECONDS = 1_000;
/** Others have the tables to themselves for most of the time. */
const IN_USE_MILLISECONDS = 5_000;
/** How often this is logged while waiting. */
const REMIND_TRIES = 30;

/**
 * Waits for a PostgreSQL that is not up yet, and for transactions that hold a table which a migration changes, such as that of a backup.
 * @throws if the database refuses us or a migration fails: nothing can run without it
 */
export async function openDatabase(
  location: DatabaseLocation,
  options: {
    /** How many processes of this server share the connections that it may have. */
    readonly processes?: number;
    readonly onLost?: (error: Error) => void;
    /** @param inUse a migration waits for other transactions; otherwise the database is not available */
    readonly onWait?: (error: unknown, inUse: boolean) => void;
    /** Changes by other processes are noticed not at once, but after some seconds. */
    readonly onDeaf?: () => void;
    /** A statement or commit failed because the database is unavailable. */
    readonly onUnavailable?: () => void;
    /** A long-running process: it has threads for what would block its event loop. */
    readonly stays?: boolean;
    readonly meter?: Meter;
  } = {},
): Promise<OpenDatabase> {
  const {
    processes = 1,
    onLost = () => {},
    onWait = () => {},
    onUnavailable = () => {},
    onDeaf = () => {},
    stays = false,
    meter = UNMETERED,
  } = options;
  const onError = (error: unknown): void => {
    const reason = unavailabilityOf(error);
    if (reason === undefined) return;
    meter.failed(reason);
    onUnavailable();
  };
  const timeline = new TimelineGuard();
  const dialect = (migrate: boolean): Dialect =>
    location.kind === 'sqlite'
      ? sqliteDialect(location.file, {
          onError,
          stays: stays && !migrate,
          meter: migrate ? UNMETERED : meter,
        })
      : postgresDialect(location.url, {
          onLost,
          onError,
          migrate,
          processes,
          onDeaf: stays && !migrate ? onDeaf : undefined,
          ...(migrate ? {} : { timeline, meter }),
        });
  for (let tries = 0; ; tries += 1) {
    const migrating = new Kysely<Schema>({ dialect: dialect(true) });
    let inUse = false;
    try {
      await migrate(migrating);
      break;
    } catch (error) {
      inUse = isInUse(error);
      if (!inUse && !isNotThereYet(error)) throw error;
      if (tries % REMIND_TRIES === 0) onWait(error, inUse);
    } finally {
      await migrating.destroy();
    }
    await wait(inUse ? IN_USE_MILLISECONDS : RETRY_MILLISECONDS);
  }
  const db = new Kysely<Schema>({ dialect: dialect(false) });
  return {
    db,
    kind: location.kind,
    async watchTimeline(settle) {
      const apart = async <T>(work: (one: Database) => Promise<T>): Promise<T> => {
        const one = new Kysely<Schema>({ dialect: dialect(true) });
        return work(one).finally(() => one.destroy());
      };
      if (location.kind === 'sqlite' || !(await apart(hasTimelines))) return;
      await timeline.begin((last) => apart((one) => settle(one, last)));
    },
    close: () => db.destroy(),
  };
}

async function migrate(db: Database): Promise<void> {
  const lacked = isPostgresql(db) ? await lackedNeeds(db) : [];
  if (lacked.length > 0)
    throw new Error(
      `this database is not usable: it lacks ${lacked.join(', ')}, which single use of tokencodes rests on. Use PostgreSQL itself. Nothing was changed.`,
    );
  const newer = await unknownMigrations(db);
  if (newer.length > 0) {
    throw new Error(
      `a newer Sower has changed this database (${newer.join(', ')}), and this version cannot read it. Start that version, or restore a backup from before the upgrade. Nothing was changed.`,
    );
  }
  await migrateUpTo(db);
}

/** Migrations that ran on this database and that this version does not have. None in a new one, which has no table of them yet. */
async function unknownMigrations(db: Database): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !Object.hasOwn(MIGRATIONS, name));
}
