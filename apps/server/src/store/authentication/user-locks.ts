/** Wrong passcodes of a user, across all tokens and channels, and the locks they cause. A lock always ends by itself. */

import { type RawBuilder, sql } from 'kysely';
import { isPostgresql } from '../db/database-kind.ts';
import { fewTexts, valuesTable } from '../db/parameter-rows.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection } from '../schema/schema.ts';

type UserFailure = {
  readonly userRow: UserRow;
  /** The counts that the decision to count this one was based on; null if it counts whatever they are now. */
  readonly seen: number | null;
  readonly at: number;
  /** Failures within the period that lock; 0 for never. */
  readonly limit: number;
  readonly periodMilliseconds: number;
  readonly firstLockMilliseconds: number;
  readonly longestLockMilliseconds: number;
};

/**
 * Rows of the users that a statement with a table `v (user_row)` is about, locked until the transaction ends: other processes that decide
 * about the same users wait, and see the result. Always in the same order, so that they do not deadlock.
 */
export function lockedUsers(db: Connection) {
  // SQLite has one writer at a time.
  const lock = isPostgresql(db) ? sql`for no key update` : sql``;
  return sql`held as (
    select users.id, users.guess_version from users
    where users.id in (select v.user_row from v) order by users.id ${lock})`;
}

/** Decisions based on counts that have changed. */
export const isCurrent = (seen: RawBuilder<unknown> = sql.ref('v.seen')): RawBuilder<unknown> =>
  sql`(${seen} is null or held.guess_version = ${seen})`;

/** Locks users for a transaction that needs them in several statements. */
export async function holdUsers(db: Connection, userRows: readonly UserRow[]): Promise<Map<string, number>> {
  if (userRows.length === 0) return new Map();
  const table = valuesTable(
    'v',
    { user_row: 'text' },
    userRows.map((row) => ({ user_row: row })),
  );
  const { rows } = await sql<{ id: string; guess_version: number }>`
    with ${table}, ${lockedUsers(db)} select id, guess_version from held`.execute(db);
  return new Map(rows.map(({ id, guess_version }) => [id, guess_version]));
}

/**
 * Counts one wrong passcode for each user, and locks those with too many within the period: at first for the initial time, then twice as
 * long, and so on, up to the maximum. Earlier locks are forgotten a period after they ended. One statement, so that no count is lost.
 * @returns the users for whom it was counted; missing are unknown ones, and those whose counts changed since the check
 */
export async function countUserFailures(
  db: Connection,
  failures: readonly UserFailure[],
): Promise<ReadonlySet<string>> {
  if (failures.length === 0) return new Set();
  const table = valuesTable(
    'v',
    {
      user_row: 'text',
      seen: 'bigint',
      at: 'bigint',
      most: 'bigint',
      period: 'bigint',
      first: 'bigint',
      longest: 'bigint',
    },
    failures.map((failure) => ({
      user_row: failure.userRow,
      seen: failure.seen,
      at: failure.at,
      most: failure.limit,
      period: failure.periodMilliseconds,
      first: failure.firstLockMilliseconds,
      longest: failure.longestLockMilliseconds,
    })),
  );
  const fresh = sql`(users.failures_since is null or users.failures_since <= v.at - v.period)`;
  const count = sql`(case when ${fresh} then 1 else users.failures + 1 end)`;
  const locking = sql`(v.most > 0 and ${count} >= v.most)`;
  const earlier = sql`(case when users.locked_until is null or users.locked_until <= v.at - v.period then 0 else users.locks end)`;
  // Doubled at most twenty times, so that no number exceeds what the databases can store.
  const length = sql`(v.first * (1 << (case when ${earlier} < 20 then ${earlier} else 20 end)))`;
  const { rows } = await sql<{ id: string }>`
    with ${table}, ${lockedUsers(db)}
    update users set
      guess_version = users.guess_version + 1,
      failures = case when ${locking} then 0 else ${count} end,
      failures_since = case when ${locking} then null when ${fresh} then v.at else users.failures_since end,
      locks = case when ${locking} then ${earlier} + 1 else users.locks end,
      locked_until = case when ${locking}
        then v.at + (case when ${length} < v.longest then ${length} else v.longest end)
        else users.locked_until end
    from v, held where users.id = v.user_row and held.id = v.user_row and ${isCurrent()}
    returning users.id`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/**
 * After a success, or by an administrator.
 * @returns whether there was anything to reset
 */
export async function clearUserFailures(db: Connection, userRows: readonly UserRow[]): Promise<boolean> {
  if (userRows.length === 0) return false;
  const rows = await db
    .updateTable('users')
    .set({ failures: 0, failures_since: null, locks: 0, locked_until: null })
    .where('id', 'in', fewTexts(userRows))
    .where(({ eb, or }) => or([eb('failures', '>', 0), eb('locked_until', 'is not', null)]))
    .returning('id')
    .execute();
  return rows.length > 0;
}

// Wrong passcodes for users who do not exist, counted so that a guess takes the same writes whether or not the user exists; the numbers
// mean nothing else.

/** Several rows to choose from, so that two processes seldom wait for each other. */
const ROWS = 64;

/**
 * Numbers that no row has: a statement that changes nothing, for guesses that are counted elsewhere. It still makes the trip to the
 * database.
 */
const NO_ROW = [-1];

/** A user's row and a token's row, like those of a known user; the third stands for the longer statement that counts for a known user. */
export async function countAtDecoy(
  db: Connection,
  guesses: number,
  random: (length: number) => Uint8Array,
): Promise<void> {
  const rows = guesses === 0 ? NO_ROW : [...random(Math.min(3 * guesses, ROWS))].map((octet) => octet % ROWS);
  await db
    .updateTable('decoy_counters')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('id', 'in', fewTexts(new Set(rows)))
    .execute();
}
