/**
 * Linking the audit trail into a chain, and proving it.
 *
 * Linking is done beside the work, every second: the writers of the trail do not wait for each other. A row younger than that is not
 * protected yet. Each link also carries a keyed hash, so that whoever can write the database but lacks the master key cannot make the
 * chain anew.
 */
import { createHash } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { CHAIN_START, type ChainedRow, chainText } from '@sower/api/audit-chain';
import type { AuditChain } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { done, type Outcome } from '../outcome.ts';
import {
  deleteUnlinked,
  findChainHead,
  insertLinks,
  listLinks,
  listUnlinked,
  queueForgotten,
} from '../store/audit-chain.ts';
import { isUniqueViolation } from '../store/violation.ts';
import { type Actor, denied } from './actor.ts';

type Uses = Pick<Floor, 'db' | 'sealing'>;

const INTERVAL_MILLISECONDS = 1_000;
const BATCH = 500;
/** Of rows that are only looked past. */
const SWEEP = 5_000;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const macOf = (uses: Pick<Uses, 'sealing'>, seq: number, hash: string): string =>
  uses.sealing.keyedHash('audit-chain', `${seq}:${hash}`);

/** Links what waits for it; that is all that it looks at. */
export async function linkAudit(uses: Uses): Promise<void> {
  for (;;) {
    const { ids, rows } = await listUnlinked(uses.db, BATCH);
    if (ids.length === 0) return;
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
        await deleteUnlinked(trx, ids);
      });
    } catch (error) {
      // Another process linked them at this moment.
      if (!isUniqueViolation(error)) throw error;
      return;
    }
    if (ids.length < BATCH) return;
    // SQLite answers without waiting; a long trail would keep every other caller waiting.
    await othersTurn();
  }
}

/** @returns stops, after a last round */
export function keepAuditLinked(uses: Uses, onError: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    try {
      await linkAudit(uses);
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

/** Follows the whole chain. Takes a while on a long trail. */
export async function verifyAudit(uses: Uses, actor: Actor): Promise<Outcome<AuditChain>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  let forgotten: string | undefined = '';
  while (forgotten !== undefined) {
    forgotten = await queueForgotten(uses.db, forgotten, SWEEP);
    await othersTurn();
  }
  await linkAudit(uses);
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
    await othersTurn();
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
  await linkAudit(uses);
  const links = await listLinks(uses.db, after, limit);
  return done({ items: links.flatMap(({ seq, hash, row }) => (row ? [{ seq, ...row, hash }] : [])) });
}
