/**
 * Verifies the audit trail: follows the whole chain, and compares every row and every known end with it. Also checks the rows that define
 * rights: what is wrong with them was not done by the server.
 */

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { AuditChain, AuditChainEnd, ChainedRow } from '@sower/api/audit';
import { CHAIN_START, type ChainHead, type ChainStart, chainText } from '@sower/api/audit-chain';
import { HOUR, isoTime } from '@sower/api/time';
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import { type Actor, denied, SYSTEM } from '../core/actor.ts';
import { done, invalidAt, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { countUnlinked, listForgotten, queueForgotten } from '../store/audit/chain.ts';
import { hasAuditMark } from '../store/audit/rows.ts';
import { listAudit } from '../store/audit/search.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import { listForgeries } from '../store/keys/marked-rows.ts';
import {
  type AuditChainContext,
  hasLinkMac,
  headFindings,
  linkAudit,
  type Restore,
  report,
  restoreOf,
  seenHead,
  sha256,
} from './chain.ts';
import * as finding from './findings.ts';
import { anchorOf, readAnchor } from './head.ts';
import { auditStart, linksAfter } from './start.ts';

/** Some 3 ms: an authentication takes several turns of the event loop, and waits this long for each. */
const BATCH = 100;
/** Of rows that are only scanned. */
const SWEEP = 500;
/** The first findings are enough; a trail that was replaced altogether has one per row. */
const MAX_FINDINGS = 100;

/** As the API shows it, not yet in words. */
export type ProvenChain = Omit<AuditChain, 'detail' | 'findings'> & {
  readonly detail: Text;
  readonly findings: readonly finding.AuditFinding[];
};

type Wanted = {
  readonly anchor?: string | undefined;
  /** Awaited after each batch. */
  readonly between?: () => Promise<unknown>;
};

/** Takes a while on a long trail. */
export async function verifyAudit(
  context: AuditChainContext,
  actor: Actor,
  given: Wanted = {},
): Promise<Outcome<ProvenChain>> {
  const { between = yieldToOthers } = given;
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  const anchored = given.anchor === undefined ? undefined : readAnchor(context, given.anchor, 'ever');
  if (given.anchor !== undefined && !anchored) return invalidAt('anchor', text('audit.anchor-foreign'));

  // Read first: whatever is linked in the meantime comes after these.
  const known = await context.auditHead.known();
  const stored = await seenHead(context);
  const heads = [...(anchored ? [anchored] : []), ...known.heads, ...(stored ? [stored] : [])];
  // Rows without a mark that were waiting stop waiting after this, and are found among the forgotten ones.
  await linkAudit(context);
  const findings = await sweep(context, between);
  if (known.altered) findings.push(finding.headFileAltered());
  if (!stored) findings.push(finding.headGone());
  findings.push(...(await listForgeries(context.db, context)).map(finding.forgery));
  await linkAudit(context);
  const unmarked = heads.length === 0 ? 0 : Math.min(...heads.map((head) => head.unmarked));
  const chain = await follow(context, unmarked, between);
  const begins = await auditStart(context.db, context);
  findings.push(
    ...begins.forged.map(({ seq }) => finding.forgedCut(seq)),
    ...chain.findings,
    ...(await headFindings(context.db, context, heads, chain.last.seq)),
  );

  const [first] = findings;
  const { last, rows, restores } = chain;
  const restore = restores.at(-1);
  const [cut] = begins.cuts;
  return done({
    intact: first === undefined,
    rows,
    ...(first?.row === undefined ? {} : { broken: first.row }),
    detail:
      first?.detail ??
      (restore
        ? text('audit.intact-restored', {
            rows,
            hash: last.hash,
            time: isoTime(restore.at),
            link: restore.link,
          })
        : cut
          ? text('audit.intact-cut', { rows, hash: last.hash, time: isoTime(cut.cut_at), link: cut.seq })
          : text('audit.intact', { rows, hash: last.hash })),
    findings: findings.slice(0, MAX_FINDINGS),
    ...(chain.times ? { from: isoTime(chain.times.from), to: isoTime(chain.times.to) } : {}),
    restores: restores.map(({ at, link }) => ({ at: isoTime(at), link })),
    ...(cut ? { cut: { at: isoTime(cut.cut_at), link: cut.seq } } : {}),
    unmarked: Math.max(0, unmarked - begins.start.seq),
    unlinked: await countUnlinked(context.db),
  });
}

/** Of two examinations that find the same, the trail has one in this time. */
const REPORT_AGAIN_MILLISECONDS = HOUR;

/** Verifies the trail that is in use: what is wrong with it is an alarm, also if the one who looked keeps silent. */
export async function examineAudit(
  context: AuditChainContext,
  ...asked: [actor: Actor, given?: Wanted]
): Promise<Outcome<ProvenChain>> {
  const outcome = await verifyAudit(context, ...asked);
  const findings = outcome.ok ? outcome.value.findings : [];
  const [first] = findings;
  if (!first) return outcome;
  const [before] = await listAudit(
    context.db,
    { object: 'audit', action: 'audit.altered', since: context.now() - REPORT_AGAIN_MILLISECONDS },
    1,
  );
  const isSame = before?.reason?.includes(inEnglish(first.detail).slice(0, FIRST_WORDS));
  if (!isSame) await report(context, findings);
  return outcome;
}

/** The server itself, where it verifies by itself. */
export const AUDITOR: Actor = {
  kind: 'system',
  name: 'system',
  grants: [{ permissions: new Set(['audit:view']), domain: TOP_DOMAIN.path }],
};

class Stopped extends Error {}

/**
 * Verifies the whole trail at a set time. The trail says that it was, and how it was found; what is wrong is an alarm.
 * @param isStopping ends it: a long trail takes minutes
 */
export async function verifyAtSetTime(
  context: AuditChainContext & { readonly yieldTo: () => Promise<void> },
  isStopping: () => boolean,
): Promise<void> {
  const between = async (): Promise<void> => {
    if (isStopping()) throw new Stopped();
    await context.yieldTo();
  };
  try {
    const outcome = await examineAudit(context, AUDITOR, { between });
    if (!outcome.ok) return;
    const { intact, detail } = outcome.value;
    await record(context.db, context, SYSTEM, {
      action: 'audit.verify',
      object: 'audit',
      result: intact ? 'success' : 'failure',
      reason: detail,
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
}

/** Of the reason of a row, which may be cut to what a row can hold. */
const FIRST_WORDS = 200;

/** Rows that are neither waiting nor linked: those with a mark have been linked meanwhile. */
async function sweep(
  context: AuditChainContext,
  between: () => Promise<unknown>,
): Promise<finding.AuditFinding[]> {
  const findings: finding.AuditFinding[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const forgotten = await listForgotten(context.db, next, SWEEP);
    const marked = forgotten.rows.filter((row) => hasAuditMark(context, row));
    await queueForgotten(
      context.db,
      marked.map(({ id }) => id),
    );
    findings.push(...forgotten.rows.filter((row) => !marked.includes(row)).map(finding.unmarkedRow));
    next = forgotten.next;
    await between();
  }
  return findings;
}

type Followed = {
  readonly last: Pick<ChainHead, 'seq' | 'hash'>;
  readonly rows: number;
  readonly restores: readonly Restore[];
  readonly times?: { readonly from: number; readonly to: number };
  readonly findings: finding.AuditFinding[];
};

/** @param unmarked up to this link, rows may be without a mark */
async function follow(
  context: AuditChainContext,
  unmarked: number,
  between: () => Promise<unknown>,
): Promise<Followed> {
  const findings: finding.AuditFinding[] = [];
  let seq = 0;
  /** The hash of the previous link; undefined if that one is missing or forged, so that nothing can be said about its successor. */
  let hash: string | undefined = CHAIN_START;
  let lastHash = CHAIN_START;
  let rows = 0;
  const restores: Restore[] = [];
  let times: { from: number; to: number } | undefined;
  for (;;) {
    const { links, start } = await linksAfter(context.db, context, seq, BATCH);
    if (start.seq > seq) {
      seq = start.seq;
      hash = lastHash = start.hash;
    }
    for (const link of links) {
      if (link.seq !== seq + 1) {
        findings.push(finding.removedLinks(seq + 1, link.seq - 1));
        hash = undefined;
      }
      seq = link.seq;
      if (!hasLinkMac(context, link)) {
        findings.push(finding.forgedLink(link));
        hash = undefined;
        continue;
      }
      const { row } = link;
      if (!row) findings.push(finding.removedRow(link));
      else {
        const follows = hash === undefined || sha256(chainText(hash, { ...row, seq })) === link.hash;
        const marked = seq <= unmarked || hasAuditMark(context, row);
        if (!follows || !marked) findings.push(finding.alteredRow(link));
        const restore = restoreOf(context, row);
        if (restore) restores.push(restore);
        rows += 1;
        times = { from: times?.from ?? row.at, to: row.at };
      }
      // Its keyed hash shows that the server made it: the chain continues from here.
      hash = link.hash;
      lastHash = link.hash;
    }
    if (links.length < BATCH) break;
    await between();
  }
  return { last: { seq, hash: lastHash }, rows, restores, ...(times ? { times } : {}), findings };
}

/** The end of the chain, to be kept elsewhere: a later verification shows whether the chain still has that link. */
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

/** The rows of the chain after a given place, to be verified elsewhere. Missing rows are left out, which shows there. */
export async function exportAudit(
  context: AuditChainContext,
  actor: Actor,
  after: number,
  limit: number,
): Promise<Outcome<{ items: ChainedRow[]; start?: ChainStart }>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  await linkAudit(context);
  const { links, start } = await linksAfter(context.db, context, after, limit);
  return done({
    ...(after < start.seq ? { start: { start: start.seq, hash: start.hash } } : {}),
    items: links.flatMap(({ seq, hash, row }) => {
      if (!row) return [];
      const { mark: _, ...shown } = row;
      return [{ seq, ...shown, hash }];
    }),
  });
}
