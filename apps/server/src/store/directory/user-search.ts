/** Searching and sorting users. Each sort order walks along one index; a search that may match few users fetches and sorts them instead. */
import { wantedWords } from '@sower/api/search-words';
import type { UserSort } from '@sower/api/users';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { countOf, isFew } from '../db/bounded-count.ts';
import { isPostgresql } from '../db/database-kind.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { usersOfSerial } from '../tokens/search.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from './domains.ts';
import {
  badness,
  betterThan,
  foundInWords,
  hasDueWords,
  inWords,
  isIndexed,
  sharesOf,
  type Wanted,
} from './user-words.ts';
import { beginsWith, userIdKey } from './users.ts';

export type UserFilter = {
  /** Words of which each is in a name, an address or a number of the user; or digits of the serial number of one of their tokens. */
  readonly search?: string | undefined;
  readonly scopes: readonly string[];
  readonly enabled?: boolean | undefined;
  /** ID of an identity source; null: the internal database. */
  readonly source?: string | null | undefined;
  /** Their directory has not had them since then or longer. */
  readonly goneBy?: number | undefined;
  /** Access ends then or earlier, and has not ended yet. */
  readonly leavesBy?: number | undefined;
  /** A recorded group of a directory, by its kept name. */
  readonly group?: string | undefined;
  /** Added then or earlier. */
  readonly addedBy?: number | undefined;
};
type UserOrder = { readonly by: Exclude<UserSort, 'match'>; readonly descending: boolean };

export const BY_USER_ID: UserOrder = { by: 'userId', descending: false };
const COLUMNS = { userId: 'user_id_key', lastName: 'last_name_key', email: 'email_key' } as const;
const SEARCHED = ['user_id_key', 'last_name_key', 'email_key'] as const;
/** No key contains it; see {@link userIdKey}. */
const SEPARATOR = '\u0000';

/** Where a page that ends with this user is continued. */
export const positionInList = (row: Row<'users'>, { by }: UserOrder): string =>
  by === 'userId' ? row.user_id_key : `${row[COLUMNS[by]]}${SEPARATOR}${row.user_id_key}`;

/** @param after position of the last row of the previous page */
export async function listUsers(
  db: Connection,
  filter: UserFilter,
  limit: number,
  after?: string,
  order: UserOrder = BY_USER_ID,
): Promise<Row<'users'>[]> {
  const matching = await matchingOf(db, filter);
  if (matching === NOTHING) return [];
  const conditions = [...conditionsOf(filter), ...(after === undefined ? [] : [following(order, after)])];
  const direction = sql.raw(order.descending ? 'desc' : 'asc');
  const sorting = sql`users.${sql.ref(COLUMNS[order.by])} ${direction}${
    order.by === 'userId' ? sql`` : sql`, users.user_id_key ${direction}`
  }`;
  const walked = matching && seesAll(filter) && (await walkedPage(db, matching, conditions, sorting, limit));
  if (walked) return walked;
  if (matching?.matches && matching.share < DENSE && order.by === 'userId' && seesAll(filter)) {
    const beyond =
      after === undefined ? sql`1 = 1` : sql`key ${sql.raw(order.descending ? '<' : '>')} ${after}`;
    const page = sql`select id from (${matching.matches}) as found where ${beyond} order by key ${direction} limit ${limit}`;
    return pageOf(db, page, sql`users.user_id_key ${direction}`);
  }
  let source = sql`users`;
  if (matching?.letter !== undefined && order.by === 'userId' && !order.descending)
    conditions.push(firstOfSearch(matching.letter, conditions, limit));
  else source = await sourceOf(db, filter, matching, conditions);
  const { rows } = await sql<Row<'users'>>`
    select users.* from ${source} where ${sql.join(conditions, sql` and `)}
    order by ${sorting} limit ${limit}`.execute(db);
  return rows;
}

/** As many users are walked past for one page at most. Of what is rarer than a page among so many, all matches are fetched and sorted. */
const WALKED = 5_000;

/**
 * A page of what many match, along the order: twice as far as it should take. Undefined if that is too far, or was: those that begin with
 * "zi" are the last.
 */
async function walkedPage(
  db: Connection,
  { matches, met, share }: Matching,
  conditions: readonly Condition[],
  sorting: RawBuilder<unknown>,
  limit: number,
): Promise<Row<'users'>[] | undefined> {
  const far = Math.ceil((2 * limit) / share);
  if (!matches || far > WALKED) return undefined;
  const { rows } = await sql<Row<'users'>>`
    select users.* from (select users.* from users where ${sql.join([...conditions], sql` and `)}
      order by ${sorting} limit ${far}) as users where ${met} order by ${sorting} limit ${limit}`.execute(db);
  return rows.length === limit ? rows : undefined;
}

