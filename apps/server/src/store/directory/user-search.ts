/** Searching and sorting users. Each sort order walks along one index; a search that may match few users fetches and sorts them instead. */
import type { UserSort } from '@sower/api/users';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isFew } from '../db/bounded-count.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from './domains.ts';
import { beginsWith, userIdKey } from './users.ts';

export type UserFilter = {
  /** Start of user ID, last name or e-mail address. */
  readonly search?: string | undefined;
  readonly scopes: readonly string[];
  readonly enabled?: boolean | undefined;
  /** ID of an identity source; null: the internal database. */
  readonly source?: string | null | undefined;
  /** Their directory has not had them since then or longer. */
  readonly goneBy?: number | undefined;
  /** A recorded group of a directory, by its kept name. */
  readonly group?: string | undefined;
  /** Added then or earlier. */
  readonly addedBy?: number | undefined;
};
export type UserOrder = { readonly by: UserSort; readonly descending: boolean };

export const BY_USER_ID: UserOrder = { by: 'userId', descending: false };
const COLUMNS = { userId: 'user_id_key', lastName: 'last_name_key', email: 'email_key' } as const;
const SEARCHED = ['user_id_key', 'last_name_key', 'email_key'] as const;
/** No key contains it; see {@link userIdKey}. */
const SEPARATOR = '\u0000';

/** Where a page that ends with this user is continued. */
export const placeOf = (row: Row<'users'>, { by }: UserOrder): string =>
  by === 'userId' ? row.user_id_key : `${row[COLUMNS[by]]}${SEPARATOR}${row.user_id_key}`;

/** @param after place of the last row of the previous page */
export async function listUsers(
  db: Connection,
  filter: UserFilter,
  limit: number,
  after?: string,
  order: UserOrder = BY_USER_ID,
): Promise<Row<'users'>[]> {
  const conditions = [...conditionsOf(filter), ...(after === undefined ? [] : [following(order, after)])];
  const direction = sql.raw(order.descending ? 'desc' : 'asc');
  const sorting = sql`users.${sql.ref(COLUMNS[order.by])} ${direction}${
    order.by === 'userId' ? sql`` : sql`, users.user_id_key ${direction}`
  }`;
  let source = sql`users`;
  if (filter.search && order.by === 'userId' && !order.descending)
    conditions.push(firstOfSearch(userIdKey(filter.search), conditions, limit));
  else {
    const few = await fewOf(db, filter);
    if (few) {
      source = sql`${few} cross join users`;
      conditions.push(sql<SqlBool>`users.id = few.id`);
    } else if (filter.search) conditions.push(searched(userIdKey(filter.search)));
  }
  const { rows } = await sql<Row<'users'>>`
    select users.* from ${source} where ${sql.join(conditions, sql` and `)}
    order by ${sorting} limit ${limit}`.execute(db);
  return rows;
}

