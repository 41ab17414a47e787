/** Where the beginning of the audit trail was cut off, and the rows that went with it. */

import { sql } from 'kysely';
import { fewTexts } from '../db/parameter-rows.ts';
import { idAt } from '../operations/old-rows.ts';
import type { Connection, Row } from '../schema/schema.ts';

export type AuditCut = Row<'audit_cuts'>;

/** Latest first. */
export const listCuts = (db: Connection, limit: number): Promise<AuditCut[]> =>
  db.selectFrom('audit_cuts').selectAll().orderBy('seq', 'desc').limit(limit).execute();

export const findCut = (db: Connection, seq: number): Promise<AuditCut | undefined> =>
  db.selectFrom('audit_cuts').selectAll().where('seq', '=', seq).executeTakeFirst();

export async function insertCut(db: Connection, cut: AuditCut): Promise<void> {
  await db.insertInto('audit_cuts').values(cut).execute();
}

/**
 * Some of the links up to there, with their rows, the oldest first.
 * @param after where the last call ended: PostgreSQL would walk past all that was deleted until it has been vacuumed
 * @returns where to go on; undefined when there are none
 */
export async function deleteLinked(
  db: Connection,
  upTo: number,
  limit: number,
  after: number,
): Promise<number | undefined> {
  const links = await db
    .selectFrom('audit_chain')
    .select(['seq', 'audit_id'])
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const last = links.at(-1);
  if (!last) return undefined;
  const ids = links.map(({ audit_id }) => audit_id);
  await db.deleteFrom('audit').where('id', 'in', fewTexts(ids)).execute();
  await db.deleteFrom('audit_chain').where('seq', '>', after).where('seq', '<=', last.seq).execute();
  return links.length < limit ? undefined : last.seq;
}

/** Rows that are older, up to some number; and the oldest row there is. */
export async function countOldAudit(
  db: Connection,
  before: number,
  most: number,
): Promise<{ readonly old: number; readonly oldest: number | null }> {
  const { rows } = await sql<{ old: number }>`
    select count(*) as old from (select 1 from audit where id < ${idAt(before)} limit ${most}) as found`.execute(
    db,
  );
  const first = await db.selectFrom('audit').select('at').orderBy('id').limit(1).executeTakeFirst();
  return { old: Number(rows[0]?.old ?? 0), oldest: first?.at ?? null };
}