/** Those with the IDs of a page. */
async function pageOf(db: Connection, ids: RawBuilder<unknown>, sorting: RawBuilder<unknown>) {
  const { rows } = await sql<Row<'users'>>`
    select users.* from (${ids}) as page cross join users where users.id = page.id order by ${sorting}`.execute(
    db,
  );
  return rows;
}

/**
 * As many matches of each kind are compared: of more, those that were found first. Those in which the search is a whole word, or begins
 * one, are a kind of their own, so that the best are among them.
 */
const COMPARED = 500;
/** Where something else narrows them down: of any kind, and those in which the search begins a name or an address. */
const COMPARED_OF_SOME = 2_000;

/** More is none: a cursor is what a client says. */
const MAX_BADNESS = 0x7fff_ffff;

/** Without a number where nothing is searched for. */
type BestUser = Row<'users'> & { readonly badness?: number };

/** Where a page of the best that ends with this user is continued. */
export const positionAmongBest = ({ badness, user_id_key }: BestUser): string =>
  badness === undefined ? user_id_key : `${badness}${SEPARATOR}${user_id_key}`;

/**
 * Those that a search matches best: a whole word before the beginning of one, that before a part. The list ends where no more were compared,
 * so of thousands that match as well it has the first {@link COMPARED} or so.
 * @param after position of the last one of the previous page
 */
export async function listBestUsers(
  db: Connection,
  filter: UserFilter,
  limit: number,
  after?: string,
): Promise<BestUser[]> {
  const matching = await matchingOf(db, filter);
  if (!matching) return listUsers(db, filter, limit, after);
  if (matching === NOTHING) return [];
  const conditions = conditionsOf(filter);
  const whose = sql`users.user_id_key = ${userIdKey(filter.search ?? '')}`;
  const [said, key] = after?.split(SEPARATOR) ?? [];
  const last = Math.min(Math.max(Math.trunc(Number(said)) || 0, 0), MAX_BADNESS);
  const beyond = key === undefined ? sql`1 = 1` : sql`(badness, key) > (${last}, ${key})`;
  const bestOf = async (ids: RawBuilder<unknown>): Promise<BestUser[]> => {
    const found = sql`${ids} union select id from users where ${whose} and ${sql.join(conditions, sql` and `)}`;
    const ranked = sql`select w.user_id as id, coalesce(w.user_id_key, '') as key,
        ${badness(db, sql`w.words`, matching.wanted)} as badness
      from (${found}) as found cross join user_words w where w.user_id = found.id`;
    const { rows } = await sql<BestUser>`
      select users.*, page.badness
      from (select * from (${ranked}) as ranked where ${beyond} order by badness, key limit ${limit}) as page
        cross join users where users.id = page.id order by page.badness, page.key`.execute(db);
    return rows;
  };
  if (matching.letter !== undefined) {
    const some = byLetter(matching.letter, { also: sql.join([...conditions], sql` and `), most: COMPARED });
    return bestOf(sql.join(some, sql` union `));
  }
  if (seesAll(filter)) {
    const { better = [], any = [] } = matching;
    const begun = await bestOf(someOf(better));
    // A part of a word is no better than what begins one.
    if (begun.length === limit) return begun;
    const all = new Map([...begun, ...(await bestOf(someOf(any)))].map((row) => [row.id, row]));
    return [...all.values()].sort(byBadness).slice(0, limit);
  }
  const few = await fewOf(db, filter, matching);
  if (few?.by !== 'search') conditions.push(matching.met);
  const source = few ? sql`${few} cross join users` : sql`users`;
  const own = few ? sql`users.id = few.id and` : sql``;
  const begins = firstOfSearch(userIdKey(filter.search ?? ''), conditions, limit);
  return bestOf(sql`select id from (select users.id from ${source}
    where ${own} ${sql.join(conditions, sql` and `)} limit ${COMPARED_OF_SOME}) as first_found
    union select id from users where ${begins}`);
}

/** As both databases order keys: by their octets. */
const byBadness = (one: BestUser, other: BestUser): number =>
  (one.badness ?? 0) - (other.badness ?? 0) ||
  Buffer.compare(Buffer.from(one.user_id_key), Buffer.from(other.user_id_key));

