/** One row per server process, written by the process itself. Times are those of the database, whatever the clock of its host says. */

import { deleteRows } from '../db/rows.ts';
import type { Database, Row } from '../schema/schema.ts';

/** One row per process, written to prove that the database accepts writes. Its content means nothing. */
export async function writeHeartbeat(
  db: Database,
  beat: { readonly process: string; readonly at: number; readonly filler: string },
): Promise<void> {
  await db
    .insertInto('heartbeats')
    .values(beat)
    .onConflict((conflict) => conflict.column('process').doUpdateSet({ at: beat.at, filler: beat.filler }))
    .execute();
}

export const deleteHeartbeats = (db: Database, before: number) =>
  deleteRows(db, 'heartbeats', { at: ['<', before] });

export type NodeRow = Row<'nodes'>;

export async function noteNode(db: Database, row: NodeRow): Promise<void> {
  const { id, ...rest } = row;
  await db
    .insertInto('nodes')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
    .execute();
}

export const listNodeRows = (db: Database): Promise<NodeRow[]> =>
  db.selectFrom('nodes').selectAll().orderBy('host').orderBy('started_at').orderBy('id').execute();

export const deleteNode = (db: Database, id: string) => deleteRows(db, 'nodes', { id });
