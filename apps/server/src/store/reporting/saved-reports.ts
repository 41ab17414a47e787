/** Saved reports. The rows carry marks: one without a valid mark is not run. */
import { type Reason, reasonColumns } from '../db/reason.ts';
import { changeRows, listAll } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type SavedReportRow = Row<'saved_reports'>;
export const listSavedReports = (db: Connection) => listAll(db, 'saved_reports', 'name_key');

/** @param reason why nothing was mailed; null: it was */
export const noteReportRun = (db: Connection, id: string, at: number, reason: Reason | null) =>
  changeRows(db, 'saved_reports', { id }, { last_run_at: at, ...reasonColumns(reason) });