/** The IDs of some of each kind. */
const someOf = (kinds: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql.join(
    kinds.map(
      (kind) => sql`select id from (select id from (${kind}) as each_found limit ${COMPARED}) as first_found`,
    ),
    sql` union `,
  );

/** Several times as many by the sample are more for certain. */
const SURELY = 3;

/** Walks over all of them. @param most no more are looked at, and none where there are surely more */
export async function countUsers(db: Connection, filter: UserFilter, most?: number): Promise<number> {
  const conditions = conditionsOf(filter);
  const matching = await matchingOf(db, filter);
  if (matching === NOTHING) return 0;
  if (most !== undefined && seesAll(filter)) {
    if ((matching?.about ?? 0) >= SURELY * most) return most;
    for (const ids of matching?.letter === undefined ? [] : byLetter(matching.letter, { most }))
      if ((await countOf(db, ids, most)) === most) return most;
  }
  let counted: RawBuilder<unknown>;
  if (matching?.matches && seesAll(filter)) counted = matching.matches;
  else {
    const source = await sourceOf(db, filter, matching, conditions);
    counted = sql`select 1 from ${source} where ${sql.join(conditions, sql` and `)}`;
  }
  return countOf(db, counted, most);
}

type Condition = RawBuilder<SqlBool>;

type Matching = {
  readonly wanted: Wanted;
  /** ID and folded user ID of those that match. */
  readonly matches?: RawBuilder<unknown>;
  /** For one who needs some: those in whose words all of it is a whole word, and those in which it begins one. */
  readonly better?: readonly RawBuilder<unknown>[];
  /** The others. */
  readonly any?: readonly RawBuilder<unknown>[];
  /** Whether a user matches. */
  readonly met: Condition;
  /** Of a sample, so many match: 0 to 1. */
  readonly share: number;
  /** Of all users, about so many. */
  readonly about?: number;
  /** A single letter, which is in most of all words: what begins with it is looked for. */
  readonly letter?: string;
};

/** Where so many match, a page is full soon after the walk has begun. */
const DENSE = 0.5;

/** Of what was typed, nothing can be in a name. */
const NOTHING: Matching = { wanted: [], met: sql<SqlBool>`1 = 0`, share: 0 };

/** Nothing but the search narrows them down. */
const seesAll = ({ search: _, scopes, ...others }: UserFilter): boolean =>
  scopes.includes(TOP_DOMAIN.path) && Object.values(others).every((value) => value === undefined);

/** What a search looks for; undefined if it is empty. */
async function matchingOf(db: Connection, { search }: UserFilter): Promise<Matching | undefined> {
  if (!search?.trim()) return undefined;
  const wanted = wantedWords(search);
  if (wanted.length === 0) return NOTHING;
  if (!isIndexed(wanted)) {
    const letter = userIdKey(search);
    return { wanted, met: searched(letter), letter, share: DENSE };
  }
  const kinds = [wanted, ...betterThan(wanted)];
  const { shares, users } = await sharesOf(db, kinds);
  const share = shares[0] ?? 0;
  const found = foundInWords(db, wanted, share);
  const [any = sql``, whole = sql``, begun = sql``] = kinds.map((kind, at) =>
    foundInWords(db, kind, shares[at] ?? 0, 'some'),
  );
  const better = [isShort(wanted) ? withLastName(search) : whole, begun];
  // A scalar: joined, PostgreSQL would read the words of all before it walks.
  const met = sql<SqlBool>`coalesce((select ${inWords(db, sql`w.words`, wanted)} from user_words w
    where w.user_id = users.id), ${isPostgresql(db) ? sql`false` : sql`0`})`;
  const matching = { wanted, matches: found, better, any: [any], met, share, about: share * users };
  return withThoseBehind(db, search, await withSerials(db, matching));
}

/** Thousands have the two or three letters somewhere, and most of them not as a word. */
const isShort = (wanted: Wanted): boolean =>
  wanted.length === 1 && wanted[0]?.every((way) => [...way].length <= 3) === true;
const withLastName = (search: string): RawBuilder<unknown> =>
  sql`select id, user_id_key as key from users where last_name_key = ${userIdKey(search)}`;

/** No one is left out while words are folded: those without are found by what their user ID, last name or e-mail address begins with. */
async function withThoseBehind(db: Connection, search: string, matching: Matching): Promise<Matching> {
  if (!(await hasDueWords(db))) return matching;
  const begins = searched(userIdKey(search));
  const behind = sql`select users.id, users.user_id_key as key from user_words w
    cross join users where w.words is null and users.id = w.user_id and ${begins}`;
  return {
    ...matching,
    matches: sql`${matching.matches} union ${behind}`,
    any: [...(matching.any ?? []), behind],
    met: sql<SqlBool>`(${matching.met} or (${begins} and exists
      (select 1 from user_words w where w.user_id = users.id and w.words is null)))`,
  };
}

/** Three digits or more may be of the serial number of a token. */
async function withSerials(
  db: Connection,
  matching: Matching & Required<Pick<Matching, 'matches'>>,
): Promise<Matching> {
  const { wanted, matches: found, met } = matching;
  const [digits] = wanted.length === 1 ? (wanted[0] ?? []) : [];
  if (!/^\d{3,}$/.test(digits ?? '')) return matching;
  const bySerial = await usersOfSerial(db, digits as string);
  const holders = sql`select users.id, users.user_id_key as key from (${bySerial.ids}) as held
    cross join users where users.id = held.id`;
  return {
    ...matching,
    matches: sql`${found} union ${holders}`,
    any: [...(matching.any ?? []), holders],
    met: sql<SqlBool>`(${met} or ${bySerial.by(sql`users.id`)})`,
  };
}

/** What people are called who are in these domains. @param keys canonical user IDs */
export async function listUserNames(db: Connection, keys: readonly string[], scopes: readonly string[]) {
  if (keys.length === 0 || scopes.length === 0) return [];
  return db
    .selectFrom('users')
    .select(['user_id_key', 'first_name', 'last_name'])
    .where('user_id_key', 'in', keys)
    .where(inScopes(sql`users.domain`, scopes))
    .execute();
}

/** All but the search. Literals where partial indexes are defined with them. */
function conditionsOf({
  scopes,
  enabled,
  source,
  goneBy,
  leavesBy,
  group,
  addedBy,
}: UserFilter): Condition[] {
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
    ...(leavesBy === undefined ? [] : [isLeaving(leavesBy)]),
    ...(group === undefined ? [] : [inGroup(sql`users.id`, group)]),
    ...(addedBy === undefined ? [] : [sql<SqlBool>`users.created_at <= ${addedBy}`]),
  ];
}

