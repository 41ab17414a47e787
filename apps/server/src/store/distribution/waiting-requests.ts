/**
 * Requests that are waiting for an approval, and which mail was sent about them. Anyone who claims one sends the mail: once, however many try.
 */
import { type SqlBool, sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';
import { type RequestRow, requests } from './requests.ts';

const SINCE = sql<number>`coalesce(waiting_since, created_at)`;

/** The first part is redundant: it matches the index of open requests, without which all requests ever made would be read. */
const PENDING = sql<SqlBool>`state in ('pending', 'approved') and state = 'pending'`;
const waiting = (now: number) =>
  sql<SqlBool>`${PENDING} and (deferred_until is null or deferred_until <= ${now})`;

/** These were set by a wrong clock: no mail would be sent about them until that time. */
export async function forgetTimesToCome(db: Connection, now: number): Promise<void> {
  await db
    .updateTable('token_requests')
    .set({ told_at: now })
    .where(PENDING)
    .where('told_at', '>', now)
    .execute();
  await db
    .updateTable('token_requests')
    .set({ waiting_since: now })
    .where(waiting(now))
    .where(SINCE, '>', now)
    .execute();
}

type Limits = { readonly now: number; readonly limit: number };

/** Those about which no one was written to yet, or not since `remindBefore`; locked from here to the end of the transaction. */
export function claimUntold(
  trx: Connection,
  { now, remindBefore, limit }: Limits & { readonly remindBefore: number | undefined },
): Promise<RequestRow[]> {
  const due = sql<SqlBool>`(told_at is null or told_at <= ${remindBefore ?? -1})`;
  return claimed(trx, { told_at: now }, sql<SqlBool>`${waiting(now)} and ${due}`, limit);
}

/** Those that have waited since `before` and were not escalated. */
export function claimUnanswered(
  trx: Connection,
  { now, before, limit }: Limits & { readonly before: number },
): Promise<RequestRow[]> {
  const due = sql<SqlBool>`escalated_at is null and ${SINCE} <= ${before}`;
  return claimed(trx, { escalated_at: now }, sql<SqlBool>`${waiting(now)} and ${due}`, limit);
}

async function claimed(
  trx: Connection,
  change: { readonly told_at: number } | { readonly escalated_at: number },
  due: ReturnType<typeof sql<SqlBool>>,
  limit: number,
): Promise<RequestRow[]> {
  const rows = await trx
    .updateTable('token_requests')
    .set(change)
    // Twice: of two at once on PostgreSQL, the second looks again at what the first has changed.
    .where(due)
    .where('id', 'in', (eb) =>
      eb.selectFrom('token_requests').select('id').where(due).orderBy('id').limit(limit),
    )
    .returning('id')
    .execute();
  if (rows.length === 0) return [];
  return requests(trx)
    .where(
      'token_requests.id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('token_requests.id')
    .execute();
}
