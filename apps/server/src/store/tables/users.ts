/** Users. The canonical form of a user ID identifies the user: two spellings are one user, with one set of counters. */
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Connection, NewRow, Row } from './schema.ts';

/** Compatibility forms and case are folded (Unicode NFKC, then lower case). */
export function userIdKey(userId: string): string {
  // No user ID contains NUL (or any control character), and PostgreSQL refuses it, even in a search.
  return userId.trim().normalize('NFKC').toLowerCase().replaceAll('\u0000', '\ufffd');
}

export function findUser(db: Connection, userId: string): Promise<Row<'users'> | undefined> {
  return db.selectFrom('users').selectAll().where('user_id_key', '=', userIdKey(userId)).executeTakeFirst();
}

export function findUserById(db: Connection, id: string): Promise<Row<'users'> | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** By the user ID, or by another name that only this user has. */
export async function findUserByName(db: Connection, name: string): Promise<Row<'users'> | undefined> {
  const byId = await findUser(db, name);
  const others = await db
    .selectFrom('user_names')
    .innerJoin('users', 'users.id', 'user_names.user_id')
    .selectAll('users')
    .where('user_names.name_key', '=', userIdKey(name))
    .limit(2)
    .execute();
  return byId ?? (others.length === 1 ? others[0] : undefined);
}

export function insertUser(db: Connection, row: NewRow<'users'>): Promise<Row<'users'>> {
  return db.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow();
}

/** @returns undefined if the row has another version by now */
export function updateUser(
  db: Connection,
  id: string,
  version: number,
  change: Partial<
    Pick<
      Row<'users'>,
      | 'first_name'
      | 'last_name'
      | 'last_name_key'
      | 'email'
      | 'email_key'
      | 'telephone'
      | 'enabled'
      | 'domain'
      | 'disabled_by_source'
    >
  >,
): Promise<Row<'users'> | undefined> {
  return db
    .updateTable('users')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteUser(db: Connection, id: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', id).execute();
}

/**
 * A range of an index, and the input is matched literally: there is no wildcard to escape. The column must be ordered by octets (a `_key`),
 * and no character sorts after the last one.
 */
export function beginsWith(column: Expression<string | null>, start: string): Expression<SqlBool> {
  return sql<SqlBool>`(${column} >= ${start} and ${column} < ${`${start}\u{10ffff}`})`;
}

/**
 * Locks the user's row until the transaction ends.
 * @returns it as it is then, `undefined` if it is gone
 */
export function lockUser(db: Connection, id: string): Promise<Row<'users'> | undefined> {
  // A write that changes nothing locks on both databases; SELECT … FOR UPDATE exists on only one.
  return db
    .updateTable('users')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}
