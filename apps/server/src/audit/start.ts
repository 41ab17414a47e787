/**
 * Where the audit trail begins: at its first row, or behind the last one that was cut off because it was old enough. The cut carries a keyed
 * hash, so nobody without the master key can make the trail begin later than the server did.
 */
import { CHAIN_START, type ChainHead } from '@sower/api/audit-chain';
import type { ServerContext } from '../context.ts';
import { type AuditCut, listCuts } from '../store/tables/audit-cuts.ts';
import type { Connection } from '../store/tables/schema.ts';

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

export type AuditStart = {
  /** The last link that is gone; 0 if none is. */
  readonly start: Pick<ChainHead, 'seq' | 'hash'>;
  /** Those that the server made, latest first. */
  readonly cuts: readonly AuditCut[];
  readonly forged: readonly AuditCut[];
};

const MOST = 1_000;

export async function auditStart(db: Connection, { sealing }: Keys): Promise<AuditStart> {
  const all = await listCuts(db, MOST);
  const cuts = all.filter((cut) => sealing.fits('audit-cut', cutText(cut), cut.mac));
  const [latest] = cuts;
  return {
    start: latest ? { seq: latest.seq, hash: latest.hash } : { seq: 0, hash: CHAIN_START },
    cuts,
    forged: all.filter((cut) => !cuts.includes(cut)),
  };
}
