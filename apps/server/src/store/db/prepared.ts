/** Statements on hot paths: Kysely builds and compiles them once for each database, and afterwards only the values change. */
import type { CompiledQuery } from 'kysely';
import type { Connection } from '../tables/schema.ts';

/** Stands where a value goes while a statement is built. */
class Placeholder {
  readonly row: number;
  readonly column: string;

  constructor(row: number, column: string) {
    this.row = row;
    this.column = column;
  }
}

/** Of each kind of database, and for statements over many rows of each number of rows. A transaction has the adapter of its database. */
type Compiled<Row> = WeakMap<object, Map<number, CompiledQuery<Row>>>;

/** Larger ones are rare, and each size would be kept for ever. */
const MOST_ROWS = 200;

/** Begins a text that PostgreSQL parses and plans once on each connection. What finds by a key has one good plan, whatever the key. */
export const NAMED = '/* named */ ';

async function run<Row>(
  db: Connection,
  compiled: Compiled<Row>,
  rows: readonly Readonly<Record<string, unknown>>[],
  compile: () => CompiledQuery<Row>,
): Promise<Row[]> {
  const { adapter } = db.getExecutor();
  let bySize = compiled.get(adapter);
  if (!bySize) {
    bySize = new Map();
    compiled.set(adapter, bySize);
  }
  let query = bySize.get(rows.length);
  if (!query) {
    query = compile();
    if (rows.length <= MOST_ROWS) bySize.set(rows.length, query);
  }
  const parameters = query.parameters.map((value) =>
    value instanceof Placeholder ? rows[value.row]?.[value.column] : value,
  );
  return (await db.executeQuery<Row>({ ...query, parameters } as CompiledQuery<Row>)).rows;
}

/** @param build the query with its one parameter, a key */
export function preparedQuery<Row>(
  build: (db: Connection, parameter: string) => CompiledQuery<Row>,
): (db: Connection, parameter: string) => Promise<Row[]> {
  const compiled: Compiled<Row> = new WeakMap();
  const parameter = new Placeholder(0, 'parameter') as unknown as string;
  return (db, value) =>
    run(db, compiled, [{ parameter: value }], () => {
      const query = build(db, parameter);
      return { ...query, sql: NAMED + query.sql };
    });
}

/**
 * A statement over many rows at once.
 * @param columns of each row, all of them
 * @param build sees placeholders for the values, so it must not look at them
 */
export function preparedRows<Given extends Readonly<Record<string, unknown>>, Row>(
  columns: readonly (keyof Given & string)[],
  build: (db: Connection, rows: readonly Given[]) => CompiledQuery<Row>,
): (db: Connection, rows: readonly Given[]) => Promise<Row[]> {
  const compiled: Compiled<Row> = new WeakMap();
  return (db, rows) =>
    run(db, compiled, rows, () =>
      build(
        db,
        rows.map(
          (_, row) =>
            Object.fromEntries(columns.map((column) => [column, new Placeholder(row, column)])) as Given,
        ),
      ),
    );
}
