/** Wrong activation codes that processes report to each other: one row per process, of bounded size. */
import { deleteRows, findAll, putRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

/** The row with which one process at a time announces that codes are being guessed. */
const ALARM = 'alarm';

export const putGuessReport = (db: Connection, row: Row<'guess_reports'>) =>
  putRow(db, 'guess_reports', row, 'node');

/** Of all other processes. */
export function listGuessReports(db: Connection, node: string): Promise<Row<'guess_reports'>[]> {
  return findAll(db, 'guess_reports', { node: ['not in', [node, ALARM]] });
}

/** Only as it was read: one that was written again meanwhile stays. */
export const deleteGuessReport = (db: Connection, node: string, at?: number) =>
  deleteRows(db, 'guess_reports', { node, ...(at === undefined ? {} : { at }) });

/** @returns true for only one process, as long as the last alarm is not older than `since` */
export async function claimAlarm(db: Connection, at: number, since: number): Promise<boolean> {
  const row = await db
    .insertInto('guess_reports')
    .values({ node: ALARM, at, missing: '[]' })
    .onConflict((conflict) =>
      conflict.column('node').doUpdateSet({ at }).where('guess_reports.at', '<', since),
    )
    .returning('node')
    .executeTakeFirst();
  return row !== undefined;
}
