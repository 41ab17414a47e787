/** Passwords and sessions of users, and activation windows. Session IDs are stored only as keyed hashes. */

import { sql } from 'kysely';
import { changeRows, deleteRows, findOne, insertRow, putRow, setRow, takeRow } from '../db/rows.ts';
import type { KeyedHash, UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';
import { isActive } from './sessions.ts';

// --- passwords --------------------------------------------------------------------------------------------------------------

export const findPassword = (db: Connection, userRow: UserRow) =>
  findOne(db, 'user_passwords', { user_id: userRow });

export const putPassword = (db: Connection, row: NewRow<'user_passwords'>) =>
  putRow(db, 'user_passwords', row, 'user_id');

/** @returns false if there was none */
export const deletePassword = (db: Connection, userRow: UserRow) =>
  takeRow(db, 'user_passwords', { user_id: userRow });

export const deletePasswords = (db: Connection, userRows: readonly UserRow[]) =>
  deleteRows(db, 'user_passwords', { user_id: ['in', userRows] });

// --- sessions ---------------------------------------------------------------------------------------------------------------

export const insertUserSession = (db: Connection, row: NewRow<'user_sessions'>) =>
  insertRow(db, 'user_sessions', row);

/** Of an enabled user, neither expired nor idle for too long; nor last seen by a clock that was far ahead. */
export function findUserSession(db: Connection, idHash: KeyedHash, now: number, idleMilliseconds: number) {
  return db
    .selectFrom('user_sessions')
    .innerJoin('users', 'users.id', 'user_sessions.user_id')
    .leftJoin('user_passwords', 'user_passwords.user_id', 'users.id')
    .selectAll('user_sessions')
    .select(['users.user_id as name', 'users.first_name', 'user_passwords.must_change'])
    .where('id_hash', '=', idHash)
    .where(isActive('user_sessions', now, idleMilliseconds))
    .where('users.enabled', '=', 1)
    .executeTakeFirst();
}

/**
 * Gives a session another ID, and possibly more rights: anyone who knew the earlier ID is out.
 * @returns false if it ended meanwhile
 */
export const rotateUserSession = (
  db: Connection,
  idHash: KeyedHash,
  change: Partial<Pick<Row<'user_sessions'>, 'id_hash' | 'method' | 'last_seen_at'>>,
) => setRow(db, 'user_sessions', { id_hash: idHash }, change);

/**
 * Sessions of a user, and of administrators who log on with the user's token, that have shown a token. Emergency tokencodes come from elsewhere.
 * @param except this one stays
 */
export async function deleteSessionsByToken(db: Connection, userRow: UserRow, except = ''): Promise<void> {
  await deleteRows(db, 'user_sessions', { user_id: userRow, method: 'passcode', id_hash: ['!=', except] });
  const linked = db.selectFrom('administrators').select('id').where('token_user_id', '=', userRow);
  await db
    .deleteFrom('sessions')
    .where('administrator_id', 'in', linked)
    .where('by_password', '=', 1)
    .where('second_factor', '=', 1)
    .where('id_hash', '!=', except)
    .execute();
}

// --- tokens of one user -----------------------------------------------------------------------------------------------------

/** Whatever the state of the token: reporting a token as lost must not make it easier to get another. */
export async function hasConfirmedToken(db: Connection, userRow: UserRow): Promise<boolean> {
  const row = await db
    .selectFrom('seeds')
    .innerJoin('tokens', 'tokens.id', 'seeds.token_id')
    .select('seeds.id')
    .where('tokens.user_id', '=', userRow)
    .where('seeds.state', '=', 'current')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

// --- activation windows -----------------------------------------------------------------------------------------------------

/**
 * A later one replaces an earlier one of the same kind, and all that have expired.
 * @param onlyFor a distribution: the window counts as used for it from the beginning
 */
export async function putActivationWindow(
  db: Connection,
  row: Omit<Row<'activation_windows'>, 'used_for' | 'only_for'>,
  onlyFor?: string,
): Promise<void> {
  const { user_id, opened_at } = row;
  await deleteRows(db, 'activation_windows', { user_id, expires_at: ['<=', opened_at] });
  const window = { ...row, only_for: onlyFor ?? '', used_for: onlyFor ?? null };
  await putRow(db, 'activation_windows', window, 'user_id', 'only_for');
}

/** @param distributionId a window that was used for it counts as still open */
export function findActivationWindow(db: Connection, userRow: UserRow, now: number, distributionId?: string) {
  return (
    db
      .selectFrom('activation_windows')
      .selectAll()
      .where('user_id', '=', userRow)
      .where('expires_at', '>', now)
      .where(({ eb, or }) =>
        or([
          eb('used_for', 'is', null),
          ...(distributionId === undefined ? [] : [eb('used_for', '=', distributionId)]),
        ]),
      )
      // First the one that is already for this distribution, so that the other stays for another.
      .orderBy(sql`used_for is null`)
      .executeTakeFirst()
  );
}

/** @returns at most once for each opening; false if it is not open, or was used */
export const claimActivationWindow = (
  db: Connection,
  userRow: UserRow,
  distributionId: string,
  now: number,
) =>
  setRow(
    db,
    'activation_windows',
    { user_id: userRow, used_for: ['is', null], expires_at: ['>', now] },
    { used_for: distributionId },
  );

/**
 * One that an administrator opened: the old device of a move has approved that.
 * @returns false if none was open, or the distribution that used it is complete
 */
export async function deleteActivationWindow(
  db: Connection,
  userRow: UserRow,
  now: number,
): Promise<boolean> {
  const row = await db
    .deleteFrom('activation_windows')
    .where('user_id', '=', userRow)
    .where('only_for', '=', '')
    .where('expires_at', '>', now)
    .where(({ eb, or, selectFrom }) =>
      or([
        eb('used_for', 'is', null),
        eb(
          'used_for',
          'in',
          selectFrom('distributions').select('id').where('state', 'not in', ['confirmed', 'withdrawn']),
        ),
      ]),
    )
    .returning('user_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The distribution it was used for starts over as another one. */
export const moveActivationWindow = (db: Connection, from: string, to: string) =>
  changeRows(db, 'activation_windows', { used_for: from }, { used_for: to });
