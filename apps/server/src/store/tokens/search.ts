/**
 * Searching tokens, in the order of their serial numbers.
 *
 * For a search with many matches, walking along the serial numbers until the page is full is fast; for one with few, fetching the few and
 * sorting them is. To decide, matches are counted along the index of each field, up to a bound: no statistics are needed, and both
 * databases do the same.
 */

import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { countOf, isFew } from '../db/bounded-count.ts';
import { isPostgresql } from '../db/database-kind.ts';
import { inScopes, rangesOfScopes, TOP_DOMAIN } from '../directory/domains.ts';
import { beginsWith, userIdKey } from '../directory/users.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { HOLDER_COLUMNS, isForeign, OWN_LENGTH, oldestValidDay, type TokenRow } from './tokens.ts';

export type TokenFilter = {
  /** Paths of the security domains to look in. */
  readonly scopes: readonly string[];
  /** Its prefix. */
  readonly serial?: string | undefined;
  readonly serialContains?: string | undefined;
  readonly serialFrom?: string | undefined;
  readonly serialTo?: string | undefined;
  /** Row ID of the user, not the user ID. */
  readonly userRow?: UserRow | undefined;
  readonly assigned?: boolean | undefined;
  readonly enabled?: boolean | undefined;
  readonly expiresBefore?: string | undefined;
  readonly expired?: boolean | undefined;
  readonly lost?: boolean | undefined;
  readonly kind?: Row<'tokens'>['kind'] | undefined;
  readonly batch?: string | undefined;
  readonly imported?: boolean | undefined;
  readonly maker?: string | undefined;
  readonly lent?: boolean | undefined;
  readonly lastName?: string | undefined;
  /** Of the latest distribution. */
  readonly profile?: string | undefined;
  readonly deviceType?: string | undefined;
  readonly distribution?: 'none' | Row<'distributions'>['state'] | 'expired' | undefined;
  /** `replacing` is waiting to replace another, `replaced` is that other. */
  readonly replacement?: 'replacing' | 'replaced' | undefined;
};

/**
 * In the order of serial numbers, or the other way round: each index that is walked along ends with them.
 * @param after the serial number of the last row of the previous page
 */
export async function listTokens(
  db: Connection,
  filter: TokenFilter,
  limit: number,
  now: number,
  after?: string,
  descending = false,
): Promise<TokenRow[]> {
  const [direction, beyond] = descending ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const { source, conditions, order } = await plan(db, filter, now);
  if (after !== undefined) conditions.push(sql`${order} ${beyond} ${after}`);
  // The page is found with few columns and then fetched: rows that are discarded are never read in full.
  const { rows } = await sql<TokenRow>`
    select tokens.*, ${sql.raw(HOLDER_COLUMNS.join(', '))}
    from tokens left join users on users.id = tokens.user_id
    where tokens.serial in (
      select tokens.serial from ${source} where ${all(conditions)} order by ${order} ${direction} limit ${limit}
    )
    order by tokens.serial ${direction}`.execute(db);
  return rows;
}

/** The number of matches, and the serial number of the last. Walks over all of them. */
export async function countMatching(db: Connection, filter: TokenFilter, now: number) {
  const { source, conditions } = await plan(db, filter, now);
  const { rows } = await sql<{ count: number; last: string | null }>`
    select count(*) as count, max(tokens.serial) as last from ${source} where ${all(conditions)}`.execute(db);
  return { count: Number(rows[0]?.count ?? 0), last: rows[0]?.last ?? undefined };
}

/** No more than so many and one are looked at. */
export async function countTokensUpTo(db: Connection, filter: TokenFilter, now: number, most: number) {
  const { source, conditions } = await plan(db, filter, now);
  const count = await countOf(db, sql`select 1 from ${source} where ${all(conditions)}`, most + 1);
  return { count: Math.min(count, most), more: count > most };
}

