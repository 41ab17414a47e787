/**
 * Who stands in for whom. The rows carry marks: only those with a valid one have an effect; `stored` in a name means that the mark was not
 * verified.
 */

import { sql } from 'kysely';
import { lockRows } from '../db/database-kind.ts';
import { deleteRows, findOne, takeRow } from '../db/rows.ts';
import { hasMark, insertMarked, type Marks } from '../keys/marks.ts';
import type { Connection, Row } from '../schema/schema.ts';

/** With the names of both. */
export type StandInRow = Row<'stand_ins'> & { readonly administrator: string; readonly standIn: string };

const standIns = (db: Connection) =>
  db
    .selectFrom('stand_ins')
    .innerJoin('administrators as one', 'one.id', 'stand_ins.administrator_id')
    .innerJoin('administrators as other', 'other.id', 'stand_ins.stand_in_id')
    .selectAll('stand_ins')
    .select(['one.user_name as administrator', 'other.user_name as standIn']);

/** @param of an administrator, on either side; absent: all */
export function listStoredStandIns(db: Connection, of?: string): Promise<StandInRow[]> {
  const all = standIns(db).orderBy('from_at').orderBy('stand_ins.id');
  return (
    of === undefined
      ? all
      : all.where(({ eb, or }) => or([eb('administrator_id', '=', of), eb('stand_in_id', '=', of)]))
  ).execute();
}

export function findStoredStandIn(db: Connection, id: string): Promise<StandInRow | undefined> {
  return standIns(db).where('stand_ins.id', '=', id).executeTakeFirst();
}

/** Those that count now. @param of anyone who stands in; absent: all */
export async function listStandInsNow(db: Connection, marks: Marks, now: number, of?: string) {
  const all = standIns(db)
    .where('from_at', '<=', now)
    .where('until_at', '>', now)
    .orderBy('one.user_name_key')
    .orderBy('stand_ins.id');
  const rows = await (of === undefined ? all : all.where('stand_in_id', '=', of)).execute();
  return rows.filter((row) => hasMark('stand_ins', marks, row));
}

/** In the transaction of an action on behalf of someone: it may have ended since it was checked, and cannot end before the action is done. */
export async function standsInStill(
  trx: Connection,
  context: Marks & { now(): number },
  id: string,
): Promise<boolean> {
  await lockRows(trx, sql`select 1 from stand_ins as s where s.id = ${id}`, ['s']);
  const row = await findOne(trx, 'stand_ins', { id });
  const now = context.now();
  return row !== undefined && hasMark('stand_ins', context, row) && row.from_at <= now && now < row.until_at;
}

export const insertStandIn = (db: Connection, marks: Marks, row: Omit<Row<'stand_ins'>, 'mark'>) =>
  insertMarked(db, 'stand_ins', marks, row);

export const deleteStandIn = (db: Connection, id: string) => takeRow(db, 'stand_ins', { id });

/** Of this administrator. */
export const deleteEndedStandIns = (db: Connection, administratorId: string, now: number) =>
  deleteRows(db, 'stand_ins', { administrator_id: administratorId, until_at: ['<=', now] });
