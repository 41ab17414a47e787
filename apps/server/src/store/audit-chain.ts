/** The chain over the audit trail. Rows are linked a moment after they are written, by whichever process comes first. */
import type { ChainedRow } from '@sower/api/audit-chain';
import { sql } from 'kysely';
import type { Connection, NewRow, Row } from './schema.ts';

export function findChainHead(db: Connection): Promise<Row<'audit_chain'> | undefined> {
  return db.selectFrom('audit_chain').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
}

/** What waits to be linked, oldest first. */
export type Unlinked = {
  /** Including those whose row is gone, or which are linked already: they wait for nothing. */
  readonly ids: readonly string[];
  readonly rows: readonly Row<'audit'>[];
};

/** Three looks along keys: a join is planned by how much waited when the database last counted, which is another day. */
export async function listUnlinked(db: Connection, limit: number): Promise<Unlinked> {
  const waiting = await db
    .selectFrom('audit_unlinked')
    .select('audit_id')
    .orderBy('audit_id')
    .limit(limit)
    .execute();
  const ids = waiting.map((row) => row.audit_id);
  if (ids.length === 0) return { ids, rows: [] };
  const [rows, links] = await Promise.all([
    db.selectFrom('audit').selectAll().where('id', 'in', ids).orderBy('id').execute(),
    db.selectFrom('audit_chain').select('audit_id').where('audit_id', 'in', ids).execute(),
  ]);
  const linked = new Set(links.map((link) => link.audit_id));
  return { ids, rows: rows.filter((row) => !linked.has(row.id)) };
}

export async function deleteUnlinked(db: Connection, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db
      .deleteFrom('audit_unlinked')
      .where('audit_id', 'in', [...ids])
      .execute();
}

/**
 * Lets rows wait that have no link and do not wait: written past the server, or by one of an earlier version.
 *
 * @param after the id from which on to look, without it
 * @returns where to look on; undefined at the end of the trail
 */
export async function queueForgotten(
  db: Connection,
  after: string,
  limit: number,
): Promise<string | undefined> {
  const ids = await db
    .selectFrom('audit')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  const last = ids.at(-1)?.id;
  if (last === undefined) return undefined;
  await sql`
    insert into audit_unlinked select id from audit
    where id > ${after} and id <= ${last}
      and not exists (select 1 from audit_chain where audit_chain.audit_id = audit.id)
    on conflict do nothing`.execute(db);
  return ids.length < limit ? undefined : last;
}

/** The primary key lets one process only take a place in the chain. @throws a unique violation for the others */
export async function insertLinks(db: Connection, links: readonly NewRow<'audit_chain'>[]): Promise<void> {
  if (links.length > 0)
    await db
      .insertInto('audit_chain')
      .values([...links])
      .execute();
}

/** A link with its row; the row's fields are null when it is gone. */
export type LinkedRow = Row<'audit_chain'> & { readonly row: Omit<ChainedRow, 'seq' | 'hash'> | undefined };

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
      'audit.source',
    ])
    .where('audit_chain.seq', '>', afterSeq)
    .orderBy('audit_chain.seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, audit_id, hash, mac, id, at, actor, action, object, result, reason, source }) => ({
    seq,
    audit_id,
    hash,
    mac,
    row:
      id === null || at === null || actor === null || action === null || object === null || result === null
        ? undefined
        : { id, at, actor, action, object, result, reason, source },
  }));
}
