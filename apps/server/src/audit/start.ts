/**
 * Where the audit trail begins: at its first row, or behind the last one that was cut off because it was old enough. The cut carries a keyed
 * hash, so no one without the master key can make the trail begin later than the server did.
 */

import { CHAIN_START, type ChainHead } from '@sower/api/audit-chain';
import type { ServerContext } from '../context.ts';
import { type AuditCut, findCut, type LinkedRow, listCuts, listLinks } from '../store/audit/chain.ts';
import type { Connection } from '../store/schema/schema.ts';

type Keys = Pick<ServerContext, 'sealing'>;

const cutText = ({ mac: _, ...cut }: Omit<AuditCut, 'mac'> & { readonly mac?: string }): string =>
  JSON.stringify([
    cut.seq,
    cut.hash,
    cut.rows,
    cut.first_at,
    cut.last_at,
    cut.cut_at,
    cut.archive,
    cut.sha256,
  ]);

export const markedCut = ({ sealing }: Keys, cut: Omit<AuditCut, 'mac'>): AuditCut => ({
  ...cut,
  mac: sealing.keyedHash('audit-cut', cutText(cut)),
});

type Start = Pick<ChainHead, 'seq' | 'hash'>;
type AuditStart = {
  /** The last link that is gone; 0 if none is. */
  readonly start: Start;
  /** Those that the server made, latest first. */
  readonly cuts: readonly AuditCut[];
  readonly forged: readonly AuditCut[];
};

const MOST = 1_000;

const isOurs = ({ sealing }: Keys, cut: AuditCut): boolean =>
  sealing.fits('audit-cut', cutText(cut), cut.mac);
const behind = (latest: AuditCut | undefined): Start =>
  latest ? { seq: latest.seq, hash: latest.hash } : { seq: 0, hash: CHAIN_START };

/** With all cuts, of which there is one more each day. */
export async function auditStart(db: Connection, keys: Keys): Promise<AuditStart> {
  const all = await listCuts(db, MOST);
  const cuts = all.filter((cut) => isOurs(keys, cut));
  return { start: behind(cuts[0]), cuts, forged: all.filter((cut) => !cuts.includes(cut)) };
}

/** Where it begins, for what looks often. */
export async function startOf(db: Connection, keys: Keys): Promise<Start> {
  const [latest] = await listCuts(db, 1);
  return latest && !isOurs(keys, latest) ? (await auditStart(db, keys)).start : behind(latest);
}

/** The cut that was made at a link, if the server made it. */
export async function cutAt(db: Connection, keys: Keys, seq: number): Promise<AuditCut | undefined> {
  const cut = await findCut(db, seq);
  return cut && isOurs(keys, cut) ? cut : undefined;
}

/**
 * Links after one, and the start of the chain when they were read. A start behind that one means that the links between were cut off: the
 * chain is followed from the start.
 */
export async function linksAfter(
  db: Connection,
  keys: Keys,
  after: number,
  limit: number,
): Promise<{ links: LinkedRow[]; start: Start }> {
  for (let from = after; ; ) {
    const links = await listLinks(db, from, limit);
    // After the links: a cut is recorded before anything is deleted.
    const start = await startOf(db, keys);
    if (start.seq <= from) return { links, start };
    from = start.seq;
  }
}
