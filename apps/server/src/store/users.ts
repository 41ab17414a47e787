/** Users. The canonical form of a user id decides who is who: two spellings are one user, with one set of counters. */
import { type Expression, type SqlBool, sql } from 'kysely';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from './domains.ts';
import { isFew } from './few.ts';
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
 * In the order of the user id; `after` is the canonical id of the last row of the page before. Few are fetched and sorted, many are walked
 * along until the page is full.
 */
export async function listUsers(
  db: Connection,
  filter: { readonly search?: string | undefined; readonly scopes: readonly string[] },
  limit: number,
  after?: string,
): Promise<Row<'users'>[]> {
  const { scopes, search } = filter;
  const everywhere = scopes.includes(TOP_DOMAIN.path);
  const columns = search ? (['user_id_key', 'last_name_key', 'email_key'] as const) : [];
  const start = userIdKey(search ?? '');
  const candidates = [
    ...(columns.length === 0
      ? []
      : [
          sql.join(
            columns.map((column) => sql`select id from users where ${beginsWith(sql.ref(column), start)}`),
            sql` union all `,
          ),
        ]),
    ...(everywhere || scopes.length === 0
      ? []
      : [sql`select id from users where ${rangesOfScopes(sql`domain`, scopes)}`]),
  ];
  let source = sql`users`;
  const conditions = [inScopes(sql`users.domain`, scopes)];
  if (columns.length > 0) {
    // Not as ranges of indexes: that would be to fetch them all.
    const any = columns.map((column) => beginsWith(sql`(users.${sql.ref(column)} || '')`, start));
    conditions.push(sql<SqlBool>`(${sql.join(any, sql` or `)})`);
  }
  for (const few of candidates) {
    if (!(await isFew(db, few))) continue;
    source = sql`(select distinct id from (${few}) as found) as few cross join users`;
    conditions.push(sql<SqlBool>`users.id = few.id`);
    break;
  }
  if (after !== undefined) conditions.push(sql<SqlBool>`users.user_id_key > ${after}`);
  const { rows } = await sql<Row<'users'>>`
    select users.* from ${source} where ${sql.join(conditions, sql` and `)}
    order by users.user_id_key limit ${limit}`.execute(db);
  return rows;
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
