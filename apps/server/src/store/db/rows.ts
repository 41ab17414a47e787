/**
 * The statements that every table of rows with an ID and a version has (find, insert, change against the version, delete), and those that any
 * table has: compare and set, take, insert once.
 */
import { type Expression, type ExpressionBuilder, type Kysely, sql, type Updateable } from 'kysely';
import type { Connection, NewRow, Row, Schema } from '../schema/schema.ts';
import { fewTexts } from './parameter-rows.ts';

export type VersionedTable = {
  [T in keyof Schema]: Row<T> extends { id: string; version: number } ? T : never;
}[keyof Schema];
type Named = { readonly id: string; readonly version: number };

/** Undefined: the column stays as it is. A row that carries a mark gets the one of its new content. */
export type Change<T extends VersionedTable> = {
  readonly [Column in Exclude<keyof NewRow<T>, 'id' | 'version' | 'mark'>]?: NewRow<T>[Column] | undefined;
} & (Row<T> extends { mark: infer Mark } ? { readonly mark: Mark } : unknown);

export const findRow = <T extends VersionedTable>(db: Connection, table: T, id: string) =>
  findOne(db, table, { id } as Having<T>);

export function insertRow<T extends keyof Schema>(db: Connection, table: T, row: NewRow<T>): Promise<Row<T>> {
  const query = inserting(db, table, row);
  return query.returningAll().executeTakeFirstOrThrow() as Promise<unknown> as Promise<Row<T>>;
}

/** @returns undefined if the row has another version by now */
export function changeRow<T extends VersionedTable>(
  db: Connection,
  table: T,
  { id, version }: Named,
  change: Change<T>,
): Promise<Row<T> | undefined> {
  const next = { ...change, version: version + 1 } as object as Updateable<Schema[T]>;
  return changeOne(db, table, { id, version } as Having<T>, next);
}

/** @returns undefined if there is none */
export const deleteRow = <T extends VersionedTable>(db: Connection, table: T, id: string) =>
  claimRow(db, table, { id } as Having<T>);

/** How a column is compared, if it is not for equality. */
type Compared<Value> =
  | readonly [operator: '<' | '<=' | '>' | '>=' | '!=', value: NonNullable<Value>]
  | readonly [operator: 'is' | 'is not', value: null]
  | readonly [operator: 'in', values: readonly Value[] | ReadonlySet<Value>]
  | readonly [operator: 'not in', values: readonly [Value, ...Value[]]]
  | readonly [operator: 'like', pattern: string];
/** Values that a row has, compared as SQL does: null is equal to nothing. */
type Having<T extends keyof Schema> = {
  readonly [Column in keyof Row<T>]?: Row<T>[Column] | Compared<Row<T>[Column]>;
};
/** What a row gets: values, or what the database computes from the row as it is. */
type Values<T extends keyof Schema> = {
  readonly [Column in keyof Updateable<Schema[T]>]?:
    | Updateable<Schema[T]>[Column]
    | Expression<Updateable<Schema[T]>[Column]>;
};
/** In which order, and how many at most: in any and all, unless it is said. */
type Page<T extends keyof Schema> = {
  readonly order?: readonly (keyof Row<T> & string)[];
  readonly descending?: boolean;
  readonly limit?: number;
};

/** More than a column has. */
export const plus = (column: string, by: number) => sql<number>`${sql.ref(column)} + ${by}`;

/** Kysely types a statement by the name of its table: the signatures below say what goes in and comes out. */
const loose = (db: Connection) => db as unknown as Kysely<Record<string, Record<string, string>>>;
const inserting = (db: Connection, table: string, row: object) =>
  loose(db)
    .insertInto<string>(table)
    .values(row as Record<string, string>);
const changing = (db: Connection, table: string, values: object, change: object) =>
  loose(db).updateTable<string>(table).set(change).where(having(values));
