/** The statements that every table of rows with an ID and a version has: find, insert, change against the version, delete. */
import type { Kysely } from 'kysely';
import type { Connection, NewRow, Row, Schema } from '../schema/schema.ts';

type Table = {
  [T in keyof Schema]: Row<T> extends { id: string; version: number } ? T : never;
}[keyof Schema];
type Named = { readonly id: string; readonly version: number };

/** Undefined: the column stays as it is. A row that carries a mark gets the one of its new content. */
type Change<T extends Table> = {
  readonly [Column in Exclude<keyof NewRow<T>, 'id' | 'version' | 'mark'>]?: NewRow<T>[Column] | undefined;
} & (Row<T> extends { mark: infer Mark } ? { readonly mark: Mark } : unknown);

/** Kysely types a statement by the name of its table: the signatures below say what goes in and comes out. */
const anyTable = (db: Connection) => db as unknown as Kysely<Record<string, Named>>;

export function findRow<T extends Table>(db: Connection, table: T, id: string): Promise<Row<T> | undefined> {
  const query = anyTable(db).selectFrom<string>(table).selectAll().where('id', '=', id);
  return query.executeTakeFirst() as Promise<Row<T> | undefined>;
}

export function insertRow<T extends Table>(
  db: Connection,
  table: T,
  row: NewRow<T> & Named,
): Promise<Row<T>> {
  const query = anyTable(db).insertInto<string>(table).values(row).returningAll();
  return query.executeTakeFirstOrThrow() as Promise<Row<T>>;
}

/** @returns undefined if the row has another version by now */
export function changeRow<T extends Table>(
  db: Connection,
  table: T,
  { id, version }: Named,
  change: Change<T>,
): Promise<Row<T> | undefined> {
  const query = anyTable(db)
    .updateTable<string>(table)
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll();
  return query.executeTakeFirst() as Promise<Row<T> | undefined>;
}

/** @returns undefined if there is none */
export function deleteRow<T extends Table>(
  db: Connection,
  table: T,
  id: string,
): Promise<Row<T> | undefined> {
  const query = anyTable(db).deleteFrom<string>(table).where('id', '=', id).returningAll();
  return query.executeTakeFirst() as Promise<Row<T> | undefined>;
}
