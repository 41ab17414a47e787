/** What is done at set times, and when next. The node that advances a time does the work. */
import { setRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type ScheduleRow = Row<'schedules'>;

/** Leaves an existing one as it is. */
export async function insertSchedule(
  db: Connection,
  row: Omit<ScheduleRow, 'last_at' | 'version'>,
): Promise<void> {
  await db
    .insertInto('schedules')
    .values({ ...row, last_at: null, version: 1 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export function listSchedules(db: Connection): Promise<ScheduleRow[]> {
  return db.selectFrom('schedules').selectAll().orderBy('id').execute();
}

/** At most one caller advances a time. @returns whether it was this one */
export async function claimSchedule(
  db: Connection,
  { id, next_at }: Pick<ScheduleRow, 'id' | 'next_at'>,
  change: Pick<ScheduleRow, 'next_at'> & Partial<Pick<ScheduleRow, 'last_at'>>,
): Promise<boolean> {
  return setRow(db, 'schedules', { id, next_at }, change);
}

/** It is due now, whatever its times are. */
export async function hastenSchedule(db: Connection, id: string, now: number): Promise<void> {
  await db.updateTable('schedules').set({ next_at: now }).where('id', '=', id).execute();
}
