/** Opens the database (a SQLite file or a PostgreSQL URL) and brings its schema up to date. */
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { MIGRATIONS } from './migrations.ts';
import { NAMED } from './prepared.ts';
import type { Database, Schema } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgresql'; readonly url: string };

export type OpenDatabase = {
  readonly db: Database;
  readonly kind: DatabaseLocation['kind'];
  close(): Promise<void>;
};

/** @throws when the database cannot be reached or a migration fails: nothing can run without it */
export async function openDatabase(
  location: DatabaseLocation,
  onLost: (error: Error) => void = () => {},
): Promise<OpenDatabase> {
  const db = new Kysely<Schema>({
    dialect:
      location.kind === 'sqlite' ? sqliteDialect(location.file) : postgresDialect(location.url, onLost),
  });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, kind: location.kind, close: () => db.destroy() };
}

function postgresDialect(url: string, onLost: (error: Error) => void): PostgresDialect {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `sower_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
  /** Gives the statements that say so a name, so that a connection has them prepared. */
  class NamingClient extends pg.Client {
    // biome-ignore lint/suspicious/noExplicitAny: one of many overloads, passed on as it came
    override query(...args: any[]): any {
      const [text, values] = args;
      const named = typeof text === 'string' && text.startsWith(NAMED);
      const query = super.query as (...given: unknown[]) => unknown;
      return named ? query.call(this, { name: nameOf(text), text, values }) : query.apply(this, args);
    }
  }
  const pool = new pg.Pool({
    Client: NamingClient,
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    types: {
      // int8 holds epoch milliseconds, intervals and counters here: all within a double's exact range.
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // An idle connection that breaks is an event, not a crash: the next query takes another one.
  pool.on('error', onLost);
  return new PostgresDialect({ pool });
}

async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
