/**
 * The chain over the audit trail. On SQLite, rows are linked by the transaction that writes them (../db/sqlite/audit-links.ts); on PostgreSQL,
 * and where that was not possible, a moment later, by the first process that comes to it.
 */

import { sql } from 'kysely';
import type { DataKeys } from '../../keys/seal/key-ring.ts';
import { countOf } from '../db/bounded-count.ts';
import { preparedClaims } from '../db/prepared.ts';
import { deleteRows, findAll, findColumns, findOne, insertRow, insertRows, setRow } from '../db/rows.ts';
import type { ChainEnd } from '../db/sqlite/audit-links.ts';
import { DirectAdapter } from '../db/sqlite/dialect.ts';
import { idAt } from '../operations/old-rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function findChainHead(db: Connection): Promise<Row<'audit_chain'> | undefined> {
  return db.selectFrom('audit_chain').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
}

/** Rows waiting to be linked, oldest first. */
export type Unlinked = {
  /** Including those whose row is gone or which are already linked: they no longer wait. */
  readonly ids: readonly string[];
  readonly rows: readonly Row<'audit'>[];
};

/**
 * Three lookups by key: a join would be planned by how many rows waited when the database last gathered statistics, which may be long ago.
 */
export async function listUnlinked(db: Connection, limit: number): Promise<Unlinked> {
  const waiting = await findColumns(db, 'audit_unlinked', ['audit_id'], 'all', {
    order: ['audit_id'],
    limit,
  });
  const ids = waiting.map((row) => row.audit_id);
  if (ids.length === 0) return { ids, rows: [] };
  const [rows, links] = await Promise.all([
    findAll(db, 'audit', { id: ['in', ids] }, { order: ['id'] }),
    findColumns(db, 'audit_chain', ['audit_id'], { audit_id: ['in', ids] }),
  ]);
  const linked = new Set(links.map((link) => link.audit_id));
  return { ids, rows: rows.filter((row) => !linked.has(row.id)) };
}

export const deleteUnlinked = (db: Connection, ids: readonly string[]) =>
  deleteRows(db, 'audit_unlinked', { audit_id: ['in', ids] });

export const countUnlinked = (db: Connection) => countOf(db, sql`select 1 from audit_unlinked`);

/**
 * Rows that have no link and do not wait for one: the server did not leave them like that.
 *
 * @param after the ID after which to look
 * @returns where to continue; undefined at the end of the trail
 */
export async function listForgotten(
  db: Connection,
  after: string,
  limit: number,
): Promise<{ readonly rows: readonly Row<'audit'>[]; readonly next: string | undefined }> {
  const ids = await findColumns(db, 'audit', ['id'], { id: ['>', after] }, { order: ['id'], limit });
  const last = ids.at(-1)?.id;
  if (last === undefined) return { rows: [], next: undefined };
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('id', '>', after)
    .where('id', '<=', last)
    .where(sql<boolean>`not exists (select 1 from audit_chain where audit_chain.audit_id = audit.id)`)
    .where(sql<boolean>`not exists (select 1 from audit_unlinked where audit_unlinked.audit_id = audit.id)`)
    .orderBy('id')
    .execute();
  return { rows, next: ids.length < limit ? undefined : last };
}

