/**
 * Due times, leases and schedules, and the one file that mistrusts the clocks they were written by. Each host has its own; one may have been
 * ahead, and was set back later. A time that no right clock can have written counts as due, free or silent, so a wrong clock delays work by
 * no more than its usual bound.
 */

import { type RawBuilder, sql } from 'kysely';
import { changeRows, insertOnce, listAll, setRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

/**
 * @param column epoch milliseconds
 * @param farthest milliseconds ahead that a right clock sets it at most
 */
export const isDue = (column: string, now: number, farthest: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(column)} <= ${now} or ${sql.ref(column)} > ${now + farthest})`;

/** The same, of a row that has been read. */
export const isDueAt = (at: number, now: number, farthest: number): boolean =>
  at <= now || at > now + farthest;

/**
 * No process has the lease that ends at `lease_until`. The clock of its holder may be a little ahead of this one.
 * @param milliseconds that it lasts
 */
export const isFree = (now: number, milliseconds: number): RawBuilder<boolean> =>
  sql<boolean>`(lease_until is null or lease_until < ${now} or lease_until > ${now + 2 * milliseconds})`;

/**
 * A process that notes a time regularly has died.
 * @param milliseconds after which it has
 */
export const isSilent = (column: string, now: number, milliseconds: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(column)} < ${now - milliseconds} or ${sql.ref(column)} > ${now + milliseconds})`;

/** What a node shows to prove that a lease is its own: 22 characters. */
export const newLease = ({ random }: { random(length: number): Uint8Array }): string =>
  Buffer.from(random(16)).toString('base64url');

/** What is done at set times, and when next. The node that advances a time does the work. */
export type ScheduleRow = Row<'schedules'>;

/** Leaves an existing one as it is. */
export const insertSchedule = (
  db: Connection,
  row: Omit<ScheduleRow, 'last_at' | 'failed_since' | 'version'>,
) => insertOnce(db, 'schedules', { ...row, last_at: null, version: 1 });

export const listSchedules = (db: Connection) => listAll(db, 'schedules', 'id');

/** At most one caller advances a time. @returns whether it was this one */
export const claimSchedule = (
  db: Connection,
  { id, next_at }: Pick<ScheduleRow, 'id' | 'next_at'>,
  change: Pick<ScheduleRow, 'next_at'> & Partial<Pick<ScheduleRow, 'last_at' | 'failed_since'>>,
) => setRow(db, 'schedules', { id, next_at }, change);

/** The first failure since the last success is kept. @param again when it is due at the latest */
export async function noteFailure(
  db: Connection,
  id: string,
  { at, again }: { readonly at: number; readonly again: number },
): Promise<void> {
  await changeRows(db, 'schedules', { id, failed_since: ['is', null] }, { failed_since: at });
  await changeRows(db, 'schedules', { id, next_at: ['>', again] }, { next_at: again });
}

/** It is due now, whatever its times are. */
export const hastenSchedule = (db: Connection, id: string, now: number) =>
  changeRows(db, 'schedules', { id }, { next_at: now });
