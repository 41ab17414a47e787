/**
 * Proving the audit trail: the whole chain is followed, and every row and every end that is known is compared with it. The rows that say
 * who may do what are looked through too: what the trail does not know about them was not done by the server.
 */

import { setImmediate as othersTurn } from 'node:timers/promises';
import type { AuditChain, AuditChainEnd } from '@sower/api/audit';
import { CHAIN_START, type ChainedRow, type ChainHead, chainText } from '@sower/api/audit-chain';
import { type Text, text } from '@sower/messages/outcomes';
import { type Actor, denied } from '../core/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { auditMark } from '../store/tables/audit.ts';
import { countUnlinked, listForgotten, listLinks, queueForgotten } from '../store/tables/audit-chain.ts';
import { listForgeries } from '../store/tables/marked-rows.ts';
import { type AuditChainContext, headFindings, linkAudit, linkMac, seenHead, sha256 } from './chain.ts';
import * as finding from './findings.ts';
import { anchorOf, readAnchor } from './head.ts';

const BATCH = 500;
/** Of rows that are only looked past. */
const SWEEP = 5_000;
/** The first ones say enough; a trail that was replaced altogether has as many as rows. */
const MOST_FINDINGS = 100;

/** What the API shows, not in words yet. */
export type ProvenChain = Omit<AuditChain, 'detail' | 'findings'> & {
  readonly detail: Text;
  readonly findings: readonly finding.AuditFinding[];
};

/** Takes a while on a long trail. */
export async function verifyAudit(
  context: AuditChainContext,
  actor: Actor,
  given: { readonly anchor?: string | undefined } = {},
): Promise<Outcome<ProvenChain>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  const anchored = given.anchor === undefined ? undefined : readAnchor(context, given.anchor);
  if (given.anchor !== undefined && !anchored)
    return refusedAt('anchor', 'invalid-request', text('audit.anchor-foreign'));

  // Before anything else: whatever is linked meanwhile is behind these.
  const known = await context.auditHead.known();
  const stored = await seenHead(context);
  const heads = [...(anchored ? [anchored] : []), ...known.heads, ...(stored ? [stored] : [])];
  // Those that wait without a mark wait no more after this, and are found among the forgotten.
  await linkAudit(context);
  const findings = await sweep(context);
  if (known.altered) findings.push(finding.headFileAltered());
  if (!stored) findings.push(finding.headGone());
  findings.push(...(await listForgeries(context.db, context)).map(finding.forgery));
  await linkAudit(context);
  const unmarked = heads.length === 0 ? 0 : Math.min(...heads.map((head) => head.unmarked));
  const chain = await follow(context, unmarked);
  findings.push(...chain.findings, ...(await headFindings(context.db, heads, chain.last.seq)));

  const [first] = findings;
  const { last, rows } = chain;
  return done({
    intact: first === undefined,
    rows,
    ...(first?.row === undefined ? {} : { broken: first.row }),
    detail: first?.detail ?? text('audit.intact', { rows, hash: last.hash }),
    findings: findings.slice(0, MOST_FINDINGS),
    ...(chain.times ? { from: isoTime(chain.times.from), to: isoTime(chain.times.to) } : {}),
    unmarked,
    unlinked: await countUnlinked(context.db),
  });
}

/** Rows that neither wait nor are linked: those with a mark are linked after all. */
async function sweep(context: AuditChainContext): Promise<finding.AuditFinding[]> {
  const findings: finding.AuditFinding[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const forgotten = await listForgotten(context.db, next, SWEEP);
    const marked = forgotten.rows.filter((row) => row.mark === auditMark(context, row));
    await queueForgotten(
      context.db,
      marked.map(({ id }) => id),
    );
    findings.push(...forgotten.rows.filter((row) => !marked.includes(row)).map(finding.unmarkedRow));
    next = forgotten.next;
    await othersTurn();
  }
  return findings;
}

type Followed = {
  readonly last: Pick<ChainHead, 'seq' | 'hash'>;
  readonly rows: number;
  readonly times?: { readonly from: number; readonly to: number };
  readonly findings: finding.AuditFinding[];
};

async function follow(context: AuditChainContext, unmarked: number): Promise<Followed> {
  const findings: finding.AuditFinding[] = [];
  let seq = 0;
  /** Of the link before; undefined where that is missing or forged, so that nothing can be said of what follows from it. */
  let hash: string | undefined = CHAIN_START;
  let lastHash = CHAIN_START;
  let rows = 0;
  let times: { from: number; to: number } | undefined;
  for (;;) {
    const links = await listLinks(context.db, seq, BATCH);
    for (const link of links) {
      if (link.seq !== seq + 1) {
        findings.push(finding.removedLinks(seq + 1, link.seq - 1));
        hash = undefined;
      }
      seq = link.seq;
      if (linkMac(context, link.seq, link.hash) !== link.mac) {
        findings.push(finding.forgedLink(link));
        hash = undefined;
        continue;
      }
      const { row } = link;
      if (!row) findings.push(finding.removedRow(link));
      else {
        const follows = hash === undefined || sha256(chainText(hash, { ...row, seq })) === link.hash;
        const marked = seq <= unmarked || row.mark === auditMark(context, row);
        if (!follows || !marked) findings.push(finding.alteredRow(link));
        rows += 1;
        times = { from: times?.from ?? row.at, to: row.at };
      }
      // Its keyed hash says that the server made it: the chain is followed from here.
      hash = link.hash;
      lastHash = link.hash;
    }
    if (links.length < BATCH) break;
    await othersTurn();
  }
  return { last: { seq, hash: lastHash }, rows, ...(times ? { times } : {}), findings };
}

/** Where the chain ends, to be kept elsewhere: a later proof shows whether it still has that link. */
export async function auditEnd(context: AuditChainContext, actor: Actor): Promise<Outcome<AuditChainEnd>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  await linkAudit(context);
  const head = await seenHead(context);
  if (!head) return refused('wrong-state', finding.headGone().detail);
  return done({
    anchor: anchorOf(context, head),
    rows: head.seq,
    hash: head.hash,
    at: isoTime(head.at),
    unlinked: await countUnlinked(context.db),
  });
}

/** The rows of the chain after a place in it, to be proven elsewhere. Rows that are gone are left out, which shows there. */
export async function exportAudit(
  context: AuditChainContext,
  actor: Actor,
  after: number,
  limit: number,
): Promise<Outcome<{ items: ChainedRow[] }>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  await linkAudit(context);
  const links = await listLinks(context.db, after, limit);
  return done({
    items: links.flatMap(({ seq, hash, row }) => {
      if (!row) return [];
      const { mark: _, ...shown } = row;
      return [{ seq, ...shown, hash }];
    }),
  });
}
