/** Statements on hot paths: Kysely builds and compiles them once per database; afterwards only the values change. */
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';
import { isPostgresql } from './database-kind.ts';
import { arraysTable, type Columns, keysOf, type RowOf, valuesTable } from './parameter-rows.ts';
import { sharedReads } from './shared-reads.ts';
import { DirectAdapter } from './sqlite/dialect.ts';

/** A placeholder for a value while a statement is built. */
class Placeholder<Given> {
  readonly valueIn: (given: Given) => unknown;

  constructor(valueIn: (given: Given) => unknown) {
    this.valueIn = valueIn;
  }
}

/** Kysely takes it for the value, and passes it on unread. */
const placeholder = <Given, Value>(valueIn: (given: Given) => unknown): Value =>
  new Placeholder(valueIn) as unknown as Value;

/** Per kind of database and, for statements over many rows, per number of rows. A transaction has the adapter of its database. */
type Compiled<Row> = WeakMap<object, Map<string, CompiledQuery<Row>>>;

/** Larger ones are rare, and each size would be kept forever. */
const MAX_ROWS = 200;

/** Begins a text that PostgreSQL parses and plans once on each connection. A lookup by key has one good plan, whatever the key. */
export const NAMED = '/* named */ ';

const named = <Row>(query: CompiledQuery<Row>): CompiledQuery<Row> => ({ ...query, sql: NAMED + query.sql });

/** The query with its values. */
function queryFor<Given, Row>(
  db: Connection,
  compiled: Compiled<Row>,
  given: Given,
  size: string | undefined,
  compile: () => CompiledQuery<Row>,
): CompiledQuery<Row> {
  const { adapter } = db.getExecutor();
  let bySize = compiled.get(adapter);
  if (!bySize) {
    bySize = new Map();
    compiled.set(adapter, bySize);
  }
  let query = size === undefined ? undefined : bySize.get(size);
  if (!query) {
    query = compile();
    if (size !== undefined) bySize.set(size, query);
  }
  const parameters = query.parameters.map((value) =>
    value instanceof Placeholder ? value.valueIn(given) : value,
  );
  return { ...query, parameters };
}

async function run<Given, Row>(
  ...[db, compiled, given, size, compile]: Parameters<typeof queryFor<Given, Row>>
): Promise<Row[]> {
  return (await db.executeQuery<Row>(queryFor(db, compiled, given, size, compile))).rows;
}

/** @param build the query with its one parameter, a key: it only reads */
export function preparedQuery<Row>(
  build: (db: Connection, parameter: string) => CompiledQuery<Row>,
): (db: Connection, parameter: string) => Promise<Row[]> {
  const compiled: Compiled<Row> = new WeakMap();
  const parameter = placeholder<string, string>((value) => value);
  return async (db, value) => {
    const query = queryFor(db, compiled, value, '', () => named(build(db, parameter)));
    const { adapter } = db.getExecutor();
    if (adapter instanceof DirectAdapter && !db.isTransaction) return (await adapter.read(query)) as Row[];
    return (await db.executeQuery(query)).rows;
  };
}

/**
 * A query with a key, for what many look up at once. On PostgreSQL, all that wait share one query: ten keys cost the server and this process
 * hardly more than one. SQLite answers each at once.
 * @param build the query for a parameter; or for the rows of `asked`, a table expression with the column `key`, of which each row of the
 *   result repeats one as `asked`. It begins with `select`
 */
export function preparedLookup<Row>(
  build: (
    db: Connection,
    asked: { readonly key: string } | { readonly asked: RawBuilder<unknown> },
  ) => CompiledQuery<Row>,
): (db: Connection, key: string) => Promise<Row[]> {
  const one = preparedQuery<Row>((db, key) => build(db, { key }));
  type Found = Row & { readonly asked: string };
  const compiled: Compiled<Found> = new WeakMap();
  const parameter = placeholder<readonly string[], unknown>((keys) => keys);
  const asked = sql`unnest(cast(${parameter} as text[])) as asked (key)`;
  const all = (db: Connection) => (keys: readonly string[]) =>
    run(db, compiled, keys, '', () => named(build(db, { asked }) as CompiledQuery<Found>));
  const shared = new WeakMap<object, (key: string) => Promise<Row[]>>();
  return (db, key) => {
    if (db.isTransaction || !isPostgresql(db)) return one(db, key);
    const { adapter } = db.getExecutor();
    let lookup = shared.get(adapter);
    if (!lookup) {
      lookup = sharedReads<Found>(all(db), ({ asked }) => asked);
      shared.set(adapter, lookup);
    }
    return lookup(key);
  };
}

