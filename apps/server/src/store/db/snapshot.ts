/**
 * Reads a whole database as of one point in time, while others continue writing: for backups. Nothing here waits for a writer, and no
 * writer waits for it. Runs in a thread, since SQLite answers synchronously.
 */
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseLocation } from './open.ts';
import { hostsOf } from './postgresql/hosts.ts';
import { pg } from './postgresql/pg.later.ts';

export type SnapshotTable = { readonly name: string; readonly columns: readonly string[] };
export type SnapshotRow = readonly (string | number | null)[];

export type Snapshot = {
  /** Names of the migrations that made the schema, in their order. */
  readonly migrations: readonly string[];
  /** In the order of their names. */
  readonly tables: readonly SnapshotTable[];
  /** In batches of some hundred kilobytes at most, so that memory stays flat. */
  rows(table: SnapshotTable): AsyncIterable<readonly SnapshotRow[]> | Iterable<readonly SnapshotRow[]>;
  close(): Promise<void>;
};

/** Of the database and the migrator; and what is derived, with the tables of its index on SQLite. */
const OWN_TABLES = /^(kysely_|sqlite_|user_words)/;
const ROWS = 500;
/** How long one statement may take. */
const SILENCE_MILLISECONDS = 120_000;

export const openSnapshot = (location: DatabaseLocation): Promise<Snapshot> =>
  location.kind === 'sqlite' ? sqliteSnapshot(location.file) : postgresqlSnapshot(location.url);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const selectOf = ({ name, columns }: SnapshotTable): string =>
  `select ${columns.map(quoted).join(', ')} from ${quoted(name)}`;

/** The write-ahead log keeps what was there when the transaction began, and grows until it ends. */
async function sqliteSnapshot(file: string): Promise<Snapshot> {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  database.exec('pragma cache_size = -8192; begin');
  const names = (text: string): string[] =>
    database
      .prepare(text)
      .all()
      .map((row) => String(row.name));
  // The first read is what fixes the moment.
  const migrations = names('select name from kysely_migration order by name');
  const tables = names(`select name from sqlite_master where type = 'table' order by name`)
    .filter((name) => !OWN_TABLES.test(name))
    .map((name) => ({
      name,
      columns: names(`select name from pragma_table_info(${literal(name)}) order by cid`),
    }));
  return {
    migrations,
    tables,
    *rows(table) {
      const statement = database.prepare(selectOf(table));
      statement.setReturnArrays(true);
      let batch: SnapshotRow[] = [];
      for (const row of statement.iterate() as unknown as Iterable<SnapshotRow>) {
        batch.push(row);
        if (batch.length < ROWS) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
    async close() {
      database.close();
    },
  };
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

async function postgresqlSnapshot(url: string): Promise<Snapshot> {
  const hosts = hostsOf(url);
  await hosts.known();
  const client = new pg.Client({
    connectionString: hosts.current,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    query_timeout: SILENCE_MILLISECONDS,
    application_name: 'sower backup',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // It is reported by the query that it breaks.
  client.on('error', () => {});
  await client.connect();
  try {
    return await beginSnapshot(client);
  } catch (error) {
    // The thread would wait for it, and the backup would never have ended.
    await client.end().catch(() => {});
    throw error;
  }
}

async function beginSnapshot(client: pg.Client): Promise<Snapshot> {
  // A reader that is slow to write its file leaves the transaction idle between two batches.
  await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
  await client.query('begin isolation level repeatable read, read only');
  const names = async (text: string, values: unknown[] = []): Promise<string[]> =>
    (await client.query<{ name: string }>(text, values)).rows.map(({ name }) => name);
  const migrations = (await names('select name from kysely_migration')).sort();
  const tables: SnapshotTable[] = [];
  for (const name of (
    await names(`select table_name as name from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE'`)
  ).sort()) {
    if (OWN_TABLES.test(name)) continue;
    const columns = await names(
      `select column_name as name from information_schema.columns
        where table_schema = current_schema() and table_name = $1 order by ordinal_position`,
      [name],
    );
    tables.push({ name, columns });
  }
  return {
    migrations,
    tables,
    async *rows(table) {
      await client.query(`declare sower_backup no scroll cursor for ${selectOf(table)}`);
      for (;;) {
        const { rows } = await client.query({ text: `fetch ${ROWS} from sower_backup`, rowMode: 'array' });
        if (rows.length === 0) break;
        yield rows as SnapshotRow[];
      }
      await client.query('close sower_backup');
    },
    close: () => client.end(),
  };
}
