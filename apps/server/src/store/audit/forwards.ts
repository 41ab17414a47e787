/** Where the audit trail is forwarded to: the last link of the chain that arrived there, and who sends. */

import { HOUR } from '@sower/api/time';
import type { Reason } from '../db/reason.ts';
import { reasonColumns } from '../db/reason.ts';
import { deleteRows, findOne, listAll, setRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { isDue, isDueAt, isFree } from '../work/due.ts';

export type AuditForwardRow = Row<'audit_forwards'>;

export const listAuditForwards = (db: Connection) => listAll(db, 'audit_forwards', 'id');

export const findAuditForward = (db: Connection, id: string) => findOne(db, 'audit_forwards', { id });

/** Says that a process sends there. @param seq where a new one begins */
export async function seeAuditForward(
  db: Connection,
  { id, seq, now }: { readonly id: string; readonly seq: number; readonly now: number },
): Promise<void> {
  await db
    .insertInto('audit_forwards')
    .values({ id, seq, seen_at: now, next_at: now, failures: 0 })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: now }))
    .execute();
}

/** The longest wait after a failed attempt, whatever a receiver says. */
export const MAX_WAIT_MILLISECONDS = HOUR;

export const isForwardDue = ({ next_at }: Pick<AuditForwardRow, 'next_at'>, now: number): boolean =>
  isDueAt(next_at, now, MAX_WAIT_MILLISECONDS);

/** At most one caller has the lease. */
export function claimAuditForward(
  db: Connection,
  { id, lease, now, milliseconds }: { id: string; lease: string; now: number; milliseconds: number },
): Promise<AuditForwardRow | undefined> {
  return db
    .updateTable('audit_forwards')
    .set({ lease, lease_until: now + milliseconds })
    .where('id', '=', id)
    .where(isDue('next_at', now, MAX_WAIT_MILLISECONDS))
    .where(isFree(now, milliseconds))
    .returningAll()
    .executeTakeFirst();
}

/** For an attempt that gets nowhere yet. @returns whether it is still held */
export const prolongAuditForward = (
  db: Connection,
  { id, lease, until }: { readonly id: string; readonly lease: string; readonly until: number },
) => setRow(db, 'audit_forwards', { id, lease }, { lease_until: until });

/**
 * Only the process that has the lease, which is prolonged; never backwards.
 * @param aside links before `seq` that were refused there
 * @returns whether it is still held
 */
export async function advanceAuditForward(
  db: Connection,
  {
    id,
    lease,
    seq,
    now,
    until,
    aside = [],
  }: {
    id: string;
    lease: string;
    seq: number;
    now: number;
    until: number;
    aside?: readonly number[];
  },
): Promise<boolean> {
  const last = aside.at(-1);
  const row = await db
    .updateTable('audit_forwards')
    .set({
      seq,
      sent_at: now,
      lease_until: until,
      failures: 0,
      failed_at: null,
      reason: null,
      text: null,
      ...(last === undefined ? {} : { set_aside_link: last, set_aside_at: now }),
    })
    .set(({ eb }) => ({ set_aside: eb('set_aside', '+', aside.length) }))
    .where('id', '=', id)
    .where('lease', '=', lease)
    .where('seq', '<', seq)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function leaveAuditForward(
  db: Connection,
  { id, lease }: { readonly id: string; readonly lease: string },
  failed?: {
    readonly failures: number;
    readonly failed_at: number;
    readonly next_at: number;
    readonly why: Reason;
  },
): Promise<void> {
  const { why, ...rest } = failed ?? {};
  await db
    .updateTable('audit_forwards')
    .set({ ...rest, ...(why === undefined ? {} : reasonColumns(why)), lease: null, lease_until: null })
    .where('id', '=', id)
    .where('lease', '=', lease)
    .execute();
}

/** Removes a destination that no process sends to, so that nothing waits for it; not if a process has registered it again meanwhile. */
export const deleteUnseenForward = (
  db: Connection,
  { id, seen_at }: Pick<AuditForwardRow, 'id' | 'seen_at'>,
) => deleteRows(db, 'audit_forwards', { id, seen_at });

/** The last link that arrived everywhere. @returns undefined if nothing is forwarded */
export async function findForwardedEverywhere(db: Connection): Promise<number | undefined> {
  const row = await db
    .selectFrom('audit_forwards')
    .select((eb) => eb.fn.min('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq === null || row?.seq === undefined ? undefined : Number(row.seq);
}
