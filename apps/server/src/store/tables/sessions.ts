/** Sessions of administrators. Their ids are stored as keyed hashes only. */
import type { Connection, NewRow, Row } from './schema.ts';

export async function insertSession(db: Connection, row: NewRow<'sessions'>): Promise<void> {
  await db.insertInto('sessions').values(row).execute();
}

export type SessionRow = Row<'sessions'> &
  Pick<Row<'administrators'>, 'user_name' | 'token_user_id' | 'must_change_password'>;

/** Of an enabled administrator, not ended and not idle for too long. */
export async function findSession(
  db: Connection,
  idHash: string,
  now: number,
  idleMilliseconds: number,
): Promise<SessionRow | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('administrators', 'administrators.id', 'sessions.administrator_id')
    .selectAll('sessions')
    .select([
      'administrators.user_name',
      'administrators.token_user_id',
      'administrators.must_change_password',
    ])
    .where('id_hash', '=', idHash)
    .where('sessions.expires_at', '>', now)
    .where('last_seen_at', '>', now - idleMilliseconds)
    .where('administrators.enabled', '=', 1)
    .executeTakeFirst();
}

/** Those that are not over, latest first. */
export function listSessions(
  db: Connection,
  administratorId: string,
  now: number,
  idleMilliseconds: number,
): Promise<Row<'sessions'>[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('administrator_id', '=', administratorId)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', now - idleMilliseconds)
    .orderBy('created_at', 'desc')
    .execute();
}

export async function touchSession(db: Connection, idHash: string, now: number): Promise<void> {
  await db.updateTable('sessions').set({ last_seen_at: now }).where('id_hash', '=', idHash).execute();
}

/**
 * Gives the session another id with the proof: whoever knew the earlier id is out.
 * @returns false when it ended meanwhile
 */
export async function proveSession(
  db: Connection,
  idHash: string,
  change: Pick<Row<'sessions'>, 'id_hash' | 'proved_at' | 'second_factor' | 'last_seen_at'>,
): Promise<boolean> {
  const row = await db
    .updateTable('sessions')
    .set(change)
    .where('id_hash', '=', idHash)
    .returning('id_hash')
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns false when the administrator has no such session */
export async function deleteSession(
  db: Connection,
  administratorId: string,
  idHash: string,
): Promise<boolean> {
  const row = await db
    .deleteFrom('sessions')
    .where('administrator_id', '=', administratorId)
    .where('id_hash', '=', idHash)
    .returning('id_hash')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * @param except this one stays
 * @returns how many ended
 */
export async function deleteSessionsOf(
  db: Connection,
  administratorId: string,
  except?: string,
): Promise<number> {
  let query = db.deleteFrom('sessions').where('administrator_id', '=', administratorId);
  if (except !== undefined) query = query.where('id_hash', '!=', except);
  return (await query.returning('id_hash').execute()).length;
}

export async function deleteEndedSessions(db: Connection, now: number): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', now).execute();
}