/** Users by digits of the serial number of one of their tokens: their IDs, along an index, and whether one is among them. */
export async function usersOfSerial(
  db: Connection,
  digits: string,
): Promise<{ readonly ids: RawBuilder<unknown>; by(userRow: RawBuilder<unknown>): RawBuilder<SqlBool> }> {
  const filter = { scopes: [TOP_DOMAIN.path], serialContains: digits, assigned: true };
  const { source, conditions } = await plan(db, filter, 0);
  return {
    ids: sql`select tokens.user_id as id from ${source} where ${all(conditions)}`,
    by: (userRow) => sql<SqlBool>`exists (select 1 from tokens where tokens.user_id = ${userRow}
      and ${contains(db, digits)})`,
  };
}

/** More than there are. */
const ALL = 1_000_000_000;

type Condition = RawBuilder<unknown> | Expression<SqlBool>;
type Plan = {
  readonly source: RawBuilder<unknown>;
  readonly conditions: Condition[];
  readonly order: RawBuilder<unknown>;
};

const all = (conditions: readonly Condition[]): RawBuilder<unknown> =>
  conditions.length === 0 ? sql`1 = 1` : sql.join([...conditions], sql` and `);

async function plan(db: Connection, filter: TokenFilter, now: number): Promise<Plan> {
  const latest = latestConditions(filter, now);
  const byToken = sql`tokens.serial`;
  for (const { few, counted, met } of [...fewCandidates(filter, now), ...(await fewPlaces(db, filter))]) {
    if (!(await isFew(db, counted ?? few))) continue;
    const conditions = tokenConditions(db, { ...filter, ...met }, now);
    // If there is no other condition, the index alone answers. LIMIT makes SQLite find the few first and then sort.
    if (conditions.length === 0 && latest.length === 0)
      return { source: sql`(${few} limit ${ALL}) as tokens`, conditions, order: byToken };
    // CROSS JOIN makes SQLite begin with the few. PostgreSQL finds this out by itself.
    const source = sql`(${few}) as few cross join tokens`;
    conditions.push(sql`tokens.serial = few.serial`);
    if (latest.length === 0) return { source, conditions, order: byToken };
    conditions.push(sql`distributions.token_id = tokens.id`, ...latest);
    return { source: sql`${source} cross join distributions`, conditions, order: byToken };
  }
  const conditions = tokenConditions(db, filter, now);
  if (latest.length === 0) return { source: sql`tokens`, conditions, order: byToken };
  conditions.push(sql`tokens.id = distributions.token_id`, ...latest);
  return {
    source: sql`distributions cross join tokens`,
    conditions,
    order: sql`distributions.serial`,
  };
}