const deleting = (db: Connection, table: string, values: object) =>
  loose(db).deleteFrom<string>(table).where(having(values));
/** @throws if there are none: that would be every row */
function having(values: object) {
  const entries = Object.entries(values) as [string, unknown][];
  if (entries.length === 0) throw new Error('a row is found by its values, and there are none');
  return ({ eb, and }: ExpressionBuilder<Record<string, Record<string, string>>, string>) =>
    and(
      entries.map(([column, value]) => {
        const [operator, operand] = Array.isArray(value) ? value : ['=', value];
        return eb(column, operator as '=', isList(operand) ? fewTexts(operand) : operand);
      }),
    );
}

const isList = (operand: unknown): operand is Iterable<string> =>
  Array.isArray(operand) || operand instanceof Set;
/** A list of values is empty: no row has one of them, and no statement is needed to find that out. */
const isNowhere = (values: object | 'all'): boolean =>
  values !== 'all' &&
  Object.values(values).some(
    (value) => Array.isArray(value) && isList(value[1]) && [...value[1]].length === 0,
  );

function finding<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T> | 'all',
  { order = [], descending, limit }: Page<T> = {},
) {
  const all = loose(db).selectFrom<string>(table);
  const found = values === 'all' ? all : all.where(having(values));
  const sorted = order.reduce(
    (rows, column: string) => rows.orderBy(column, descending ? 'desc' : undefined),
    found,
  );
  return limit === undefined ? sorted : sorted.limit(limit);
}

/** @returns the row that has these values */
export function findOne<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<Row<T> | undefined> {
  const query = finding(db, table, values).selectAll();
  return query.executeTakeFirst() as Promise<unknown> as Promise<Row<T> | undefined>;
}

/** @returns the rows that have these values */
export async function findAll<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T> | 'all',
  page?: Page<T>,
): Promise<Row<T>[]> {
  if (isNowhere(values)) return [];
  const query = finding(db, table, values, page).selectAll();
  return query.execute() as Promise<unknown> as Promise<Row<T>[]>;
}

/** The same, of some columns. */
export async function findColumns<T extends keyof Schema, Column extends keyof Row<T> & string>(
  db: Connection,
  table: T,
  columns: readonly Column[],
  values: Having<T> | 'all',
  page?: Page<T>,
): Promise<Pick<Row<T>, Column>[]> {
  if (isNowhere(values)) return [];
  const query = finding(db, table, values, page).select(columns as readonly string[]);
  return query.execute() as Promise<unknown> as Promise<Pick<Row<T>, Column>[]>;
}

/** @returns how many rows have these values */
export async function countRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<number> {
  const query = finding(db, table, values).select(({ fn }) => fn.countAll<number>().as('count'));
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** @param idOrName people may give either. @param nameKey the name in canonical form */
export function findNamed<T extends 'roles' | 'offers' | 'token_profiles'>(
  db: Connection,
  table: T,
  idOrName: string,
  nameKey: string,
): Promise<Row<T> | undefined> {
  const query = loose(db)
    .selectFrom<string>(table)
    .selectAll()
    .where(({ eb, or }) => or([eb('id', '=', idOrName), eb('name_key', '=', nameKey)]));
  return query.executeTakeFirst() as Promise<unknown> as Promise<Row<T> | undefined>;
}

/** @returns whether a row has these values */
export async function hasRow<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<boolean> {
  const query = finding(db, table, values, { limit: 1 }).select(({ lit }) => lit(1).as('one'));
  return (await query.executeTakeFirst()) !== undefined;
}

/** Compare and set. @returns whether a row had these values; of several callers, one changes it if the change changes one of them */
export async function setRow<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
  change: Values<T>,
): Promise<boolean> {
  const query = changing(db, table, values, change);
  return (await query.returning(Object.keys(values)[0] as string).executeTakeFirst()) !== undefined;
}

