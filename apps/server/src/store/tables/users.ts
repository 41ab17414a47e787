/** Users. The canonical form of a user id decides who is who: two spellings are one user, with one set of counters. */
import { type Expression, type SqlBool, sql } from 'kysely';
import { isFew } from '../db/bounded-count.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from './domains.ts';
import type { Connection, NewRow, Row } from './schema.ts';

/** Compatibility forms and case are folded (Unicode NFKC, then lower case). */
export function userIdKey(userId: string): string {
  // No user id has a NUL (no control character at all), and PostgreSQL takes none, not even to look for it.
  return userId.trim().normalize('NFKC').toLowerCase().replaceAll('\u0000', '\ufffd');
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

/**
 * In the order of the user id; `after` is the canonical id of the last row of the page before.
 *
 * Each column that a search looks at gives the first of what it finds, by an index that holds all that is asked about; the page is the
 * first of those. To walk along the users until the page is full would be to walk past all before "meier", and "me" hits many.
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
    // Sorted by an expression: by the column itself PostgreSQL would walk along all users.
    const order = { user_id_key: sql`user_id_key`, last_name_key: SORTED, email_key: SORTED };
    const found = (['user_id_key', 'last_name_key', 'email_key'] as const).map(
      (column) => sql`select user_id_key from (
        select user_id_key from users
        where ${beginsWith(sql`users.${sql.ref(column)}`, start)} and ${sql.join(conditions, sql` and `)}
        order by ${order[column]} limit ${limit}) as ${sql.ref(`by_${column}`)}`,
    );
    conditions.push(sql<SqlBool>`users.user_id_key in (${sql.join(found, sql` union `)})`);
  } else if (!scopes.includes(TOP_DOMAIN.path) && scopes.length > 0) {
    // Few are fetched and sorted, many are walked along until the page is full.
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
 * A range of an index, and what people type is looked for literally: there is no wildcard to escape. The column has to be ordered by
 * octets (a `_key`), and no character is after the last one.
 */
export function beginsWith(column: Expression<string | null>, start: string): Expression<SqlBool> {
  return sql<SqlBool>`(${column} >= ${start} and ${column} < ${`${start}\u{10ffff}`})`;
}

/** Holds the user's row until the transaction ends. @returns it as it is then, `undefined` when it is gone */
export function lockUser(db: Connection, id: string): Promise<Row<'users'> | undefined> {
  // A write that changes nothing locks on both databases; SELECT … FOR UPDATE exists on one only.
  return db
    .updateTable('users')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}
