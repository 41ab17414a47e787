/** Users. The canonical form of a user id decides who is who: two spellings are one user, with one set of counters. */
import { type Expression, type SqlBool, sql } from 'kysely';
import { inScopes } from './domains.ts';
import type { Connection, NewRow, Row } from './schema.ts';

/** Compatibility forms and case are folded (Unicode NFKC, then lower case). */
export function userIdKey(userId: string): string {
  return userId.trim().normalize('NFKC').toLowerCase();
}

export function findUser(db: Connection, userId: string): Promise<Row<'users'> | undefined> {
  return db.selectFrom('users').selectAll().where('user_id_key', '=', userIdKey(userId)).executeTakeFirst();
}

export function findUserById(db: Connection, id: string): Promise<Row<'users'> | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

export function insertUser(db: Connection, row: NewRow<'users'>): Promise<Row<'users'>> {
  return db.insertInto('users').values(row).returningAll().executeTakeFirstOrThrow();
}

/** @returns undefined when the row has another version by now */
export function updateUser(
  db: Connection,
  id: string,
  version: number,
  change: Partial<
    Pick<
      Row<'users'>,
      'first_name' | 'last_name' | 'last_name_key' | 'email' | 'email_key' | 'enabled' | 'domain'
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

/** In the order of the user id; `after` is the canonical id of the last row of the page before. */
export function listUsers(
  db: Connection,
  filter: { readonly search?: string | undefined; readonly scopes: readonly string[] },
  limit: number,
  after?: string,
): Promise<Row<'users'>[]> {
  let query = db
    .selectFrom('users')
    .selectAll()
    .where(({ ref }) => inScopes(ref('domain'), filter.scopes))
    .orderBy('user_id_key')
    .limit(limit);
  if (filter.search) {
    const start = userIdKey(filter.search);
    query = query.where(({ or, ref }) =>
      or([
        beginsWith(ref('user_id_key'), start),
        beginsWith(ref('last_name_key'), start),
        beginsWith(ref('email_key'), start),
      ]),
    );
  }
  if (after !== undefined) query = query.where('user_id_key', '>', after);
  return query.execute();
}

/**
 * A range of an index, and what people type is looked for literally: there is no wildcard to escape. The column has to be ordered by
 * octets (a `_key`), and no character is after the last one.
 */
export function beginsWith(column: Expression<string | null>, start: string): Expression<SqlBool> {
  return sql<SqlBool>`(${column} >= ${start} and ${column} < ${`${start}\u{10ffff}`})`;
}

/** Holds the user's row until the transaction ends. @returns false when there is no such row any more */
export async function lockUser(db: Connection, id: string): Promise<boolean> {
  // A write that changes nothing locks on both databases; SELECT … FOR UPDATE exists on one only.
  const row = await db
    .updateTable('users')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