function tokenConditions(db: Connection, filter: TokenFilter, now: number): Condition[] {
  const { serial, serialContains, serialFrom, serialTo, userRow, assigned, enabled, lost } = filter;
  const conditions: Condition[] = [];
  if (!filter.scopes.includes(TOP_DOMAIN.path)) {
    conditions.push(inScopes(sql`tokens.domain`, filter.scopes));
  }
  if (serial !== undefined) {
    conditions.push(beginsWith(sql`tokens.serial`, serial));
  }
  if (serialContains !== undefined) conditions.push(contains(db, serialContains));
  if (serialFrom !== undefined) conditions.push(sql`tokens.serial >= ${serialFrom}`);
  if (serialTo !== undefined) conditions.push(sql`tokens.serial <= ${serialTo}`);
  if (userRow !== undefined) conditions.push(sql`tokens.user_id = ${userRow}`);
  // Literals where partial indexes are defined with them.
  if (assigned !== undefined) {
    conditions.push(assigned ? sql`tokens.user_id is not null` : sql`tokens.user_id is null`);
  }
  if (enabled !== undefined) conditions.push(enabled ? sql`tokens.enabled = 1` : sql`tokens.enabled = 0`);
  if (lost !== undefined) conditions.push(lost ? sql`tokens.lost = 1` : sql`tokens.lost = 0`);
  const { expiresBefore, expired, lastName, distribution, replacement, kind, batch, imported, maker, lent } =
    filter;
  if (kind !== undefined) conditions.push(sql`tokens.kind = ${kind}`);
  if (batch !== undefined) conditions.push(sql`tokens.batch = ${batch}`);
  if (imported !== undefined)
    conditions.push(imported ? sql`tokens.batch is not null` : sql`tokens.batch is null`);
  if (lent !== undefined)
    conditions.push(lent ? sql`tokens.lent_until is not null` : sql`tokens.lent_until is null`);
  if (maker !== undefined) conditions.push(sql`tokens.maker = ${maker}`);
  if (expiresBefore !== undefined) conditions.push(sql`tokens.expires_on < ${expiresBefore}`);
  if (expired !== undefined) {
    const day = oldestValidDay(now);
    conditions.push(expired ? sql`tokens.expires_on < ${day}` : sql`tokens.expires_on >= ${day}`);
  }
  if (lastName !== undefined) {
    const begins = beginsWith(sql`users.last_name_key`, userIdKey(lastName));
    conditions.push(sql`exists (select 1 from users where users.id = tokens.user_id and ${begins})`);
  }
  if (distribution === 'none') conditions.push(sql`tokens.distributed = 0`);
  if (replacement !== undefined) {
    const part = sql.ref(replacement === 'replacing' ? 'token_id' : 'replaced_id');
    conditions.push(sql`tokens.id in (select ${part} from replacements)`);
  }
  return conditions;
}

/** Of the latest distribution; none if the search does not ask about it. */
function latestConditions(filter: TokenFilter, now: number): Condition[] {
  const { distribution, profile, deviceType } = filter;
  const conditions: Condition[] = [];
  if (profile !== undefined) conditions.push(sql`distributions.profile_name = ${profile}`);
  if (deviceType !== undefined) conditions.push(sql`distributions.device_type = ${deviceType}`);
  if (distribution === 'expired') {
    conditions.push(sql`distributions.state in ('issued', 'opened') and distributions.expires_at <= ${now}`);
  } else if (distribution !== undefined && distribution !== 'none') {
    conditions.push(sql`distributions.state = ${distribution}`);
    if (distribution === 'issued' || distribution === 'opened') {
      conditions.push(sql`(distributions.expires_at is null or distributions.expires_at > ${now})`);
    }
  }
  return conditions.length === 0 ? [] : [sql`distributions.latest = 1`, ...conditions];
}

type Candidate = {
  readonly few: RawBuilder<unknown>;
  /** The filter without conditions that all rows meet. */
  readonly met: Partial<TokenFilter>;
  /** A condition with as many matches, or more, that is faster to count. */
  readonly counted?: RawBuilder<unknown>;
};

/** For fields that may match few: the serial numbers of their matches, each along an index of its own that contains them. */
function fewCandidates(filter: TokenFilter, now: number): Candidate[] {
  const { scopes, expiresBefore, expired, lastName, lost, replacement, batch, lent } = filter;
  const list: Candidate[] = [];
  if (batch !== undefined)
    list.push({ few: sql`select serial from tokens where batch = ${batch}`, met: { batch: undefined } });
  if (replacement !== undefined) {
    const part = sql.ref(replacement === 'replacing' ? 'token_id' : 'replaced_id');
    list.push({
      few: sql`select tokens.serial from replacements cross join tokens where tokens.id = replacements.${part}`,
      counted: sql`select ${part} from replacements`,
      met: { replacement: undefined },
    });
  }
  if (lent === true)
    list.push({ few: sql`select serial from tokens where lent_until is not null`, met: { lent: undefined } });
  if (lost === true)
    list.push({ few: sql`select serial from tokens where lost = 1`, met: { lost: undefined } });
  if (lastName !== undefined) {
    const begins = beginsWith(sql`users.last_name_key`, userIdKey(lastName));
    list.push({
      few: sql`select tokens.serial from users cross join tokens where tokens.user_id = users.id and ${begins}`,
      counted: sql`select id from users where ${begins}`,
      met: { lastName: undefined, ...(filter.assigned ? { assigned: undefined } : {}) },
    });
  }
  const before = [
    ...(expiresBefore === undefined ? [] : [expiresBefore]),
    ...(expired === true ? [oldestValidDay(now)] : []),
  ].sort();
  if (before[0] !== undefined) {
    list.push({
      few: sql`select serial from tokens where expires_on < ${before[0]}`,
      met: { expiresBefore: undefined, ...(expired ? { expired: undefined } : {}) },
    });
  }
  if (scopes.length > 0 && !scopes.includes(TOP_DOMAIN.path)) {
    list.push({
      few: sql`select serial from tokens where ${rangesOfScopes(sql`domain`, scopes)}`,
      met: { scopes: [TOP_DOMAIN.path] },
    });
  }
  return list;
}

