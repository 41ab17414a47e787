/** What each migration is: one step from the schema before, on either database. */
import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
export type Step = (db: Kysely<any>) => Promise<void>;
/** By the name under which a database records that it ran, which therefore never changes. */
export type Steps = Readonly<Record<string, Step>>;

type Db = Parameters<Step>[0];

export const onPostgresql = (db: Db): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/** Keys are ordered by their octets on both databases, so that "begins with" is a range of the index on both. */
export const keyType = (db: Db) => (onPostgresql(db) ? sql`text collate "C"` : 'text');

/** A statement that both databases understand. */
export const run = (db: Db, statement: string) => sql.raw(statement).execute(db);

/** Adds a column to a table that may have rows. @param value what they have in it; absent: nothing, as rows may from then on */
export const addColumn = (
  db: Db,
  table: string,
  column: string,
  type: 'bigint' | 'integer' | ReturnType<typeof keyType>,
  value?: string | number,
) =>
  db.schema
    .alterTable(table)
    .addColumn(column, type, (c) => (value === undefined ? c : c.notNull().defaultTo(value)))
    .execute();

/** A column with the ID of the row of another table that its row goes with. */
export const partOf = (table: string) => (c: ColumnDefinitionBuilder) =>
  c.notNull().references(`${table}.id`).onDelete('cascade');

/**
 * What the database does by itself after each row that changes.
 * @param change such as `delete on users`
 * @param body statements without apostrophes: on PostgreSQL they stand between two
 * @param only of which rows, by a condition; absent: of all
 */
export async function addTrigger(
  db: Db,
  name: string,
  change: string,
  body: string,
  only?: string,
): Promise<void> {
  const when = only === undefined ? '' : `when (${only})`;
  if (!onPostgresql(db)) {
    await run(db, `create trigger ${name} after ${change} ${when} begin ${body} end`);
    return;
  }
  await run(
    db,
    `create function ${name}() returns trigger language plpgsql as 'begin ${body} return null; end'`,
  );
  await run(db, `create trigger ${name} after ${change} for each row ${when} execute function ${name}()`);
}