/**
 * A statement with several parameters, by name.
 * @param build sees something in place of each value
 */
export function preparedStatement<Given extends object, Row>(
  names: readonly (keyof Given & string)[],
  build: (db: Connection, given: Given) => CompiledQuery<Row>,
): (db: Connection, given: Given) => Promise<Row[]> {
  const compiled: Compiled<Row> = new WeakMap();
  const placeholders = Object.fromEntries(
    names.map((name) => [name, placeholder<Given, unknown>((given) => given[name])]),
  ) as Given;
  return (db, given) => run(db, compiled, given, '', () => build(db, placeholders));
}

type Tables = Readonly<Record<string, Columns>>;
type RowsOf<T extends Tables> = { readonly [Name in keyof T]: readonly RowOf<T[Name]>[] };

/**
 * A statement over many rows at once, passed as tables of parameters. On PostgreSQL a column is one parameter, an array, so the text is the
 * same for any number of rows.
 * @param build sees `name (columns) as (…)` for each table, for use after `with`
 * @returns takes the rows of each table, at least one of each
 */
export function preparedTables<T extends Tables, Row>(
  tables: T,
  build: (db: Connection, given: { readonly [Name in keyof T]: RawBuilder<unknown> }) => CompiledQuery<Row>,
  onPostgresql: (query: CompiledQuery<Row>) => CompiledQuery<Row> = named,
): (db: Connection, rows: RowsOf<T>) => Promise<Row[]> {
  const compiled: Compiled<Row> = new WeakMap();
  const names: (keyof T & string)[] = Object.keys(tables);
  const built = (
    db: Connection,
    table: (name: keyof T & string, columns: Columns) => RawBuilder<unknown>,
  ): CompiledQuery<Row> =>
    build(
      db,
      Object.fromEntries(names.map((name) => [name, table(name, tables[name] as Columns)])) as {
        [Name in keyof T]: RawBuilder<unknown>;
      },
    );
  return (db, rows) => {
    if (isPostgresql(db)) {
      return run(db, compiled, rows, '', () =>
        onPostgresql(
          built(db, (name, columns) =>
            arraysTable(
              name,
              columns,
              (column) => new Placeholder((given: RowsOf<T>) => given[name].map((row) => row[column])),
            ),
          ),
        ),
      );
    }
    const sizes = names.map((name) => rows[name].length);
    return run(db, compiled, rows, Math.max(...sizes) > MAX_ROWS ? undefined : sizes.join(), () =>
      built(db, (name, columns) =>
        valuesTable(
          name,
          columns,
          rows[name].map(
            (_, index) =>
              Object.fromEntries(
                keysOf(columns).map((column) => [
                  column,
                  placeholder<RowsOf<T>, RowOf<Columns>[string]>((given) => given[name][index]?.[column]),
                ]),
              ) as RowOf<Columns>,
          ),
        ),
      ),
    );
  };
}

/** One table of parameters, called `v`. */
export function preparedRows<C extends Columns, Row>(
  columns: C,
  build: (db: Connection, v: RawBuilder<unknown>) => CompiledQuery<Row>,
): (db: Connection, rows: readonly RowOf<C>[]) => Promise<Row[]> {
  const statement = preparedTables<{ v: C }, Row>({ v: columns }, (db, { v }) => build(db, v));
  return (db, rows) => statement(db, { v: rows });
}

/** Rows of one statement of a batch on SQLite: there are few texts then, and each is compiled once and kept. */
const PARTS = [25, 5, 1] as const;

/**
 * For batches of any size: on SQLite the rows of `v` are taken in parts, each by values that are bound, which is several times as fast as
 * reading them out of JSON. On PostgreSQL they are all one statement, planned each time, since the tables that it reads have grown since.
 * @param tables `v`, and what all rows have in common
 */
export function preparedBatch<T extends Tables & { readonly v: Columns }, Row>(
  tables: T,
  build: (db: Connection, given: { readonly [Name in keyof T]: RawBuilder<unknown> }) => CompiledQuery<Row>,
): (db: Connection, rows: RowsOf<T>) => Promise<Row[]> {
  const statement = preparedTables<T, Row>(tables, build, (query) => query);
  return async (db, rows) => {
    const { v } = rows;
    if (v.length === 0) return [];
    if (isPostgresql(db)) return statement(db, rows);
    const found: Row[] = [];
    for (let at = 0; at < v.length; ) {
      const size = PARTS.find((part) => part <= v.length - at) as number;
      found.push(...(await statement(db, { ...rows, v: v.slice(at, at + size) })));
      at += size;
    }
    return found;
  };
}