/** Up to this many characters match so many that the walk ends soon. */
const COMMON_DIGITS = 3;
/** Looking into a range costs as much as walking past some hundred serial numbers. */
const MAX_PLACES = 2_000;

/**
 * For SQLite, which has no inverted index: our own serial numbers are issued in order, so few prefixes can precede the digits, and each is a
 * range of the index; those of other makers are all looked at. None if our own are so far apart that walking over all is as fast.
 */
async function fewPlaces(db: Connection, { serialContains: part }: TokenFilter): Promise<Candidate[]> {
  if (part === undefined || part.length <= COMMON_DIGITS || isPostgresql(db)) return [];
  const foreign = sql`select serial from tokens where ${isForeign(db)} and instr(serial, ${part}) > 0`;
  const met = { serialContains: undefined };
  if (!/^\d+$/.test(part)) return [{ few: foreign, met }];
  const own = sql`not ${isForeign(db)}`;
  const ends = await sql<{ least: string | null; most: string | null }>`
    select (select min(serial) from tokens where ${own}) as least, (select max(serial) from tokens where ${own}) as most`.execute(
    db,
  );
  const { least, most } = ends.rows[0] ?? {};
  const ranges: [string, string][] = [];
  for (let before = 0; least && most && before + part.length <= OWN_LENGTH; before += 1) {
    const [first, last] = [Number(least.slice(0, before)), Number(most.slice(0, before))];
    if (ranges.length + last - first >= MAX_PLACES) return [];
    for (let head = first; head <= last; head += 1) {
      const begin = (before === 0 ? '' : String(head).padStart(before, '0')) + part;
      ranges.push([begin.padEnd(OWN_LENGTH, '0'), begin.padEnd(OWN_LENGTH, '9')]);
    }
  }
  const few = sql`select distinct tokens.serial as serial from json_each(${JSON.stringify(ranges)}) as place cross join tokens
    where tokens.serial >= place.value ->> 0 and tokens.serial <= place.value ->> 1 and not ${isForeign(db)}
    union all ${foreign}`;
  return [{ few: sql`select serial from (${few}) as placed`, met }];
}

/** On PostgreSQL, our own are looked up in an inverted index of every four consecutive digits. */
function contains(db: Connection, part: string): Condition {
  if (!isPostgresql(db)) return sql`instr(tokens.serial, ${part}) > 0`;
  const found = sql`strpos(tokens.serial, ${part}) > 0`;
  if (part.length <= COMMON_DIGITS) return found;
  const foreign = isForeign(db);
  if (!/^\d+$/.test(part)) return sql`${foreign} and ${found}`;
  const parts = Array.from({ length: part.length - 3 }, (_, index) => part.slice(index, index + 4));
  return sql`(${SERIAL_PARTS} @> cast(${`{${parts.join(',')}}`} as text[]) or ${foreign}) and ${found}`;
}

/** As the index of migration 0003-token-search defines it. */
const SERIAL_PARTS = sql.raw(
  `array[${Array.from({ length: 9 }, (_, index) => `substr(tokens.serial, ${index + 1}, 4)`).join(', ')}]`,
);
