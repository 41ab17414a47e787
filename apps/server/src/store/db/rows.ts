/**
 * The statements that every table of rows with an ID and a version has (find, insert, change against the version, delete), and those that any
 * table has: compare and set, take, insert once.
 */
import type { ExpressionBuilder, Kysely, Updateable } from 'kysely';
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
  | readonly [operator: 'in', values: readonly Value[]];
/** Values that a row has, compared as SQL does: null is equal to nothing. */
type Having<T extends keyof Schema> = {
  readonly [Column in keyof Row<T>]?: Row<T>[Column] | Compared<Row<T>[Column]>;
};

/** Kysely types a statement by the name of its table: the signatures below say what goes in and comes out. */
const loose = (db: Connection) => db as unknown as Kysely<Record<string, Record<string, string>>>;
const inserting = (db: Connection, table: string, row: object) =>
  loose(db)
    .insertInto<string>(table)
    .values(row as Record<string, string>);
const changing = (db: Connection, table: string, values: object, change: object) =>
  loose(db).updateTable<string>(table).set(change).where(having(values));
/** @throws if there are none: that would be every row */
function having(values: object) {
  const entries = Object.entries(values) as [string, unknown][];
  if (entries.length === 0) throw new Error('a row is found by its values, and there are none');
  return ({ eb, and }: ExpressionBuilder<Record<string, Record<string, string>>, string>) =>
    and(
      entries.map(([column, value]) => {
        const [operator, operand] = Array.isArray(value) ? value : ['=', value];
        return eb(column, operator as '=', operand);
      }),
    );
}

/** @returns the row that has these values */
export function findOne<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<Row<T> | undefined> {
  const query = loose(db).selectFrom<string>(table).selectAll().where(having(values));
  return query.executeTakeFirst() as Promise<unknown> as Promise<Row<T> | undefined>;
}

/** @returns the rows that have these values, in no order; none, without a statement, if a list of values is empty */
export async function findAll<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<Row<T>[]> {
  if (Object.values(values).some((value) => Array.isArray(value) && isEmptyList(value[1]))) return [];
  const query = loose(db).selectFrom<string>(table).selectAll().where(having(values));
  return query.execute() as Promise<unknown> as Promise<Row<T>[]>;
}

const isEmptyList = (operand: unknown): boolean => Array.isArray(operand) && operand.length === 0;

/** @returns how many rows have these values */
export async function countRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<number> {
  const query = loose(db)
    .selectFrom<string>(table)
    .select(({ fn }) => fn.countAll<number>().as('count'));
  const { count } = await query.where(having(values)).executeTakeFirstOrThrow();
  return Number(count);
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
  const query = loose(db)
    .selectFrom<string>(table)
    .select(({ lit }) => lit(1).as('one'));
  return (await query.where(having(values)).limit(1).executeTakeFirst()) !== undefined;
}

/** Compare and set. @returns whether a row had these values; of several callers, one changes it if the change changes one of them */
export async function setRow<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
  change: Updateable<Schema[T]>,
): Promise<boolean> {
  const query = changing(db, table, values, change);
  return (await query.returning(Object.keys(values)[0] as string).executeTakeFirst()) !== undefined;
}

/** Changes every row that has these values. */
export async function changeRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
  change: Updateable<Schema[T]>,
): Promise<void> {
  await changing(db, table, values, change).execute();
}

export async function deleteRows<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<void> {
  await loose(db).deleteFrom<string>(table).where(having(values)).execute();
}

/** Compare and set. @returns the row as it is then; undefined if none had these values */
export function changeOne<T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
  change: Updateable<Schema[T]>,
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
  const query = loose(db).deleteFrom<string>(table).where(having(values)).returningAll();
  return query.executeTakeFirst() as Promise<unknown> as Promise<Row<T> | undefined>;
}

/** @returns whether a row had these values; to one caller at most */
export const takeRow = async <T extends keyof Schema>(
  db: Connection,
  table: T,
  values: Having<T>,
): Promise<boolean> => (await claimRow(db, table, values)) !== undefined;

/** Inserts a row that expires, and deletes those that have. */
export async function insertExpiring<T extends 'attempts' | 'password_attempts' | 'forwarded_challenges'>(
  db: Connection,
  table: T,
  row: NewRow<T>,
  now: number,
): Promise<void> {
  await deleteRows(db, table, { expires_at: ['<=', now] } as Having<T>);
  await inserting(db, table, row).execute();
}

/** The rows that belong to these, in the order of their IDs. */
export async function listOf<T extends 'distribution_events' | 'request_decisions' | 'seeds'>(
  db: Connection,
  table: T,
  column: keyof Row<T> & string,
  keys: readonly string[],
): Promise<Row<T>[]> {
  if (keys.length === 0) return [];
  const by: string = column;
  const query = loose(db).selectFrom<string>(table).selectAll().where(by, 'in', fewTexts(keys));
  return query.orderBy('id').execute() as Promise<unknown> as Promise<Row<T>[]>;
}

/** Every row, in this order. */
export function listAll<T extends keyof Schema>(
  db: Connection,
  table: T,
  ...order: readonly (keyof Row<T> & string)[]
): Promise<Row<T>[]> {
  const query = loose(db).selectFrom<string>(table).selectAll();
  const sorted = order.reduce((rows, column: string) => rows.orderBy(column), query);
  return sorted.execute() as Promise<unknown> as Promise<Row<T>[]>;
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
  const wanted = fewTexts(new Set(keys));
  if (wanted.length === 0) return new Map();
  const by: string = key;
  const of: string = column;
  const query = loose(db).selectFrom<string>(table).select([by, of]);
  const rows = await query.where(by, 'in', wanted).execute();
  return new Map(rows.map((row: Record<string, string>) => [row[by] ?? '', row[of] ?? '']));
}
