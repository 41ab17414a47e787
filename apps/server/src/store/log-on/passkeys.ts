/** Passkeys of administrators, and the challenges that were answered with one. */

import { claimRow, claimRows, deleteRows, findAll, findOne, insertOnce } from '../db/rows.ts';
import { hasMark, type Marks, markOf } from '../keys/marks.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export const listStoredPasskeys = (db: Connection, administratorId: string) =>
  findAll(db, 'passkeys', { administrator_id: administratorId }, { order: ['created_at', 'id'] });

/** How many each administrator has, by their ID. */
export async function countPasskeys(db: Connection): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('passkeys')
    .select(({ fn }) => ['administrator_id', fn.countAll<number>().as('count')])
    .groupBy('administrator_id')
    .execute();
  return new Map(rows.map((row) => [row.administrator_id, Number(row.count)]));
}

/** The passkey with its owner; undefined also if the mark of either is wrong. */
export async function findPasskey(db: Connection, marks: Marks, id: string) {
  const passkey = await findOne(db, 'passkeys', { id });
  if (!passkey || !hasMark('passkeys', marks, passkey)) return undefined;
  const administrator = await findOne(db, 'administrators', { id: passkey.administrator_id });
  if (!administrator || !hasMark('administrators', marks, administrator)) return undefined;
  return { passkey, administrator };
}

/** @returns false if this credential is already known */
export const insertPasskey = (db: Connection, marks: Marks, row: Omit<Row<'passkeys'>, 'mark'>) =>
  insertOnce(db, 'passkeys', { ...row, mark: markOf('passkeys', marks, row) });

/**
 * Only ever upwards, if the authenticator counts at all.
 * @returns false if the count had already been reached: someone has a copy of the authenticator
 */
export async function advancePasskey(
  db: Connection,
  { id, counter, at }: { readonly id: string; readonly counter: number; readonly at: number },
): Promise<boolean> {
  const row = await db
    .updateTable('passkeys')
    .set({ counter, last_used_at: at })
    .where('id', '=', id)
    .where(({ eb, or, and, val }) =>
      or([eb('counter', '<', counter), and([eb('counter', '=', 0), eb(val(counter), '=', 0)])]),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export const deletePasskey = (db: Connection, administratorId: string, id: string) =>
  claimRow(db, 'passkeys', { administrator_id: administratorId, id });

export const deletePasskeysOf = (db: Connection, administratorId: string) =>
  claimRows(db, 'passkeys', { administrator_id: administratorId });

/** At most one caller ever gets a challenge. Expired ones are deleted on the way. */
export async function claimChallenge(
  db: Connection,
  row: NewRow<'answered_challenges'>,
  now: number,
): Promise<boolean> {
  await deleteRows(db, 'answered_challenges', { expires_at: ['<', now] });
  return insertOnce(db, 'answered_challenges', row);
}
