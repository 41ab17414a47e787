/** How far the forwarding of the audit trail is: for the console, the command line and Prometheus. */
import type { AuditForward } from '@sower/api/audit-forwarding';
import { isoTime } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import type { ForwardLag } from '../../core/gauges.ts';
import { itemsFor } from '../../core/recorded.ts';
import type { Unworded } from '../../core/unworded.ts';
import { findChainHead } from '../../store/audit/chain.ts';
import { type AuditForwardRow, listAuditForwards } from '../../store/audit/forwards.ts';
import { reasonValue } from '../../store/db/reason.ts';

export const showForwarding = ({ db }: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor<Unworded<AuditForward, 'failure'>>(actor, 'audit:view', async () => {
    const [rows, head] = await Promise.all([listAuditForwards(db), findChainHead(db)]);
    return rows.map((row) => ({
      target: row.id,
      lag: lagOf(row, head?.seq),
      link: row.seq,
      ...(row.sent_at === null ? {} : { sentAt: isoTime(row.sent_at) }),
      failures: row.failures,
      ...(row.failed_at === null ? {} : { failedAt: isoTime(row.failed_at) }),
      ...(row.failures === 0 || row.reason === null ? {} : { failure: reasonValue(row) }),
      ...(row.set_aside_link === null ? {} : { setAside: row.set_aside, setAsideLink: row.set_aside_link }),
    }));
  });

/** @param last the last link of the chain */
export const lagOf = ({ seq }: Pick<AuditForwardRow, 'seq'>, last: number | undefined): number =>
  Math.max(0, (last ?? 0) - seq);

export async function forwardLags(db: ServerContext['db']): Promise<readonly ForwardLag[]> {
  const [rows, head] = await Promise.all([listAuditForwards(db), findChainHead(db)]);
  return rows.map((row) => ({
    target: row.id,
    lag: lagOf(row, head?.seq),
    failures: row.failures,
    setAside: row.set_aside,
  }));
}
