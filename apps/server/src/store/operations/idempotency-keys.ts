/** Requests that were made with an Idempotency-Key: neither the key nor what was answered is stored. */

import { sql } from 'kysely';
import { changeRows, deleteRows, findOne } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

/** At most one caller gets a key before it expires. @returns the row that is there, if it was not claimed */
export async function claimIdempotencyKey(
  db: Connection,
  row: NewRow<'idempotency_keys'>,
  now: number,
): Promise<'claimed' | Row<'idempotency_keys'> | undefined> {
  const claimed = await db
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ fingerprint: row.fingerprint, state: row.state, expires_at: row.expires_at })
        .where(sql.ref('idempotency_keys.expires_at'), '<', now),
    )
    .returning('id')
    .executeTakeFirst();
  if (claimed) return 'claimed';
  return findOne(db, 'idempotency_keys', { id: row.id });
}

export const noteIdempotentDone = (db: Connection, id: string) =>
  changeRows(db, 'idempotency_keys', { id }, { state: 'done' });

/** What was refused may be tried again. */
export const releaseIdempotencyKey = (db: Connection, id: string) =>
  deleteRows(db, 'idempotency_keys', { id });
