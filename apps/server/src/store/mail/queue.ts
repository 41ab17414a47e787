/** The mail queue. A row is claimed with a lease: a node that dies loses it, and another sends the mail under the same Message-ID. */

import { DAY, HOUR } from '@sower/api/time';
import { sql } from 'kysely';
import { skipLocked } from '../db/database-kind.ts';
import { type Reason, reasonColumns } from '../db/reason.ts';
import { changeOne, findAll, findOne, setRow } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

/** Rows whose `once_key` already exists are left out. */
export async function insertMail(db: Connection, rows: readonly NewRow<'mail'>[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('mail')
    .values([...rows])
    .onConflict((conflict) => conflict.column('once_key').doNothing())
    .execute();
}

/**
 * No delay is this long: whatever is due later was postponed by a wrong clock. But a claimed row may be in use by the node that has this
 * clock.
 */
const FAR = { waiting: HOUR, claimed: DAY } as const;

/** At most one caller gets a row before its lease ends. What is for one person goes before what is for many. */
export async function claimDueMail(
  db: Connection,
  claim: {
    readonly now: number;
    readonly lease: string;
    readonly leaseUntil: number;
    readonly limit: number;
  },
): Promise<Row<'mail'>[]> {
  const far = sql`(next_at > ${claim.now + FAR.waiting} and (lease is null or next_at > ${claim.now + FAR.claimed}))`;
  const { rows } = await sql<Row<'mail'>>`
    with due as materialized (
      select id from mail where state = 'queued' and next_at <= ${claim.now}
      order by bulk, next_at, id limit ${claim.limit} ${skipLocked(db)}),
    far as materialized (
      select id from mail where state = 'queued' and ${far}
      order by next_at desc, id desc limit ${claim.limit} ${skipLocked(db)})
    update mail set lease = ${claim.lease}, next_at = ${claim.leaseUntil}, attempts = attempts + 1
    where (id in (select id from due) or id in (select id from far))
      and state = 'queued' and (next_at <= ${claim.now} or ${far})
    returning *`.execute(db);
  return [...rows].sort((one, other) => one.bulk - other.bulk || (one.id < other.id ? -1 : 1));
}

type Ended = { readonly id: string; readonly lease: string | null };

/** @returns false if the lease has passed to someone else */
export async function markMailSent(db: Connection, mail: Ended, at: number, reply: string): Promise<boolean> {
  return ended(db, mail, { state: 'sent', sent_at: at, ...reasonColumns(reply), message: null, lease: null });
}

export async function markMailDead(db: Connection, mail: Ended, reason: Reason): Promise<boolean> {
  return ended(db, mail, { state: 'dead', ...reasonColumns(reason), lease: null });
}

/** It is tried again at `nextAt`. */
export async function postponeMail(db: Connection, mail: Ended, nextAt: number, reason: Reason) {
  return ended(db, mail, { next_at: nextAt, ...reasonColumns(reason), lease: null });
}

const ended = (db: Connection, { id, lease }: Ended, change: Partial<Omit<Row<'mail'>, 'id'>>) =>
  setRow(db, 'mail', { id, lease, state: 'queued' }, change);

/** Those of the given keys that were queued after `since`. */
export async function findKeysSince(db: Connection, keys: readonly string[], since: number) {
  const rows = await findAll(db, 'mail', { once_key: ['in', new Set(keys)], created_at: ['>', since] });
  return new Set(rows.map(({ once_key }) => once_key));
}

export const findMail = (db: Connection, id: string) => findOne(db, 'mail', { id });

/**
 * A dead mail that still has its content waits again.
 * @returns undefined if it is not dead
 */
export const claimDeadMail = (db: Connection, id: string, now: number, givenUpAt: number) =>
  changeOne(
    db,
    'mail',
    { id, state: 'dead', message: ['is not', null] },
    { state: 'queued', next_at: now, given_up_at: givenUpAt, attempts: 0 },
  );

/** Latest first. */
export function listMail(
  db: Connection,
  filter: { readonly state?: Row<'mail'>['state'] | undefined },
  limit: number,
  before?: string,
): Promise<Row<'mail'>[]> {
  let query = db.selectFrom('mail').selectAll().orderBy('id', 'desc').limit(limit);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}
