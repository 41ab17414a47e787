/** Earlier PINs of a token, as keyed hashes. */

import { MAX_PIN_HISTORY } from '@sower/api/policies';
import { type IdSource, newId } from '../db/ids.ts';
import { findColumns, insertRow } from '../db/rows.ts';
import type { KeyedHash, TokenKey } from '../schema/brands.ts';
import type { Connection } from '../schema/schema.ts';

export async function recordPin(
  db: Connection,
  ids: IdSource,
  pin: { readonly tokenId: TokenKey; readonly pinHash: KeyedHash },
): Promise<void> {
  const row = { id: newId(ids), token_id: pin.tokenId, pin_hash: pin.pinHash, set_at: ids.now() };
  await insertRow(db, 'pin_history', row);
  const kept = db
    .selectFrom('pin_history')
    .select('id')
    .where('token_id', '=', pin.tokenId)
    .orderBy('id', 'desc')
    .limit(MAX_PIN_HISTORY);
  await db
    .deleteFrom('pin_history')
    .where('token_id', '=', pin.tokenId)
    .where('id', 'not in', kept)
    .execute();
}

/** Latest first. */
export async function listPinHashes(db: Connection, tokenId: TokenKey, count: number): Promise<string[]> {
  if (count === 0) return [];
  const latest = { order: ['id'], descending: true, limit: count } as const;
  const rows = await findColumns(db, 'pin_history', ['pin_hash'], { token_id: tokenId }, latest);
  return rows.map((row) => row.pin_hash);
}
