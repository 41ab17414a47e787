/** What needs attention now. */
import { takeRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type AlertRow = Row<'alerts'>;

export function listAlerts(db: Connection): Promise<AlertRow[]> {
  return db.selectFrom('alerts').selectAll().orderBy('raised_at').orderBy('id').execute();
}

/** @returns whether it is new; at most one caller raises it */
export async function raiseAlert(
  db: Connection,
  { id, text, now }: { readonly id: string; readonly text: string; readonly now: number },
): Promise<boolean> {
  const row = await db
    .insertInto('alerts')
    .values({ id, text, raised_at: now, seen_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row) return true;
  await db.updateTable('alerts').set({ text, seen_at: now }).where('id', '=', id).execute();
  return false;
}

/** @returns whether it was there; at most one caller clears it */
export async function clearAlert(db: Connection, id: string): Promise<boolean> {
  return takeRow(db, 'alerts', { id });
}
