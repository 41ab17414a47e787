/** Saved reports. The rows carry marks: one without a valid mark is not run. */
import { type Reason, reasonColumns } from '../db/reason.ts';
import { changeRow } from '../db/rows.ts';
import { type Marks, markOf } from '../keys/marks.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type SavedReportRow = Row<'saved_reports'>;
/** What is kept at each saving. */
export type KeptReport = Pick<
  SavedReportRow,
  'id' | 'name' | 'name_key' | 'input' | 'actor_kind' | 'actor_id' | 'actor_name' | 'source'
>;

/** @returns undefined if someone else was faster */
export function updateSavedReport(
  db: Connection,
  marks: Pick<Marks, 'sealing'>,
  { version, ...kept }: KeptReport & { readonly version: number },
): Promise<SavedReportRow | undefined> {
  return changeRow(
    db,
    'saved_reports',
    { id: kept.id, version },
    { ...kept, mark: markOf('saved_reports', marks, kept) },
  );
}

export function listSavedReports(db: Connection): Promise<SavedReportRow[]> {
  return db.selectFrom('saved_reports').selectAll().orderBy('name_key').execute();
}

/** @param reason why nothing was mailed; null: it was */
export async function noteReportRun(
  db: Connection,
  id: string,
  at: number,
  reason: Reason | null,
): Promise<void> {
  await db
    .updateTable('saved_reports')
    .set({ last_run_at: at, ...reasonColumns(reason) })
    .where('id', '=', id)
    .execute();
}
