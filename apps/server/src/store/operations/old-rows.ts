/** Rows whose retention period is over, and rows that have expired. IDs are in the order of creation, so age is found by the primary key. */

import { type RawBuilder, sql } from 'kysely';
import { countOf } from '../db/bounded-count.ts';
import { FOR_EACH_ROW } from '../db/database-kind.ts';
import { formatId } from '../db/ids.ts';
import { fewTexts } from '../db/parameter-rows.ts';
import type { Connection } from '../schema/schema.ts';
import { stillReminds } from '../tokens/expiring.ts';

export type OldKind = 'accounting' | 'history' | 'sent-mail' | 'failed-mail' | 'requests' | 'jobs';

/** Rows older than `before` are deleted. */
type Age = { readonly now: number; readonly before: number };

type OldPart = {
  readonly table: string;
  /** Which rows may be deleted; `o` is the table. */
  readonly may: (now: number) => RawBuilder<boolean>;
  /** Tables of which a job may have a hundred thousand rows: they go first, so that no transaction deletes them all. */
  readonly ofJobs?: readonly string[];
};
const OLD: Readonly<Record<OldKind, readonly OldPart[]>> = {
  history: [
    {
      table: 'distribution_events',
      may: () =>
        sql<boolean>`not exists (select 1 from distributions d where d.id = o.distribution_id and d.state in ('issued', 'opened'))`,
    },
    {
      // An earlier one of its token, of which no seed is left. Seeds are found by their token: there is no index of the other.
      table: 'distributions',
      may: () =>
        sql<boolean>`o.latest = 0 and o.state not in ('issued', 'opened')
          and not exists (select 1 from seeds s where s.token_id = o.token_id and s.distribution_id = o.id ${FOR_EACH_ROW})`,
    },
  ],
  accounting: [{ table: 'radius_accounting', may: () => sql<boolean>`1 = 1` }],
  'sent-mail': [{ table: 'mail', may: (now) => sql<boolean>`o.state = 'sent' and not ${stillReminds(now)}` }],
  'failed-mail': [{ table: 'mail', may: () => sql<boolean>`o.state = 'dead'` }],
  requests: [
    { table: 'token_requests', may: () => sql<boolean>`o.state in ('done', 'rejected', 'cancelled')` },
  ],
  jobs: [
    {
      table: 'jobs',
      may: () => sql<boolean>`o.ended_at is not null`,
      ofJobs: ['job_rows', 'source_entries'],
    },
  ],
};

/** The first ID of a time. IDs are in the order of time, but for rows that were written while a clock was wrong. */
export function idAt(time: number): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(Math.max(0, time) / 2 ** 32));
  view.setUint32(2, Math.max(0, time) % 2 ** 32);
  return formatId(bytes);
}

export async function countOld(
  db: Connection,
  kind: OldKind,
  { now, before }: Age,
  most: number,
): Promise<number> {
  let count = 0;
  for (const { table, may } of OLD[kind]) {
    const old = sql`select 1 from ${sql.table(table)} as o where o.id < ${idAt(before)} and ${may(now)}`;
    count += await countOf(db, old, most);
  }
  return Math.min(count, most);
}

/**
 * Some of them, the oldest first.
 * @param after where the last call ended
 * @returns where to continue; undefined once all were looked at
 */
export async function deleteOld(
  db: Connection,
  kind: OldKind,
  { now, before }: Age,
  limit: number,
  after: { readonly part: number; readonly id: string; readonly deleted: number } = {
    part: 0,
    id: '',
    deleted: 0,
  },
): Promise<{ readonly next: typeof after | undefined; readonly deleted: number }> {
  const part = OLD[kind][after.part];
  if (!part) return { next: undefined, deleted: after.deleted };
  const { rows } = await sql<{ id: string; may: number | boolean }>`
    select o.id, ${part.may(now)} as may from ${sql.table(part.table)} as o
    where o.id > ${after.id} and o.id < ${idAt(before)} order by o.id limit ${limit}`.execute(db);
  const ids = rows.filter(({ may }) => Boolean(may)).map(({ id }) => id);
  for (const name of ids.length > 0 ? (part.ofJobs ?? []) : []) {
    const table = sql.table(name);
    const { numAffectedRows: gone } = await sql`delete from ${table} where (job_id, position) in
      (select job_id, position from ${table} where job_id in (${sql.join(fewTexts(ids))}) limit ${limit})`.execute(
      db,
    );
    if (Number(gone) === limit) return { next: after, deleted: after.deleted };
  }
  if (ids.length > 0)
    await sql`delete from ${sql.table(part.table)} where id in (${sql.join(fewTexts(ids))})`.execute(db);
  const deleted = after.deleted + ids.length;
  const last = rows.at(-1);
  return {
    next:
      rows.length < limit || !last
        ? { part: after.part + 1, id: '', deleted }
        : { part: after.part, id: last.id, deleted },
    deleted,
  };
}

const EXPIRING = [
  'sessions',
  'user_sessions',
  'attempts',
  'password_attempts',
  'forwarded_challenges',
  'agent_results',
  'answered_challenges',
  'second_approvals',
  'idempotency_keys',
] as const;

/** No one can use them any more. @returns how many */
export async function deleteExpired(db: Connection, now: number): Promise<number> {
  let deleted = 0;
  for (const table of EXPIRING) {
    const gone = await db
      .deleteFrom(table as 'sessions')
      .where('expires_at', '<', now)
      .executeTakeFirst();
    deleted += Number(gone.numDeletedRows);
  }
  return deleted;
}