/** As the partial index has it. */
export const isGone = (by: number): Condition =>
  sql<SqlBool>`(source_state = 'gone' and source_since <= ${by})`;
/** As the partial index has it. */
const isLeaving = (by: number): Condition =>
  sql<SqlBool>`(users.leaves_at <= ${by} and users.leaves_at is not null and users.left_at is null)`;
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

/**
 * The IDs of those whose user ID begins with it, of those whose last name does, and of those whose e-mail address does.
 * @param most of each; the first ones, or PostgreSQL reads an index of another order to its end
 */
const byLetter = (
  letter: string,
  { also = sql`1 = 1`, most }: { readonly also?: RawBuilder<unknown>; readonly most?: number } = {},
): RawBuilder<unknown>[] =>
  SEARCHED.map((column) => {
    const ids = sql`select id from users where ${beginsWith(sql.ref(column), letter)} and ${also}`;
    return most === undefined
      ? ids
      : sql`select id from (${ids} order by ${sql.ref(column)} limit ${most}) as ${sql.ref(`by_${column}`)}`;
  });

/** Where the users are read from, those of one part of the filter if they are few. @param conditions gets what they have to meet besides */
async function sourceOf(
  db: Connection,
  filter: UserFilter,
  matching: Matching | undefined,
  conditions: Condition[],
): Promise<RawBuilder<unknown>> {
  const few = await fewOf(db, filter, matching);
  if (few) conditions.push(sql<SqlBool>`users.id = few.id`);
  if (matching && few?.by !== 'search') conditions.push(matching.met);
  return few ? sql`${few} cross join users` : sql`users`;
}

type Few = RawBuilder<unknown> & { readonly by: 'search' | 'other' };

/** The IDs of what one part of the filter hits, as `few`, if those are few; for many, walk along them until the page is full. */
async function fewOf(
  db: Connection,
  { scopes, enabled, source, goneBy, leavesBy, group }: UserFilter,
  matching: Matching | undefined,
): Promise<Few | undefined> {
  const candidates: RawBuilder<unknown>[] = [];
  if (goneBy !== undefined) candidates.push(sql`select id from users where ${isGone(goneBy)}`);
  if (leavesBy !== undefined) candidates.push(sql`select id from users where ${isLeaving(leavesBy)}`);
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
  const few = (ids: RawBuilder<unknown>, by: Few['by']): Few =>
    Object.assign(sql`(select distinct id from (${ids}) as found) as few`, { by });
  const matches =
    matching &&
    (matching.letter === undefined
      ? sql`select id from (${matching.matches}) as m`
      : sql.join(byLetter(matching.letter), sql` union all `));
  if (matches && (await isFew(db, matches))) return few(matches, 'search');
  for (const ids of candidates) if (await isFew(db, ids)) return few(ids, 'other');
  // Walking may pass all others before it comes to the first: those that begin with "zi" are the last.
  return matching?.matches && matching.share < DENSE
    ? few(matches as RawBuilder<unknown>, 'search')
    : undefined;
}
