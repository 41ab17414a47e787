/**
 * Linking the audit trail into a chain, and proving it.
 *
 * Linking is done beside the work, every second: the writers of the trail do not wait for each other. A row younger than that is not
 * protected yet. Each link also carries a keyed hash, so that whoever can write the database but lacks the master key cannot make the
 * chain anew.
 */
import { createHash } from 'node:crypto';
import { CHAIN_START, type ChainedRow, chainText } from '@sower/api/audit-chain';
import type { AuditChain } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { done, type Outcome } from '../outcome.ts';
import { findChainHead, insertLinks, listLinks, listUnchained } from '../store/audit-chain.ts';
import { isUniqueViolation } from '../store/violation.ts';
import { type Actor, denied } from './actor.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now'>;

const INTERVAL_MILLISECONDS = 1_000;
const BATCH = 500;
/** Ids are made before their transaction ends; none takes longer than this. */
const LATE_MILLISECONDS = 10 * 60_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const macOf = (uses: Pick<Floor, 'sealing'>, seq: number, hash: string): string =>
  uses.sealing.keyedHash('audit-chain', `${seq}:${hash}`);

/** Links what is not linked yet. @param after rows with smaller ids are known to be linked; empty looks at all */
export async function linkAudit(uses: Uses, after: string): Promise<void> {
  for (;;) {
    const rows = await listUnchained(uses.db, after, BATCH);
    if (rows.length === 0) return;
    try {
      await uses.db.transaction().execute(async (trx) => {
        const head = await findChainHead(trx);
        let hash = head?.hash ?? CHAIN_START;
        let seq = head?.seq ?? 0;
        const links = rows.map((row) => {
          seq += 1;
          hash = sha256(chainText(hash, { seq, ...row }));
          return { seq, audit_id: row.id, hash, mac: macOf(uses, seq, hash) };
        });
        await insertLinks(trx, links);
      });
    } catch (error) {
      // Another process linked them at this moment.
      if (!isUniqueViolation(error)) throw error;
      return;
    }
    if (rows.length < BATCH) return;
  }
}

/** @returns stops, after a last round */
export function keepAuditLinked(uses: Uses, onError: (error: unknown) => void): () => Promise<void> {
  let horizon = '';
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    try {
      await linkAudit(uses, horizon);
      horizon = idFloor(uses.now() - LATE_MILLISECONDS);
    } catch (error) {
      onError(error);
    }
  };
  const timer = setInterval(() => {
    running = running.then(round);
  }, INTERVAL_MILLISECONDS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
    await round();
  };
}

/** The smallest id of version 7 made at this time. */
function idFloor(milliseconds: number): string {
  const hex = milliseconds.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}

/** Follows the whole chain. Takes a while on a long trail. */
export async function verifyAudit(uses: Uses, actor: Actor): Promise<Outcome<AuditChain>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  await linkAudit(uses, '');
  let hash = CHAIN_START;
  let seq = 0;
  const broken = (id: string, detail: string) => done({ intact: false, rows: seq, broken: id, detail });
  for (;;) {
    const links = await listLinks(uses.db, seq, BATCH);
    for (const link of links) {
      if (link.seq !== seq + 1) return broken(link.audit_id, `Link ${seq + 1} of the chain was removed.`);
      if (!link.row) return broken(link.audit_id, `The row of link ${link.seq} was removed.`);
      const { id, at, actor: by, action, object, result, reason, source } = link.row;
      const text = chainText(hash, {
        seq: link.seq,
        id,
        at,
        actor: by,
        action,
        object,
        result,
        reason,
        source,
      });
      if (sha256(text) !== link.hash) {
        return broken(id, `The row of link ${link.seq} was altered, or rows were put in another order.`);
      }
      if (macOf(uses, link.seq, link.hash) !== link.mac) {
        return broken(id, `Link ${link.seq} was made without the master key.`);
      }
      ({ seq, hash } = link);
    }
    if (links.length < BATCH) break;
  }
  return done({
    intact: true,
    rows: seq,
    detail: `All ${seq} rows follow from each other. The last hash is ${hash}.`,
  });
}

/** The rows of the chain after a place in it, to be proven elsewhere. Rows that are gone are left out, which shows there. */
export async function exportAudit(
  uses: Uses,
  actor: Actor,
  after: number,
  limit: number,
): Promise<Outcome<{ items: ChainedRow[] }>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  await linkAudit(uses, '');
  const links = await listLinks(uses.db, after, limit);
  return done({ items: links.flatMap(({ seq, hash, row }) => (row ? [{ seq, ...row, hash }] : [])) });
}