/** Walks over all of them. */
/** @param most no more are looked at */
export async function countUsers(db: Connection, filter: UserFilter, most?: number): Promise<number> {
  const conditions = conditionsOf(filter);
  let source = sql`users`;
  const few = await fewOf(db, filter);
  if (few) {
    source = sql`${few} cross join users`;
    conditions.push(sql<SqlBool>`users.id = few.id`);
  } else if (filter.search) conditions.push(searched(userIdKey(filter.search)));
  const bound = most === undefined ? sql`` : sql`limit ${most}`;
  const { rows } = await sql<{ count: number }>`select count(*) as count from
    (select 1 from ${source} where ${sql.join(conditions, sql` and `)} ${bound}) as counted`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

type Condition = RawBuilder<SqlBool>;

/** All but the search. Literals where partial indexes are defined with them. */
function conditionsOf({ scopes, enabled, source, goneBy, group, addedBy }: UserFilter): Condition[] {
  return [
    sql<SqlBool>`${inScopes(sql`users.domain`, scopes)}`,
    ...(enabled === undefined
      ? []
      : [enabled ? sql<SqlBool>`users.enabled = 1` : sql<SqlBool>`users.enabled = 0`]),
    ...(source === undefined
      ? []
      : [
          source === null ? sql<SqlBool>`users.source_id is null` : sql<SqlBool>`users.source_id = ${source}`,
        ]),
    ...(goneBy === undefined ? [] : [isGone(goneBy)]),
    ...(group === undefined ? [] : [inGroup(sql`users.id`, group)]),
    ...(addedBy === undefined ? [] : [sql<SqlBool>`users.created_at <= ${addedBy}`]),
  ];
}

/** As the partial index has it. */
export const isGone = (by: number): Condition =>
  sql<SqlBool>`(source_state = 'gone' and source_since <= ${by})`;
/** Whether a user was in a group at the last run of the source. @param group its kept name */
export const inGroup = (userRow: RawBuilder<unknown>, group: string): Condition =>
  sql<SqlBool>`exists (select 1 from user_groups g where g.user_id = ${userRow} and g.name = ${group})`;

function following({ by, descending }: UserOrder, after: string): Condition {
  const beyond = sql.raw(descending ? '<' : '>');
  const [first = '', second = ''] = after.split(SEPARATOR);
  return by === 'userId'
    ? sql<SqlBool>`users.user_id_key ${beyond} ${first}`
    : sql<SqlBool>`(users.${sql.ref(COLUMNS[by])}, users.user_id_key) ${beyond} (${first}, ${second})`;
}

const searched = (start: string): Condition =>
  sql<SqlBool>`(${sql.join(
    SEARCHED.map((column) => beginsWith(sql`users.${sql.ref(column)}`, start)),
    sql` or `,
  )})`;

/**
 * Each searched column yields its first matches, by an index that covers the query; the page consists of the first of those. Walking along
 * the users until the page is full would mean walking past all before "meier", and "me" has many matches.
 */
function firstOfSearch(start: string, conditions: readonly Condition[], limit: number): Condition {
  // Sorted by an expression: sorted by the column itself, PostgreSQL would walk along all users.
  const order = { user_id_key: sql`user_id_key`, last_name_key: SORTED, email_key: SORTED };
  const found = SEARCHED.map(
    (column) => sql`select user_id_key from (
      select user_id_key from users
      where ${beginsWith(sql`users.${sql.ref(column)}`, start)} and ${sql.join([...conditions], sql` and `)}
      order by ${order[column]} limit ${limit}) as ${sql.ref(`by_${column}`)}`,
  );
  return sql<SqlBool>`users.user_id_key in (${sql.join(found, sql` union `)})`;
}

const SORTED = sql`user_id_key || ''`;

/** The IDs of what one part of the filter hits, as `few`, if those are few; for many, walk along them until the page is full. */
async function fewOf(db: Connection, { search, scopes, enabled, source, goneBy, group }: UserFilter) {
  const candidates: RawBuilder<unknown>[] = [];
  if (search) {
    const start = userIdKey(search);
    candidates.push(
      sql.join(
        SEARCHED.map((column) => sql`select id from users where ${beginsWith(sql.ref(column), start)}`),
        sql` union all `,
      ),
    );
  }
  if (goneBy !== undefined) candidates.push(sql`select id from users where ${isGone(goneBy)}`);
  if (group !== undefined) candidates.push(sql`select user_id as id from user_groups where name = ${group}`);
  if (enabled === false) candidates.push(sql`select id from users where enabled = 0`);
  if (source !== undefined)
    candidates.push(
      source === null
        ? sql`select id from users where source_id is null`
        : sql`select id from users where source_id = ${source}`,
    );
  if (!scopes.includes(TOP_DOMAIN.path) && scopes.length > 0)
    candidates.push(sql`select id from users where ${rangesOfScopes(sql`domain`, scopes)}`);
  for (const ids of candidates)
    if (await isFew(db, ids)) return sql`(select distinct id from (${ids}) as found) as few`;
  return undefined;
}
