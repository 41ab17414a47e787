/** The chain over the audit trail. Rows are linked a moment after they are written, by whichever process comes first. */
import type { ChainedRow } from '@sower/api/audit-chain';
import type { Connection, NewRow, Row } from './schema.ts';

export function findChainHead(db: Connection): Promise<Row<'audit_chain'> | undefined> {
  return db.selectFrom('audit_chain').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
}

/** Rows of the trail that no link covers yet, oldest first. @param after ids below this were covered long ago */
export function listUnchained(db: Connection, after: string, limit: number): Promise<Row<'audit'>[]> {
  return db
    .selectFrom('audit')
    .leftJoin('audit_chain', 'audit_chain.audit_id', 'audit.id')
    .selectAll('audit')
    .where('audit_chain.seq', 'is', null)
    .where('audit.id', '>=', after)
    .orderBy('audit.id')
    .limit(limit)
    .execute();
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
