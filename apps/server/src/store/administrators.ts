/** Administrators, their sessions, and API keys. Session ids and keys are stored as keyed hashes only. */
import type { Connection, NewRow, Row } from './schema.ts';

export function findAdministrator(
  db: Connection,
  nameKey: string,
): Promise<Row<'administrators'> | undefined> {
  return db
    .selectFrom('administrators')
    .selectAll()
    .where('user_name_key', '=', nameKey)
    .where('enabled', '=', 1)
    .executeTakeFirst();
}

export async function insertAdministrator(db: Connection, row: NewRow<'administrators'>): Promise<void> {
  await db.insertInto('administrators').values(row).execute();
}

export async function insertSession(db: Connection, row: NewRow<'sessions'>): Promise<void> {
  await db.insertInto('sessions').values(row).execute();
}

export async function findSession(
  db: Connection,
  idHash: string,
  now: number,
  idleMilliseconds: number,
): Promise<(Row<'sessions'> & Pick<Row<'administrators'>, 'user_name' | 'permissions'>) | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('administrators', 'administrators.id', 'sessions.administrator_id')
    .selectAll('sessions')
    .select(['administrators.user_name', 'administrators.permissions'])
    .where('id_hash', '=', idHash)
    .where('sessions.expires_at', '>', now)
    .where('last_seen_at', '>', now - idleMilliseconds)
    .where('administrators.enabled', '=', 1)
    .executeTakeFirst();
}

export async function touchSession(db: Connection, idHash: string, now: number): Promise<void> {
  await db.updateTable('sessions').set({ last_seen_at: now }).where('id_hash', '=', idHash).execute();
}

export async function deleteSession(db: Connection, idHash: string): Promise<void> {
  await db.deleteFrom('sessions').where('id_hash', '=', idHash).execute();
}

export async function deleteEndedSessions(db: Connection, now: number): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', now).execute();
}

export async function insertApiKey(db: Connection, row: NewRow<'api_keys'>): Promise<Row<'api_keys'>> {
  return db.insertInto('api_keys').values(row).returningAll().executeTakeFirstOrThrow();
}

export function findApiKey(
  db: Connection,
  keyHash: string,
  now: number,
): Promise<Row<'api_keys'> | undefined> {
  return db
    .selectFrom('api_keys')
    .selectAll()
    .where('key_hash', '=', keyHash)
    .where(({ eb, or }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .executeTakeFirst();
}

export function listApiKeys(db: Connection): Promise<Row<'api_keys'>[]> {
  return db.selectFrom('api_keys').selectAll().orderBy('id').execute();
}

export async function deleteApiKey(db: Connection, id: string): Promise<Row<'api_keys'> | undefined> {
  return db.deleteFrom('api_keys').where('id', '=', id).returningAll().executeTakeFirst();
}
