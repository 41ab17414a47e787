/** Tables of parameters inside a statement, so that one statement can change many rows. They work on both databases. */
import { type RawBuilder, sql } from 'kysely';

export type ColumnType = 'text' | 'bigint';
export type Columns = Readonly<Record<string, ColumnType>>;
export type RowOf<C extends Columns> = { readonly [K in keyof C]: string | number | null };

export const keysOf = <C extends Columns>(columns: C): (keyof C & string)[] => Object.keys(columns);

/** The column names, separated by commas. @param of the table that has them */
export const listed = (columns: Columns, of?: string): RawBuilder<unknown> =>
  sql.join(keysOf(columns).map((column) => sql.ref(of === undefined ? column : `${of}.${column}`)));

/** After `set`: what the table of parameters `v` has. @param keys columns that are only compared */
export const fromRows = (columns: Columns, ...keys: readonly string[]): RawBuilder<unknown> => {
  const changed = keysOf(columns).filter((column) => !keys.includes(column));
  return sql.join(changed.map((column) => sql`${sql.ref(column)} = v.${sql.ref(column)}`));
};

/** The columns of the table of parameters `v`, as the rest of the statement sees them. */
export const refsOf = <C extends Columns>(columns: C) =>
  Object.fromEntries(keysOf(columns).map((column) => [column, sql.ref(`v.${column}`)])) as {
    readonly [Column in keyof C]: RawBuilder<unknown>;
  };

const heading = (name: string, columns: Columns): RawBuilder<unknown> =>
  sql`${sql.table(name)} (${listed(columns)})`;

/**
 * `name (columns) as (values …)`, for use after `with`.
 * @param rows at least one; every value is bound, none is spliced into the text
 */
export function valuesTable<C extends Columns>(
  name: string,
  columns: C,
  rows: readonly RowOf<C>[],
): RawBuilder<unknown> {
  const names = keysOf(columns);
  // PostgreSQL infers no type for a bare parameter here.
  const tuples = rows.map(
    (row) =>
      sql`(${sql.join(names.map((column) => sql`cast(${row[column]} as ${sql.raw(columns[column] as ColumnType)})`))})`,
  );
  return sql`${heading(name, columns)} as (values ${sql.join(tuples)})`;
}

/** Inserts one row. @param row a value for each column */
export const insertedRow = (table: string, columns: Columns, row: Readonly<Record<string, unknown>>) =>
  sql`insert into ${sql.table(table)} (${listed(columns)}) values (${sql.join(keysOf(columns).map((column) => row[column]))})`;

/**
 * The same with PostgreSQL arrays, one for each column.
 * @param arrayOf the value of a column in all rows
 */
export function arraysTable(
  name: string,
  columns: Columns,
  arrayOf: (column: string) => unknown,
): RawBuilder<unknown> {
  const arrays = keysOf(columns).map(
    (column) => sql`cast(${arrayOf(column)} as ${sql.raw(columns[column] as ColumnType)}[])`,
  );
  return sql`${heading(name, columns)} as (select * from unnest(${sql.join(arrays)}))`;
}

/** SQLite accepts 32,766 parameters; more keys than this are rare. */
const MAX_PADDED = 8_192;

/**
 * Keys for `in (…)`, the last one repeated up to a power of two: so that there are few statement texts, each prepared once, whatever the
 * number of keys. A prepared statement that is no longer used keeps its memory until V8 collects an object that it does not know to be
 * large.
 */
export function fewTexts<T>(keys: Iterable<T>): T[] {
  const all = [...keys];
  const last = all.at(-1);
  if (last === undefined || all.length > MAX_PADDED) return all;
  return [...all, ...Array.from({ length: 2 ** Math.ceil(Math.log2(all.length)) - all.length }, () => last)];
}