/** For rows that the server wrote and someone removed from the waiting ones. */
export async function queueForgotten(db: Connection, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db
      .insertInto('audit_unlinked')
      .values(ids.map((audit_id) => ({ audit_id })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/**
 * The primary key allows only one process to take a place in the chain.
 * @throws a unique violation for the others
 */
export const insertLinks = (db: Connection, links: readonly NewRow<'audit_chain'>[]) =>
  insertRows(db, 'audit_chain', links);

/** `present` and `next` are anchors, `links` and `waited` JSON: rows of the chain, and IDs of rows of the trail. */
const APPENDED = { id: 'text', present: 'text', next: 'text', links: 'text', waited: 'text' } as const;
const append = preparedClaims(
  { v: APPENDED },
  {
    all: (_, { v }) => sql`
      with ${v}, changed as (
        update installation set audit_head = v.next from v
        where installation.id = 1 and audit_head is not distinct from v.present returning v.id),
      added as (
        insert into audit_chain (seq, audit_id, hash, mac) select link.seq, link.audit_id, link.hash, link.mac
        from v, json_to_recordset(cast(v.links as json)) as link (seq bigint, audit_id text, hash text, mac text)
        where exists (select 1 from changed)),
      forgotten as (
        delete from audit_unlinked where exists (select 1 from changed)
        and audit_id = any (array(select json_array_elements_text(cast(v.waited as json)) from v)))
      select id from changed`,
    each: ({ v }) => [
      sql`update installation set audit_head = ${v.next} where id = 1 and audit_head is ${v.present}`,
      sql`insert into audit_chain (seq, audit_id, hash, mac)
        select value ->> 'seq', value ->> 'audit_id', value ->> 'hash', value ->> 'mac' from json_each(${v.links})`,
      sql`delete from audit_unlinked where audit_id in (select value from json_each(${v.waited}))`,
    ],
  },
);

/**
 * Replaces the anchor, inserts the links and forgets that their rows waited: as one act, so that no other writer to SQLite waits for turns
 * of the event loop; or as part of a transaction.
 * @param ids of rows that no longer wait
 * @returns false, and does nothing, if the anchor has changed meanwhile
 * @throws a unique violation if someone else linked one of the rows
 */
export async function appendToChain(
  db: Connection,
  anchor: { readonly present: string | null; readonly next: string },
  links: readonly NewRow<'audit_chain'>[],
  ids: readonly string[],
): Promise<boolean> {
  if (db.isTransaction) {
    if (!(await replaceAuditHead(db, anchor.present, anchor.next))) return false;
    await insertLinks(db, links);
    await deleteUnlinked(db, ids);
    return true;
  }
  const row = { id: 'chain', ...anchor, links: JSON.stringify(links), waited: JSON.stringify(ids) };
  return (await append(db, { v: [row] })).size > 0;
}

/** Undefined on PostgreSQL. */
function writerOf(db: Connection): DirectAdapter | undefined {
  const { adapter } = db.getExecutor();
  return adapter instanceof DirectAdapter ? adapter : undefined;
}

/** Whether rows are linked where they are written, or soon will be. */
export const linksAtOnce = (db: Connection): boolean => writerOf(db) !== undefined;

/**
 * From now on, rows are linked where they are written. On PostgreSQL it does nothing.
 * @param keys as they are now, each time they are needed
 * @param seen a link that was the end of the chain: whatever ends before it was cut
 */
export const linkAtOnce = (db: Connection, keys: () => DataKeys, seen: number): void =>
  writerOf(db)?.linkAudit(keys, seen);

/** The last link that this process wrote, if it is durable. */
export const linkedHere = (db: Connection): ChainEnd | undefined => writerOf(db)?.chainEnd;

export const findLink = (db: Connection, seq: number) => findOne(db, 'audit_chain', { seq });

/** The anchor in the `installation` row. */
export async function findAuditHead(db: Connection): Promise<string | null> {
  const row = await db.selectFrom('installation').select('audit_head').where('id', '=', 1).executeTakeFirst();
  return row?.audit_head ?? null;
}

/** @returns false if it has changed meanwhile */
export const replaceAuditHead = (db: Connection, present: string | null, next: string) =>
  setRow(db, 'installation', { id: 1, audit_head: present ?? ['is', null] }, { audit_head: next });

/** A link with its row; the row's fields are null if it is gone. */
export type LinkedRow = Row<'audit_chain'> & { readonly row: Row<'audit'> | undefined };

export async function listLinks(db: Connection, afterSeq: number, limit: number): Promise<LinkedRow[]> {
  const rows = await db
    .selectFrom('audit_chain')
    .leftJoin('audit', 'audit.id', 'audit_chain.audit_id')
    .selectAll('audit_chain')
    .select([
      'audit.id',
      'audit.at',
      'audit.actor',
      'audit.action',
      'audit.object',
      'audit.result',
      'audit.reason',
      'audit.text',
      'audit.source',
      'audit.mark',
      'audit.request',
    ])
    .where('audit_chain.seq', '>', afterSeq)
    .orderBy('audit_chain.seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, audit_id, hash, mac, ...row }) => ({
    ...{ seq, audit_id, hash, mac },
    row: row.id === null ? undefined : (row as Row<'audit'>),
  }));
}

/** Where the beginning of the audit trail was cut off, and the rows that went with it. */
export type AuditCut = Row<'audit_cuts'>;

/** Latest first. */
export const listCuts = (db: Connection, limit: number) =>
  findAll(db, 'audit_cuts', 'all', { order: ['seq'], descending: true, limit });

export const findCut = (db: Connection, seq: number) => findOne(db, 'audit_cuts', { seq });

export const insertCut = (db: Connection, cut: AuditCut) => insertRow(db, 'audit_cuts', cut);

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
  await deleteRows(db, 'audit', { id: ['in', ids] });
  await db.deleteFrom('audit_chain').where('seq', '>', after).where('seq', '<=', last.seq).execute();
  return links.length < limit ? undefined : last.seq;
}

/** Rows that are older, up to some number; and the oldest row there is. */
export async function countOldAudit(db: Connection, before: number, most: number) {
  const old = await countOf(db, sql`select 1 from audit where id < ${idAt(before)}`, most);
  const first = await db.selectFrom('audit').select('at').orderBy('id').limit(1).executeTakeFirst();
  return { old, oldest: first?.at ?? null };
}