/** A batch that only changes something, by the rows of `v`. */
export function preparedChange<C extends Columns, Row extends RowOf<C> = RowOf<C>>(
  columns: C,
  statement: RawBuilder<unknown>,
): (db: Connection, rows: readonly Row[]) => Promise<void> {
  const change = preparedBatch({ v: columns }, (db, { v }) => sql`with ${v} ${statement}`.compile(db));
  return async (db, rows) => {
    await change(db, { v: rows });
  };
}

const ID = { id: 'text' } as const;

/** A statement about many rows by their IDs, which are in `v (id)`. */
export function preparedByIds<Row>(
  build: RawBuilder<Row>,
): (db: Connection, ids: readonly string[]) => Promise<Row[]> {
  const run = preparedBatch<{ v: typeof ID }, Row>({ v: ID }, (db, { v }) =>
    sql<Row>`with ${v} ${build}`.compile(db),
  );
  return (db, ids) => run(db, { v: ids.map((id) => ({ id })) });
}

/** The one row of a table of parameters: a value for each column. */
type RowValues<C extends Columns> = { readonly [Column in keyof C]: RawBuilder<unknown> };
type ClaimTables = Tables & { readonly v: { readonly id: 'text' } };
type Built = {
  readonly text: string;
  readonly valuesOf: (row: Readonly<Record<string, RowOf<Columns>>>) => unknown[];
};

/**
 * Claims, any number in one transaction: of each row, something is claimed, and only if it was, other statements follow. PostgreSQL has one
 * statement for all of it. On SQLite each row has its own, and the thread that writes gets all of them in one message.
 * @param statements `all` sees the tables as for `preparedTables`, and returns the `id` of each row of `v` that was claimed; `each` sees the
 *   values of one row of each table, and its first statement changes a row if it claims
 * @returns takes the rows of each table, as many of each and in the same order; the `id` of those that were claimed, which is durable then
 */
export function preparedClaims<T extends ClaimTables>(
  tables: T,
  statements: {
    all(
      db: Connection,
      given: { readonly [Name in keyof T]: RawBuilder<unknown> },
    ): RawBuilder<{ id: string }>;
    each(given: { readonly [Name in keyof T]: RowValues<T[Name]> }): readonly RawBuilder<unknown>[];
  },
): (db: Connection, rows: RowsOf<T>) => Promise<ReadonlySet<string>> {
  const names: (keyof T & string)[] = Object.keys(tables);
  const all = preparedTables<T, { id: string }>(tables, (db, given) => statements.all(db, given).compile(db));
  let built: readonly Built[] | undefined;
  function build(db: Connection): readonly Built[] {
    const given = Object.fromEntries(
      names.map((name) => {
        const placeholders = keysOf(tables[name] as Columns).map((column) => {
          const placeholder = new Placeholder((row: Parameters<Built['valuesOf']>[0]) => row[name]?.[column]);
          return [column, sql`${placeholder}`];
        });
        return [name, Object.fromEntries(placeholders)];
      }),
    ) as { [Name in keyof T]: RowValues<T[Name]> };
    return statements.each(given).map((statement) => {
      const { sql: text, parameters } = statement.compile(db);
      const placeholders = parameters as readonly Placeholder<Parameters<Built['valuesOf']>[0]>[];
      return { text, valuesOf: (row) => placeholders.map(({ valueIn }) => valueIn(row)) };
    });
  }
  return async (db, rows) => {
    const { adapter } = db.getExecutor();
    if (!(adapter instanceof DirectAdapter)) return new Set((await all(db, rows)).map(({ id }) => id));
    // They would wait for the transaction, which waits for them.
    if (db.isTransaction) throw new TypeError('claims are a transaction of their own');
    built ??= build(db);
    const each = built;
    const claimed = await adapter.claim(
      each.map(({ text }) => text),
      rows.v.map((_, index) => {
        const row = Object.fromEntries(names.map((name) => [name, rows[name][index] as RowOf<Columns>]));
        return each.map(({ valuesOf }) => valuesOf(row));
      }),
    );
    return new Set(rows.v.flatMap(({ id }, index) => (claimed[index] ? [id as string] : [])));
  };
}
