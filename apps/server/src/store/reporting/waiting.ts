/** What waits: for alerts, in one statement. */
import { sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';

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
