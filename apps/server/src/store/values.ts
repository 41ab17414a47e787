/** A table of parameters inside a statement, so that one statement changes many rows. Works on both databases. */
import { type RawBuilder, sql } from 'kysely';

export type ColumnType = 'text' | 'bigint';

/**
 * `name (columns) as (values …)`, to stand after `with`.
 * @param rows at least one; every value is bound, none is spliced into the text
 */
export function valuesTable<C extends string>(
  name: string,
  columns: Readonly<Record<C, ColumnType>>,
  rows: readonly Readonly<Record<C, string | number | null>>[],
): RawBuilder<unknown> {
  const names = Object.keys(columns) as C[];
  // PostgreSQL infers no type for a bare parameter here.
  const tuples = rows.map(
    (row) =>
      sql`(${sql.join(names.map((column) => sql`cast(${row[column]} as ${sql.raw(columns[column])})`))})`,
  );
  return sql`${sql.table(name)} (${sql.join(names.map((column) => sql.ref(column)))}) as (values ${sql.join(tuples)})`;
}
