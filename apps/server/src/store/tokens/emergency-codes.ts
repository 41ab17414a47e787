/** Emergency tokencodes of tokens, as keyed hashes. A fixed one stays until emergency access ends; using a one-time one deletes it. */

import { deleteRows, findAll, hasRow, insertRows, takeRow } from '../db/rows.ts';
import type { TokenKey } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export const insertEmergencyCodes = (db: Connection, rows: readonly NewRow<'emergency_codes'>[]) =>
  insertRows(db, 'emergency_codes', rows);

export const listEmergencyCodes = (db: Connection, tokenIds: readonly TokenKey[]) =>
  findAll(db, 'emergency_codes', { token_id: ['in', tokenIds] });

/** At most one caller uses a one-time code; a fixed one only has to exist still. */
export const claimEmergencyCode = (
  db: Connection,
  { id, kind }: Pick<Row<'emergency_codes'>, 'id' | 'kind'>,
) => (kind === 'one-time' ? takeRow : hasRow)(db, 'emergency_codes', { id });

export const deleteEmergencyCodes = (db: Connection, tokenId: TokenKey) =>
  deleteRows(db, 'emergency_codes', { token_id: tokenId });
