/** What needs attention now, and what waits. */

import { sql } from 'kysely';
import { changeRows, insertOnce, listAll, takeRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type AlertRow = Row<'alerts'>;

export const listAlerts = (db: Connection) => listAll(db, 'alerts', 'raised_at', 'id');

/** @returns whether it is new; at most one caller raises it */
export async function raiseAlert(
  db: Connection,
  { id, text, now }: { readonly id: string; readonly text: string; readonly now: number },
): Promise<boolean> {
  if (await insertOnce(db, 'alerts', { id, text, raised_at: now, seen_at: now })) return true;
  await changeRows(db, 'alerts', { id }, { text, seen_at: now });
  return false;
}

/** @returns whether it was there; at most one caller clears it */
export const clearAlert = (db: Connection, id: string) => takeRow(db, 'alerts', { id });

/** More are not counted. */
const MAX_COUNTED = 10_000;

/** Times are epoch milliseconds; null if nothing waits. */
export type Waiting = {
  readonly queued_mail: number;
  readonly oldest_mail: number | null;
  readonly undelivered_mail: number;
  readonly unlinked_audit: number;
  readonly oldest_audit: number | null;
  readonly open_jobs: number;
  /** Attempts in a row to get a certificate that failed; 0 if that is off. */
  readonly acme_failures: number | null;
};

/** In one statement. */
export async function countWaiting(db: Connection): Promise<Waiting> {
  const { rows } = await sql<Waiting>`
    select
      (select count(*) from mail where state = 'queued') as queued_mail,
      (select min(created_at) from mail where state = 'queued') as oldest_mail,
      (select count(*) from mail where state = 'dead') as undelivered_mail,
      (select count(*) from (select 1 from audit_unlinked limit ${sql.lit(MAX_COUNTED)}) waiting) as unlinked_audit,
      (select at from audit where id = (select min(audit_id) from audit_unlinked)) as oldest_audit,
      (select count(*) from jobs where state in ('queued', 'running')) as open_jobs,
      (select failures from acme where enabled = 1) as acme_failures`.execute(db);
  return rows[0] as Waiting;
}
