/** Wrong passcodes of a user, over all tokens and ways, and the locks they lead to. A lock always ends by itself. */
import { sql } from 'kysely';
import type { Connection } from './schema.ts';
import { valuesTable } from './values.ts';

export type UserFailure = {
  readonly userRow: string;
  readonly at: number;
  /** Failures within the period that lock; 0 for never. */
  readonly limit: number;
  readonly periodMilliseconds: number;
  readonly firstLockMilliseconds: number;
  readonly longestLockMilliseconds: number;
};

/**
 * Counts one wrong passcode for each user, and locks whoever has too many within the period: for the first time, twice as long, and so
 * on, never longer than the longest. What a lock was is forgotten a period after it ended. One statement, so that none is lost.
 */
export async function countUserFailures(db: Connection, failures: readonly UserFailure[]): Promise<void> {
  if (failures.length === 0) return;
  const table = valuesTable(
    'v',
    { id: 'text', at: 'bigint', most: 'bigint', period: 'bigint', first: 'bigint', longest: 'bigint' },
    failures.map((failure) => ({
      id: failure.userRow,
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
  // Doubled at most twenty times: no number grows beyond what the databases hold.
  const length = sql`(v.first * (1 << (case when ${earlier} < 20 then ${earlier} else 20 end)))`;
  await sql`
    with ${table}
    update users set
      failures = case when ${locking} then 0 else ${count} end,
      failures_since = case when ${locking} then null when ${fresh} then v.at else users.failures_since end,
      locks = case when ${locking} then ${earlier} + 1 else users.locks end,
      locked_until = case when ${locking}
        then v.at + (case when ${length} < v.longest then ${length} else v.longest end)
        else users.locked_until end
    from v where users.id = v.id`.execute(db);
}

/** After a success, or by an administrator. @returns whether there was anything to forget */
export async function clearUserFailures(db: Connection, userRows: readonly string[]): Promise<boolean> {
  if (userRows.length === 0) return false;
  const rows = await db
    .updateTable('users')
    .set({ failures: 0, failures_since: null, locks: 0, locked_until: null })
    .where('id', 'in', [...userRows])
    .where(({ eb, or }) => or([eb('failures', '>', 0), eb('locked_until', 'is not', null)]))
    .returning('id')
    .execute();
  return rows.length > 0;
}
