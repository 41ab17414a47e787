/** One row per server process, written by the process itself. Times are those of the database, whatever the clock of its host says. */

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

export async function deleteHeartbeats(db: Database, before: number): Promise<void> {
  await db.deleteFrom('heartbeats').where('at', '<', before).execute();
}

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

export async function deleteNode(db: Database, id: string): Promise<void> {
  await db.deleteFrom('nodes').where('id', '=', id).execute();
}
