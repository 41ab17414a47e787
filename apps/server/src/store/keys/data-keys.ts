/** The data keys, wrapped, and what the running processes know of them. */

import { sql } from 'kysely';
import { type KeyState, keyMark, type StoredKey, type StoredWrap } from '../../keys/seal/key-ring.ts';
import { skipLocked } from '../db/database-kind.ts';
import { changeRows, claimRows, deleteRows, insertRows, listAll, putRow } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type DataKeyRow = Row<'data_keys'>;
export type StoredKeys = { readonly keys: readonly DataKeyRow[]; readonly wraps: readonly StoredWrap[] };

/** As of one moment: in one statement. */
export async function readDataKeys(db: Connection): Promise<StoredKeys> {
  const rows = await db
    .selectFrom('data_keys')
    .leftJoin('key_wraps', 'key_wraps.data_key', 'data_keys.id')
    .selectAll('data_keys')
    .select(['key_wraps.master as wrap_master', 'key_wraps.wrapped'])
    .orderBy('data_keys.id')
    .execute();
  const keys = new Map(rows.map(({ wrap_master: _, wrapped: __, ...key }) => [key.id, key]));
  return {
    keys: [...keys.values()],
    wraps: rows.flatMap(({ id, wrap_master, wrapped }) =>
      wrap_master === null || wrapped === null ? [] : [{ data_key: id, master: wrap_master, wrapped }],
    ),
  };
}

export const insertDataKey = (db: Connection, key: StoredKey) =>
  insertRows(db, 'data_keys', [{ ...key, progress: null }]);

/** All of them: each says how many data keys there are. */
export async function replaceWraps(db: Connection, wraps: readonly StoredWrap[]): Promise<void> {
  await db.deleteFrom('key_wraps').execute();
  await insertRows(db, 'key_wraps', wraps);
}

/** @returns whether a different master key opened them until now */
export async function dropOtherWraps(db: Connection, master: string): Promise<boolean> {
  return (await claimRows(db, 'key_wraps', { master: ['!=', master] })).length > 0;
}

/** @returns the row of the newest, locked until the transaction ends; undefined if another process has it, or another is in that state */
export async function holdDataKey(
  db: Connection,
  id: number,
  state: KeyState,
): Promise<DataKeyRow | undefined> {
  const { rows } = await sql<DataKeyRow>`
    select * from data_keys where id = ${id} and state = ${state} ${skipLocked(db)}`.execute(db);
  const row = rows[0];
  return row && { ...row, changed_at: Number(row.changed_at) };
}

/** Of the row that is held. */
export async function changeDataKey(
  db: Connection,
  secret: Uint8Array,
  key: DataKeyRow,
  change: { readonly state: KeyState; readonly changed_at: number },
): Promise<void> {
  const { progress: _, mark: __, ...stored } = { ...key, ...change };
  const mark = keyMark(secret, stored);
  await changeRows(db, 'data_keys', { id: key.id }, { ...change, progress: null, mark });
}

export const noteProgress = (db: Connection, id: number, progress: string) =>
  changeRows(db, 'data_keys', { id }, { progress });

export type KeyHolder = Row<'key_holders'>;

export const listKeyHolders = (db: Connection) => listAll(db, 'key_holders', 'process');

export const noteKeyHolder = (db: Connection, holder: KeyHolder) =>
  putRow(db, 'key_holders', holder, 'process');

export const forgetKeyHolders = (db: Connection, processes: readonly string[]) =>
  deleteRows(db, 'key_holders', { process: ['in', processes] });
