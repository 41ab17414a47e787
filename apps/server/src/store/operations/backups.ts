/** Backups that were made, the latest first. At most one is being made at a time, on whichever node. */

import { HOUR } from '@sower/api/time';
import { changeRows, findAll, findOne, insertOnce } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';
import { isSilent } from '../work/due.ts';

export type BackupRow = Row<'backups'>;

/** A node that makes one says so every few seconds; one silent for this long has died. */
const SILENT_MILLISECONDS = 120_000;
/** How many rows of earlier ones stay. */
const KEPT_ROWS = 1_000;

/**
 * Ends the backup that a dead node has left, and begins another. At most one is running, which a unique index holds.
 * @returns false if one is being made
 */
export async function claimBackup(
  db: Connection,
  row: Pick<NewRow<'backups'>, 'id' | 'name' | 'begun_at' | 'begun_by'>,
  diedText: string,
): Promise<boolean> {
  await db
    .updateTable('backups')
    .set({ state: 'failed', text: diedText, ended_at: row.begun_at })
    .where('state', '=', 'running')
    .where(isSilent('seen_at', row.begun_at, SILENT_MILLISECONDS))
    .execute();
  return insertOnce(db, 'backups', { ...row, state: 'running', seen_at: row.begun_at, rows: 0 });
}

export const updateBackup = (db: Connection, id: string, change: Partial<Omit<BackupRow, 'id'>>) =>
  changeRows(db, 'backups', { id }, change);

export const findBackup = (db: Connection, id: string) => findOne(db, 'backups', { id });

export const listBackups = (db: Connection, limit: number) =>
  findAll(db, 'backups', 'all', { order: ['id'], descending: true, limit });

/** Those whose file should still be there, the latest first; last those of a clock that was ahead, or new ones would go before them. */
export async function listKept(db: Connection, now: number): Promise<BackupRow[]> {
  const kept = { state: 'done', removed_at: ['is', null] } as const;
  const rows = await findAll(db, 'backups', kept, { order: ['id'], descending: true });
  const isAhead = ({ begun_at }: BackupRow): boolean => begun_at > now + HOUR;
  return [...rows.filter((row) => !isAhead(row)), ...rows.filter(isAhead)];
}

/**
 * When the last one was made, and when one was last verified.
 * @param now what a clock that was ahead made later than that is left out: it would be the last for as long as that was ahead
 */
export async function backupAges(db: Connection, now: number) {
  // Clocks of other nodes may be a little ahead.
  const until = now + HOUR;
  return db
    .selectFrom('backups')
    .select((eb) => [
      eb.fn
        .max('ended_at')
        .filterWhere((made) => made.and([made('state', '=', 'done'), made('ended_at', '<=', until)]))
        .as('made'),
      eb.fn.max('verified_at').filterWhere('verified_at', '<=', until).as('verified'),
    ])
    .executeTakeFirstOrThrow();
}

/** Rows whose file is gone, or that failed, do not stay forever. */
export async function forgetOldBackups(db: Connection): Promise<void> {
  const last = await db
    .selectFrom('backups')
    .select('id')
    .orderBy('id', 'desc')
    .offset(KEPT_ROWS)
    .limit(1)
    .executeTakeFirst();
  if (!last) return;
  await db
    .deleteFrom('backups')
    .where('id', '<=', last.id)
    .where((eb) => eb.or([eb('state', '=', 'failed'), eb('removed_at', 'is not', null)]))
    .execute();
}
