/** Token records. Searching them is in search.ts. */

import { dayOf, HOUR } from '@sower/api/time';
import { type RawBuilder, sql } from 'kysely';
import { countOf } from '../db/bounded-count.ts';
import { isPostgresql, lockRow, skipLocked } from '../db/database-kind.ts';
import { fewTexts, valuesTable } from '../db/parameter-rows.ts';
import { type Change, changeRows, findColumns, insertRows, plus, setRow, takeRow } from '../db/rows.ts';
import { inScopes } from '../directory/domains.ts';
import type { Serial, TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

/** A token with its user's user ID, whether the user is enabled, and their state in the directory. */
export type TokenRow = Row<'tokens'> & {
  readonly holder: string | null;
  readonly holder_enabled: number | null;
  readonly holder_state: Row<'users'>['source_state'];
  readonly holder_first_name: string | null;
  readonly holder_last_name: string | null;
};
/** Of a query that joins `users`. */
export const HOLDER_COLUMNS = [
  'users.user_id as holder',
  'users.enabled as holder_enabled',
  'users.source_state as holder_state',
  'users.first_name as holder_first_name',
  'users.last_name as holder_last_name',
] as const;

const tokensWithHolder = (db: Connection) =>
  db
    .selectFrom('tokens')
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .selectAll('tokens')
    .select(HOLDER_COLUMNS);

export function findToken(db: Connection, serial: Serial): Promise<TokenRow | undefined> {
  return tokensWithHolder(db).where('tokens.serial', '=', serial).executeTakeFirst();
}

/** Those that are there, in the order of their serial numbers. */
export function listBySerials(db: Connection, serials: readonly Serial[]): Promise<TokenRow[]> {
  return tokensWithHolder(db)
    .where('tokens.serial', 'in', fewTexts(serials))
    .orderBy('tokens.serial')
    .execute();
}

/**
 * Locks the token's row until the transaction ends.
 * @returns it as it is then, `undefined` if it is gone
 */
export async function lockToken(db: Connection, id: TokenKey): Promise<TokenRow | undefined> {
  await lockRow(db, 'tokens', id);
  return tokensWithHolder(db).where('tokens.id', '=', id).executeTakeFirst();
}

/**
 * The earliest day of expiry of a token, or of a loan, that is still valid: through that day in UTC and half a day longer, so that no time zone
 * loses any of it.
 */
export const oldestValidDay = (now: number): string => dayOf(now - 12 * HOUR);

export const isExpired = (expiresOn: string, now: number): boolean => expiresOn < oldestValidDay(now);

/** Whether the token of an enabled user is good for a logon once it has a seed. */
export const isAccepted = (table: 'c' | 'n' | 'o' | 't', day: string): RawBuilder<boolean> => {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`${column('enabled')} = 1 and ${column('lost')} = 0 and ${column('expires_on')} >= ${day}`;
};

/** Whether a code may be given for a token that a user has: barToCode of eligibility.ts, for statements that choose among many. */
export const takesCode = (table: 'c' | 'n' | 't', day: string): RawBuilder<boolean> =>
  sql`${sql.ref(`${table}.kind`)} = 'software' and ${isAccepted(table, day)}`;

const INSERT_CHUNK = 500;

export async function insertTokens(db: Connection, rows: readonly NewRow<'tokens'>[]): Promise<void> {
  for (let start = 0; start < rows.length; start += INSERT_CHUNK) {
    await insertRows(db, 'tokens', rows.slice(start, start + INSERT_CHUNK));
  }
}

/**
 * At most one caller gets an unassigned token. Assigning enables it, and moves it into the security domain of its user, whose row the
 * caller has locked.
 */
export function claimToken(db: Connection, id: TokenKey, userRow: UserRow): Promise<boolean> {
  const domain = sql<string>`(select domain from users where id = ${userRow})`;
  const taken = { user_id: userRow, domain, enabled: 1, version: plus('version', 1) } as const;
  return setRow(db, 'tokens', { id, user_id: ['is', null] }, taken);
}

/** Which tokens may be chosen automatically: of those that were minted here. Others may have a seed that someone has. */
export type NextToken = {
  /** Paths of security domains: in them or below. */
  readonly scopes?: readonly string[];
  /** Path of a security domain: in it and not below. */
  readonly domain?: string;
  /** The earliest day on which it may expire. */
  readonly expiresFrom: string;
};

/** Along the index tokens_next. */
const mayBeNext = ({ scopes = [], domain, expiresFrom }: NextToken): RawBuilder<boolean> =>
  sql`user_id is null and batch is null and lost = 0 and expires_on >= ${expiresFrom} and ${
    domain === undefined ? inScopes(sql.ref('tokens.domain'), scopes) : sql`tokens.domain = ${domain}`
  }`;

/** How many there are, at most `limit`. */
export const countNextTokens = (db: Connection, wanted: NextToken, limit: number) =>
  countOf(db, sql`select 1 from tokens where ${mayBeNext(wanted)}`, limit);

type FreeToken = Pick<Row<'tokens'>, 'id' | 'serial' | 'domain'>;

/** Those that expire last; simultaneous callers get different ones. */
export async function findNextTokens(db: Connection, wanted: NextToken, count: number): Promise<FreeToken[]> {
  if (count === 0) return [];
  // PostgreSQL skips tokens that are being assigned, instead of waiting for them in vain.
  const { rows } = await sql<FreeToken>`
    select id, serial, domain from tokens where ${mayBeNext(wanted)}
    order by expires_on desc, serial limit ${count} ${skipLocked(db)}`.execute(db);
  return rows;
}

/**
 * The first of them; at most one caller gets it.
 * @returns it as it was before, in the security domain it came from
 */
export async function claimNextToken(db: Connection, userRow: UserRow, wanted: NextToken) {
  for (;;) {
    const [next] = await findNextTokens(db, wanted, 1);
    if (!next || (await claimToken(db, next.id, userRow))) return next;
  }
}

/**
 * After the user was moved: the database moved the tokens too; this makes edits that began earlier notice.
 * @returns their serial numbers
 */
export async function touchTokensOf(db: Connection, userRow: UserRow): Promise<string[]> {
  const rows = await db
    .updateTable('tokens')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('user_id', '=', userRow)
    .returning('serial')
    .execute();
  return rows.map(({ serial }) => serial).sort();
}

/** How many tokens a user has, without those that wait to replace another: what `tokens.maxPerUser` limits. */
export const tokensAssignedTo = (userRow: RawBuilder<unknown>): RawBuilder<number> =>
  sql`(select count(*) from tokens o where o.user_id = ${userRow} and o.id not in (select token_id from replacements))`;

export async function countTokensOf(db: Connection, userRow: UserRow): Promise<number> {
  const { rows } = await sql<{
    assigned: number;
  }>`select ${tokensAssignedTo(sql`${userRow}`)} as assigned`.execute(db);
  return Number(rows[0]?.assigned);
}

export async function listTokensOf(db: Connection, userRows: readonly UserRow[]) {
  const columns = ['id', 'serial', 'kind', 'user_id', 'lent_instead'] as const;
  const rows = await findColumns(db, 'tokens', columns, { user_id: ['in', userRows] }, { order: ['serial'] });
  return rows.flatMap((row) => (row.user_id === null ? [] : [{ ...row, user_id: row.user_id }]));
}

export const changeToken = (db: Connection, id: TokenKey, change: Change<'tokens'>) =>
  changeRows(db, 'tokens', { id }, { ...change, version: plus('version', 1) });

/** Only an unassigned one can be deleted. */
export const deleteToken = (db: Connection, id: TokenKey) =>
  takeRow(db, 'tokens', { id, user_id: ['is', null] });

/** One row per token: adds wrong passcodes that arrived together. */
export async function countFailures(
  db: Connection,
  failures: readonly { readonly tokenId: TokenKey; readonly at: number }[],
): Promise<void> {
  if (failures.length === 0) return;
  const table = valuesTable(
    'v',
    { id: 'text', at: 'bigint' },
    failures.map(({ tokenId, at }) => ({ id: tokenId, at })),
  );
  await sql`
    with ${table}
    update tokens set failures = tokens.failures + 1, last_failure_at = v.at
    from v where tokens.id = v.id`.execute(db);
}

export const clearFailures = (db: Connection, tokenIds: readonly TokenKey[]) =>
  changeRows(db, 'tokens', { id: ['in', tokenIds], failures: ['>', 0] }, { failures: 0 });

/** Serial numbers in SQL: our own of 12 digits, and those of other makers, which have an index of their own. */
export const OWN_LENGTH = 12;

export const ownSerial = (number: number): string => String(number).padStart(OWN_LENGTH, '0');

/** As the index of migration 0090-foreign-serials defines it. */
export function isForeign(db: Connection): RawBuilder<boolean> {
  const serial = sql.ref('tokens.serial');
  return isPostgresql(db)
    ? sql`${serial} !~ '^[0-9]{12}$'`
    : sql`(length(${serial}) <> 12 or ${serial} glob '*[^0-9]*')`;
}
