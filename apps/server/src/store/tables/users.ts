/** Users. The canonical form of a user ID identifies the user: two spellings are one user, with one set of counters. */
import { type Expression, type SqlBool, sql } from 'kysely';
import { isFew } from '../db/bounded-count.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from './domains.ts';
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
 * In the order of user IDs; `after` is the canonical ID of the last row of the previous page.
 *
 * Each searched column yields its first matches, by an index that covers the query; the page consists of the first of those. Walking along
 * the users until the page is full would mean walking past all before "meier", and "me" has many matches.
 */
export async function listUsers(
  db: Connection,
  filter: { readonly search?: string | undefined; readonly scopes: readonly string[] },
  limit: number,
  after?: string,
): Promise<Row<'users'>[]> {
  const { scopes, search } = filter;
  const conditions = [inScopes(sql`users.domain`, scopes)];
  if (after !== undefined) conditions.push(sql<SqlBool>`users.user_id_key > ${after}`);
  let source = sql`users`;
  if (search) {
    const start = userIdKey(search);
    // Sorted by an expression: sorted by the column itself, PostgreSQL would walk along all users.
    const order = { user_id_key: sql`user_id_key`, last_name_key: SORTED, email_key: SORTED };
    const found = (['user_id_key', 'last_name_key', 'email_key'] as const).map(
      (column) => sql`select user_id_key from (
        select user_id_key from users
        where ${beginsWith(sql`users.${sql.ref(column)}`, start)} and ${sql.join(conditions, sql` and `)}
        order by ${order[column]} limit ${limit}) as ${sql.ref(`by_${column}`)}`,
    );
    conditions.push(sql<SqlBool>`users.user_id_key in (${sql.join(found, sql` union `)})`);
  } else if (!scopes.includes(TOP_DOMAIN.path) && scopes.length > 0) {
    // Few are fetched and sorted; for many, walk along them until the page is full.
    const few = sql`select id from users where ${rangesOfScopes(sql`domain`, scopes)}`;
    if (await isFew(db, few)) {
      source = sql`(${few}) as few cross join users`;
      conditions.push(sql<SqlBool>`users.id = few.id`);
    }
  }
  const { rows } = await sql<Row<'users'>>`
    select users.* from ${source} where ${sql.join(conditions, sql` and `)}
    order by users.user_id_key limit ${limit}`.execute(db);
  return rows;
}

const SORTED = sql`user_id_key || ''`;

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