/** Changes every row that has these values. */
export async function changeRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
  change: Values<T>,
): Promise<void> {
  if (!isNowhere(values)) await changing(db, table, values, change).execute();
}

export async function deleteRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<void> {
  if (!isNowhere(values)) await deleting(db, table, values).execute();
}

/** Compare and set. @returns the row as it is then; undefined if none had these values */
export function changeOne<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
  change: Values<T>,
): Promise<Row<T> | undefined> {
  const query = changing(db, table, values, change);
  return query.returningAll().executeTakeFirst() as Promise<unknown> as Promise<Row<T> | undefined>;
}

/** Takes the row that has these values away. @returns it, to one caller at most */
export function claimRow<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<Row<T> | undefined> {
  const query = deleting(db, table, values).returningAll();
  return query.executeTakeFirst() as Promise<unknown> as Promise<Row<T> | undefined>;
}

/** Takes every row that has these values away. @returns those that were there, each to one caller at most */
export async function claimRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<Row<T>[]> {
  if (isNowhere(values)) return [];
  const query = deleting(db, table, values).returningAll();
  return query.execute() as Promise<unknown> as Promise<Row<T>[]>;
}

/** @returns whether a row had these values; to one caller at most */
export const takeRow = async <T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<boolean> => (await claimRow(db, table, values)) !== undefined;

/** Inserts rows that expire, and deletes those that have. */
export async function insertExpiring<T extends 'attempts' | 'password_attempts' | 'forwarded_challenges'>(
  db: Connection,
  table: T,
  rows: readonly NewRow<T>[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  await deleteRows(db, table, { expires_at: ['<=', now] } as Having<T>);
  await insertRows(db, table, rows);
}

/** Every row, in this order. */
export function listAll<T extends keyof Schema>(
  db: Connection,
  table: T,
  ...order: readonly (keyof Row<T> & string)[]
): Promise<Row<T>[]> {
  return findAll(db, table, 'all', { order });
}

/** Inserts it, or changes the row that has these columns as it has them. */
export async function putRow<T extends keyof Schema>(
  db: Connection,
  table: T,
  row: NewRow<T>,
  ...key: readonly (keyof Row<T> & string)[]
): Promise<void> {
  const others = Object.entries(row as object as Record<string, string>).filter(
    ([column]) => !(key as readonly string[]).includes(column),
  );
  await inserting(db, table, row)
    .onConflict((conflict) => conflict.columns(key).doUpdateSet(Object.fromEntries(others)))
    .execute();
}

/** In one statement. */
export async function insertRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  rows: readonly NewRow<T>[],
): Promise<void> {
  if (rows.length > 0)
    await loose(db)
      .insertInto<string>(table)
      .values(rows as object as Record<string, string>[])
      .execute();
}

/** @returns false if there is one with the same unique value, which stays */
export async function insertOnce<T extends keyof Schema>(
  db: Connection,
  table: T,
  row: NewRow<T>,
): Promise<boolean> {
  const query = inserting(db, table, row).onConflict((conflict) => conflict.doNothing());
  return (await query.returning(Object.keys(row)[0] as string).executeTakeFirst()) !== undefined;
}

type Text<T extends keyof Schema> = {
  [Column in keyof Row<T> & string]: Row<T>[Column] extends string ? Column : never;
}[keyof Row<T> & string];

/** Counts as numbers: PostgreSQL returns them as text. */
export const numbersOf = <Counts extends object>(counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)])) as Counts;

/** One column of the rows that have these keys, by the key, which is unique. */
export async function textsByKey<T extends keyof Schema>(
  db: Connection,
  table: T,
  key: Text<T>,
  column: Text<T>,
  keys: Iterable<string>,
): Promise<Map<string, string>> {
  const wanted = { [key]: ['in', new Set(keys)] } as object as Having<T>;
  const rows = await findColumns(db, table, [key, column], wanted);
  return new Map(rows.map((row) => [row[key] as string, row[column] as string]));
}
