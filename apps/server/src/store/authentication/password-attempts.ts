/** Authentications in which a password was sent, right or wrong, and the passcode is still missing. */

import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';
import { type AttemptOwner, ownedBy } from './attempts.ts';

/** Inserts it, and deletes expired ones. */
export async function insertPasswordAttempt(
  db: Connection,
  row: NewRow<'password_attempts'>,
  now: number,
): Promise<void> {
  await db.deleteFrom('password_attempts').where('expires_at', '<=', now).execute();
  await db.insertInto('password_attempts').values(row).execute();
}

/** At most one caller gets it, and only its owner. */
export function claimPasswordAttempt(
  db: Connection,
  attempt: AttemptOwner & { readonly idHash: KeyedHash; readonly now: number },
): Promise<Row<'password_attempts'> | undefined> {
  return db
    .deleteFrom('password_attempts')
    .where('id_hash', '=', attempt.idHash)
    .where((row) => row.and(ownedBy(attempt)))
    .where('expires_at', '>', attempt.now)
    .returningAll()
    .executeTakeFirst();
}

/** Whose it is, for the audit trail. */
export function findPasswordAttempt(
  db: Connection,
  attempt: { readonly idHash: KeyedHash; readonly now: number },
): Promise<Row<'password_attempts'> | undefined> {
  return db
    .selectFrom('password_attempts')
    .selectAll()
    .where('id_hash', '=', attempt.idHash)
    .where('expires_at', '>', attempt.now)
    .executeTakeFirst();
}
