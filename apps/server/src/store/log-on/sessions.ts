/** Sessions of administrators, and what those of users have in common with them. Their IDs are stored only as keyed hashes. */

import { MINUTE } from '@sower/api/time';
import { type RawBuilder, sql } from 'kysely';
import { setRow, takeRow } from '../db/rows.ts';
import { hasMark, insertMarked, type Marks, markOf } from '../keys/marks.ts';
import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';

export const insertSession = (db: Connection, marks: Marks, row: Omit<Row<'sessions'>, 'mark'>) =>
  insertMarked(db, 'sessions', marks, row);

export type SessionTable = 'sessions' | 'user_sessions';
/** Whose session a row is. */
const OWNER = { sessions: 'administrator_id', user_sessions: 'user_id' } as const;

/** Neither expired nor idle for too long; nor last seen by a clock that was far ahead. */
export const isActive = (table: SessionTable, now: number, idleMilliseconds: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(`${table}.expires_at`)} > ${now} and ${sql.ref(`${table}.last_seen_at`)} > ${now - idleMilliseconds}
    and ${sql.ref(`${table}.last_seen_at`)} < ${now + idleMilliseconds})`;

export type SessionRow = Row<'sessions'> &
  Pick<Row<'administrators'>, 'user_name' | 'token_user_id' | 'passkey_count' | 'must_change_password'>;

/**
 * Of an enabled administrator, neither expired nor idle for too long, with a valid mark on both. One that was last seen by a clock that was far
 * ahead would end when that time has come: it has ended.
 */
export async function findSession(
  db: Connection,
  marks: Marks,
  idHash: KeyedHash,
  now: number,
  idleMilliseconds: number,
): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('administrators', 'administrators.id', 'sessions.administrator_id')
    .selectAll('sessions')
    .select([
      'administrators.user_name',
      'administrators.user_name_key',
      'administrators.password_hash',
      'administrators.enabled',
      'administrators.token_user_id',
      'administrators.passkey_count',
      'administrators.mark as administrator_mark',
      'administrators.must_change_password',
      'administrators.password_given_at',
      'administrators.source_id',
      'administrators.source_key',
      'administrators.mail',
    ])
    .where('id_hash', '=', idHash)
    .where(isActive('sessions', now, idleMilliseconds))
    .where('administrators.enabled', '=', 1)
    .executeTakeFirst();
  if (!row || !hasMark('sessions', marks, row)) return undefined;
  const {
    administrator_mark: mark,
    user_name_key: _,
    password_hash: __,
    enabled: ___,
    password_given_at: ____,
    source_id: _____,
    source_key: ______,
    mail: _______,
    ...session
  } = row;
  return hasMark('administrators', marks, { ...row, id: row.administrator_id, mark }) ? session : undefined;
}

/** Those still active, latest first. */
export function listSessions(
  db: Connection,
  table: SessionTable,
  owner: string,
  now: number,
  idleMilliseconds: number,
): Promise<Row<SessionTable>[]> {
  return db
    .selectFrom(table)
    .selectAll()
    .where(ownedBy(table, owner))
    .where(isActive(table, now, idleMilliseconds))
    .orderBy('created_at', 'desc')
    .execute();
}

const ownedBy = (table: SessionTable, owner: string) => sql<boolean>`${sql.ref(OWNER[table])} = ${owner}`;

/** How stale the stored time of last use may be, so that not every read is a write. */
const TOUCH_MILLISECONDS = MINUTE;

export async function touchSession(
  db: Connection,
  table: SessionTable,
  { id_hash, last_seen_at }: Pick<Row<SessionTable>, 'id_hash' | 'last_seen_at'>,
  now: number,
): Promise<void> {
  if (Math.abs(now - last_seen_at) > TOUCH_MILLISECONDS)
    await setRow(db, table, { id_hash }, { last_seen_at: now });
}

/**
 * Gives the session another ID with the proof: anyone who knew the earlier ID is out.
 * @param present as it was found, with a valid mark
 * @returns false if it ended meanwhile
 */
export const proveSession = (
  db: Connection,
  marks: Marks,
  present: Row<'sessions'>,
  change: Pick<Row<'sessions'>, 'id_hash' | 'proved_at' | 'second_factor' | 'last_seen_at'>,
) =>
  setRow(
    db,
    'sessions',
    { id_hash: present.id_hash, mark: present.mark },
    { ...change, mark: markOf('sessions', marks, { ...present, ...change }) },
  );

/** @returns false if the owner has no such session */
export const deleteSession = (db: Connection, table: SessionTable, owner: string, idHash: KeyedHash) =>
  takeRow(db, table, { [OWNER[table]]: owner, id_hash: idHash });

/**
 * @param except this one stays
 * @returns how many ended
 */
export async function deleteSessionsOf(
  db: Connection,
  table: SessionTable,
  owner: string,
  except?: string,
): Promise<number> {
  let query = db.deleteFrom(table).where(ownedBy(table, owner));
  if (except !== undefined) query = query.where('id_hash', '!=', except);
  return (await query.returning('id_hash').execute()).length;
}

export async function deleteEndedSessions(db: Connection, table: SessionTable, now: number): Promise<void> {
  await db.deleteFrom(table).where('expires_at', '<', now).execute();
}
