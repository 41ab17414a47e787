/** One row per server process, written by the process itself. Times are those of the database, whatever the clock of its host says. */

import { deleteRows, listAll, putRow } from '../db/rows.ts';
import type { Database, Row } from '../schema/schema.ts';

/** One row per process, written to prove that the database accepts writes. Its content means nothing. */
export const writeHeartbeat = (db: Database, beat: Row<'heartbeats'>) =>
  putRow(db, 'heartbeats', beat, 'process');

export const deleteHeartbeats = (db: Database, before: number) =>
  deleteRows(db, 'heartbeats', { at: ['<', before] });

export type NodeRow = Row<'nodes'>;

export const noteNode = (db: Database, row: NodeRow) => putRow(db, 'nodes', row, 'id');

export const listNodeRows = (db: Database) => listAll(db, 'nodes', 'host', 'started_at', 'id');

export const deleteNode = (db: Database, id: string) => deleteRows(db, 'nodes', { id });
