/** A table of parameters inside a statement, so that one statement changes many rows. Works on both databases. */
import { type RawBuilder, sql } from 'kysely';

export type ColumnType = 'text' | 'bigint';
export type Columns = Readonly<Record<string, ColumnType>>;
export type RowOf<C extends Columns> = { readonly [K in keyof C]: string | number | null };

export const keysOf = <C extends Columns>(columns: C): (keyof C & string)[] => Object.keys(columns);

/**
 * `name (columns) as (values …)`, to stand after `with`.
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
  return sql`${sql.table(name)} (${sql.join(names.map((column) => sql.ref(column)))}) as (values ${sql.join(tuples)})`;
}
