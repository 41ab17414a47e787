/** Fills an empty database with the rows of another one, of either kind, whatever refers to what. */

import { CompiledQuery, Kysely, sql, type Transaction } from 'kysely';
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration';
import { forgetAllWords } from '../directory/user-words.ts';
import type { Database, Schema } from '../schema/schema.ts';
import { isPostgresql } from './database-kind.ts';
import { MIGRATIONS } from './migrate.ts';
import type { DatabaseLocation } from './open.ts';
import { postgresDialect } from './postgresql/dialect.ts';
import type { SnapshotRow, SnapshotTable } from './snapshot.ts';
import { sqliteDialect } from './sqlite/dialect.ts';
import { inTransaction } from './transaction.ts';

/** Leaves its schema as it is. */
export function openAsItIs(location: DatabaseLocation): Database {
  const dialect =
    location.kind === 'sqlite'
      ? sqliteDialect(location.file)
      : postgresDialect(location.url, { onLost: () => {}, onError: () => {}, migrate: true });
  return new Kysely<Schema>({ dialect });
}

/** Stored instead of the check of the master key until everything is loaded: no server starts with this. */
export const BEING_RESTORED = 'being restored';

/** `begun`: tables without an installation, as an interrupted restore leaves them. `occupied`: an installation, or tables of others. */
export async function occupancyOf(db: Database): Promise<'empty' | 'begun' | 'occupied'> {
  const tables = await db.introspection.getTables();
  if (tables.length === 0) return 'empty';
  if (!tables.some(({ name }) => name === 'installation')) return 'occupied';
  const row = await db.selectFrom('installation').select('key_check').executeTakeFirst();
  return row === undefined || row.key_check === BEING_RESTORED ? 'begun' : 'occupied';
}

/** Whether this version knows all of them. One that came in later with a lower number may be missing. */
export const knowsSchema = (migrations: readonly string[]): boolean =>
  migrations.length > 0 && migrations.every((name) => name in MIGRATIONS);

/** Names of the migrations that ran, in their order. */
export async function ranMigrations(db: Database): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`.execute(db);
  return rows.map(({ name }) => name).sort();
}

/** A table of SQLite whose own tables are written through it alone. */
const SEARCH_INDEX = 'user_words_fts';

type Insert = (table: SnapshotTable, rows: readonly SnapshotRow[]) => Promise<void>;
type Work = (insert: Insert, trx: Transaction<Schema>) => Promise<void>;

/** One transaction, which begins with empty tables. @param work inserts everything; it may run again */
export async function loadAll(db: Database, work: Work): Promise<void> {
  await inTransaction(db, async (trx) => {
    const restore = isPostgresql(db) ? await withoutConstraints(trx) : await withLateConstraints(trx);
    const tables = (await trx.introspection.getTables()).filter(({ isView }) => !isView);
    const names = tables.map(({ name }) => name).filter((name) => !name.startsWith(`${SEARCH_INDEX}_`));
    for (const name of names) await sql`delete from ${sql.table(name)}`.execute(trx);
    await work((table, rows) => insertRows(trx, table, rows), trx);
    await restore();
    // A backup of an earlier version is migrated later, and that does the same.
    if (names.includes('user_words')) await forgetAllWords(trx);
  });
}

/** Constraints are restored and checked when all rows are there. */
async function withoutConstraints(trx: Transaction<Schema>): Promise<() => Promise<void>> {
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
  const { rows } = await sql<{ owner: string; name: string; definition: string }>`
    select c.conrelid::regclass::text as owner, quote_ident(c.conname) as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where c.contype = 'f' and n.nspname = current_schema()`.execute(trx);
  const change = (text: string): Promise<unknown> => sql.raw(`alter table ${text}`).execute(trx);
  for (const { owner, name } of rows) await change(`${owner} drop constraint ${name}`);
  const tables = await trx.introspection.getTables();
  const triggers = async (how: 'disable' | 'enable'): Promise<void> => {
    for (const { name, isView } of tables) if (!isView) await change(`"${name}" ${how} trigger user`);
  };
  await triggers('disable');
  return async () => {
    for (const { owner, name, definition } of rows)
      await change(`${owner} add constraint ${name} ${definition}`);
    await triggers('enable');
  };
}

/** Rows inserted first may refer to later ones, and triggers would compare with rows that are not there yet. */
async function withLateConstraints(trx: Transaction<Schema>): Promise<() => Promise<void>> {
  await sql`pragma defer_foreign_keys = on`.execute(trx);
  const { rows } = await sql<{ name: string; definition: string }>`
    select name, sql as definition from sqlite_master where type = 'trigger'`.execute(trx);
  for (const { name } of rows) await sql`drop trigger ${sql.ref(name)}`.execute(trx);
  return async () => {
    for (const { definition } of rows) await sql.raw(definition).execute(trx);
  };
}

/** The number of rows that SQLite binds with one statement. */
const BOUND_ROWS = 25;

async function insertRows(
  trx: Transaction<Schema>,
  { name, columns }: SnapshotTable,
  rows: readonly SnapshotRow[],
): Promise<void> {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const list = columns.map(quoted).join(', ');
  const into = `insert into ${quoted(name)} (${list})`;
  if (isPostgresql(trx)) {
    const objects = rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index]])),
    );
    const text = `${into} select ${list} from json_populate_recordset(null::${quoted(name)}, $1::json)`;
    await trx.executeQuery(CompiledQuery.raw(text, [JSON.stringify(objects)]));
    return;
  }
  const placeholders = `(${columns.map(() => '?').join(', ')})`;
  for (let from = 0; from < rows.length; from += BOUND_ROWS) {
    const part = rows.slice(from, from + BOUND_ROWS);
    const text = `${into} values ${part.map(() => placeholders).join(', ')}`;
    await trx.executeQuery(CompiledQuery.raw(text, part.flat()));
  }
}
