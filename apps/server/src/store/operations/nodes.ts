/** One row per server process, written by the process itself. Times are those of the database, whatever the clock of its host says. */
import type { Database, Row } from '../schema/schema.ts';

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
