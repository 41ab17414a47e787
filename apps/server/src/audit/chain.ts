/**
 * Links the audit trail into a chain.
 *
 * On SQLite the transaction that writes a row links it too (store/db/sqlite/audit-links.ts); what is left to do here is to keep its end, and
 * to link what could not be linked there. On PostgreSQL, linking happens in the background, every second, so that writers of the trail do
 * not wait for each other. Only rows with a valid mark are linked; others were written or altered outside the server, and are reported. Each
 * link has a keyed hash, and the end of the chain is also kept elsewhere (head.ts), so anyone who can write the database without the master
 * key can neither rebuild the chain nor cut it short unnoticed. What they can do on PostgreSQL is remove a row before it is linked.
 */

import { createHash } from 'node:crypto';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CHAIN_START, type ChainHead, chainText } from '@sower/api/audit-chain';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { SYSTEM } from '../core/actor.ts';
import { record } from '../core/record.ts';
import type { DataKeys } from '../keys/seal/key-ring.ts';
import {
  appendToChain,
  deleteUnlinked,
  findAuditHead,
  findChainHead,
  findLink,
  insertLinks,
  linkAtOnce,
  linkedHere,
  linksAtOnce,
  listForgotten,
  listUnlinked,
  queueForgotten,
  replaceAuditHead,
} from '../store/audit/chain.ts';
import { hasAuditMark } from '../store/audit/rows.ts';
import { listAudit } from '../store/audit/search.ts';
import { isUniqueViolation } from '../store/db/errors.ts';
import { inTransaction } from '../store/db/transaction.ts';
import type { Connection, NewRow, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import type { AuditFinding } from './findings.ts';
import * as finding from './findings.ts';
import { anchorOf, type HeadKeeper, readAnchor } from './head.ts';
import { cutAt, startOf } from './start.ts';

export type AuditChainContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'> & {
  readonly auditHead: HeadKeeper;
  /** Called with findings about the trail: what the server did not do. */
  readonly onAuditFindings: (findings: readonly AuditFinding[]) => void;
};

/** Rows linked at once: reading and hashing them takes the event loop two milliseconds, and each batch is a write to the disk. */
const BATCH = 100;
/** A trail that is so many rows behind is caught up with in larger ones. */
const BEHIND = 5_000;
const LARGE_BATCH = 200;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const linkMac = ({ sealing }: Pick<ServerContext, 'sealing'>, seq: number, hash: string): string =>
  sealing.keyedHash('audit-chain', `${seq}:${hash}`);
export const hasLinkMac = (
  { sealing }: Pick<ServerContext, 'sealing'>,
  { seq, hash, mac }: Pick<Row<'audit_chain'>, 'seq' | 'hash' | 'mac'>,
): boolean => sealing.fits('audit-chain', `${seq}:${hash}`, mac);

type End = Pick<ChainHead, 'seq' | 'hash'>;

function linksAfter(context: Pick<ServerContext, 'sealing'>, end: End, rows: readonly Row<'audit'>[]) {
  let { seq, hash } = end;
  const links: NewRow<'audit_chain'>[] = rows.map((row) => {
    seq += 1;
    hash = sha256(chainText(hash, { seq, ...row }));
    return { seq, audit_id: row.id, hash, mac: linkMac(context, seq, hash) };
  });
  return { links, end: { seq, hash } };
}

/** Thrown to roll a transaction back. */
class AnotherWasFirst extends Error {}

/**
 * Links the rows that wait for it, and reads nothing else.
 * @param between two batches; a long trail would block every other caller, since SQLite answers synchronously
 */
export async function linkAudit(
  context: AuditChainContext,
  between: () => Promise<unknown> = yieldToOthers,
): Promise<void> {
  for (let done = 0; ; ) {
    const batch = done < BEHIND ? BATCH : LARGE_BATCH;
    const { ids, rows } = await listUnlinked(context.db, batch);
    if (ids.length === 0 && !(await goesOn(context))) return;
    const marked = rows.filter((row) => hasAuditMark(context, row));
    const findings = rows.filter((row) => !marked.includes(row)).map(finding.unmarkedRow);
    try {
      const appended = await appendLinks(context, ids, marked);
      await context.auditHead.keep(appended.head);
      findings.push(...appended.findings);
    } catch (error) {
      if (!(error instanceof AnotherWasFirst) && !isUniqueViolation(error)) throw error;
      return;
    }
    await report(context, findings);
    if (ids.length < batch) return;
    done += ids.length;
    await between();
  }
}

/** Whether the chain goes on behind what the anchor says: it was continued where its rows were written. */
async function goesOn({ db, sealing }: AuditChainContext): Promise<boolean> {
  const stored = readAnchor({ sealing }, await findAuditHead(db));
  return stored !== undefined && ((await findChainHead(db))?.seq ?? 0) > stored.seq;
}

type Drafted = {
  /** As it was when this was drafted. */
  readonly anchor: string | null;
  readonly head: ChainHead;
  readonly links: readonly NewRow<'audit_chain'>[];
  readonly findings: readonly AuditFinding[];
};

async function draftLinks(
  db: Connection,
  context: AuditChainContext,
  heads: readonly ChainHead[],
  rows: readonly Row<'audit'>[],
): Promise<Drafted> {
  const anchor = await findAuditHead(db);
  const last = await findChainHead(db);
  const stored = readAnchor(context, anchor);
  const all = stored ? [...heads, stored] : heads;
  const findings = await headFindings(db, context, all, last?.seq ?? 0);
  const known = await notLost(db, context, all, last);
  if (!stored) findings.push(finding.headGone());
  const forged = last && !hasLinkMac(context, last);
  if (forged) findings.push(finding.forgedLink(last));
  const start = await startOf(db, context);
  const from = [...known, ...(last && !forged ? [last] : [])].reduce<End>(
    (latest, end) => (end.seq > latest.seq ? end : latest),
    start,
  );
  // After whatever is there, and after what was removed: the gap remains, and shows.
  const { links, end } = linksAfter(context, { ...from, seq: Math.max(from.seq, last?.seq ?? 0) }, rows);
  const unmarked = known.length === 0 ? 0 : Math.min(...known.map((head) => head.unmarked));
  return { anchor, head: { ...end, at: context.now(), unmarked }, links, findings };
}

async function appendLinks(
  context: AuditChainContext,
  ids: readonly string[],
  rows: readonly Row<'audit'>[],
): Promise<Pick<Drafted, 'head' | 'findings'>> {
  // In this order, since others append meanwhile: what is read first cannot be ahead of what is read later.
  const written = linkedHere(context.db);
  const { heads: known } = await context.auditHead.known();
  const heads = written
    ? [...known, { ...written, at: context.now(), unmarked: known[0]?.unmarked ?? 0 }]
    : known;
  const append = async (db: Connection, { anchor, head, links, findings }: Drafted) => {
    const next = anchorOf(context, head);
    if (!(await appendToChain(db, { present: anchor, next }, links, ids))) throw new AnotherWasFirst();
    return { head, findings };
  };
  // Where rows are linked all the time, only a transaction is in time.
  if (ids.length === 0 || !linksAtOnce(context.db)) {
    const drafted = await draftLinks(context.db, context, heads, rows);
    if (drafted.findings.length === 0) return append(context.db, drafted);
  }
  // What looks wrong is looked at again where nothing changes meanwhile.
  return inTransaction(context.db, async (trx) => append(trx, await draftLinks(trx, context, heads, rows)));
}

export type Restore = {
  readonly at: number;
  /** The last link that came from the backup. */
  readonly link: number;
};

/** What the row of a restore says; undefined for other rows, and if the server did not write it. */
export const restoreOf = (context: Pick<ServerContext, 'sealing'>, row: Row<'audit'>): Restore | undefined =>
  row.action === 'backup.restore' ? lossOf(context, row) : undefined;

const readLoss = storedJson(
  'audit.text',
  z.object({ values: z.object({ links: z.number().optional() }).optional() }),
);

/** After which link the chain may lack what it had before, and since when; undefined for rows that do not say that, or were not written by the server. */
function lossOf(context: Pick<ServerContext, 'sealing'>, row: Row<'audit'>): Restore | undefined {
  if (!LOSSES.some((action) => action === row.action) || row.text === null || !hasAuditMark(context, row))
    return undefined;
  const { values } = readLoss(row.text);
  return values?.links === undefined ? undefined : { at: row.at, link: values.links };
}

/** Whether the chain ended there after the backup was made from which the database was restored later, or before a promotion that lost it. */
async function wasLost(
  db: Connection,
  context: Pick<ServerContext, 'sealing'>,
  head: ChainHead,
): Promise<boolean> {
  for (const action of LOSSES) {
    const losses = (await listAudit(db, { action }, MAX_LOSSES)).map((row) => lossOf(context, row));
    if (losses.some((loss) => loss !== undefined && head.seq > loss.link && head.at <= loss.at)) return true;
  }
  return false;
}

/** The chain does not continue after links that were lost. */
async function notLost(
  db: Connection,
  context: Pick<ServerContext, 'sealing'>,
  heads: readonly ChainHead[],
  last: End | undefined,
): Promise<ChainHead[]> {
  const there: ChainHead[] = [];
  for (const head of heads) {
    const beyond = head.seq > 0 && head.seq >= (last?.seq ?? 0) && head.hash !== last?.hash;
    if (!beyond || !(await wasLost(db, context, head))) there.push(head);
  }
  return there;
}

const LOSSES = ['backup.restore', 'database.promoted'] as const;
const MAX_LOSSES = 100;

/** What is wrong with a chain that was seen to end at these links before. */
export async function headFindings(
  db: Connection,
  context: Pick<ServerContext, 'sealing'>,
  heads: readonly ChainHead[],
  lastSeq: number,
): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const head of heads) {
    const same =
      head.seq === 0 || (head.seq <= lastSeq && (await findLink(db, head.seq))?.hash === head.hash);
    if (same || (await wasLost(db, context, head))) continue;
    // After the link: a cut is recorded before anything is deleted. What was there is in the archive.
    if (head.seq <= (await startOf(db, context)).seq) {
      const cut = await cutAt(db, context, head.seq);
      if (cut && cut.hash !== head.hash) findings.push(finding.otherLink(head));
      continue;
    }
    if (head.seq > lastSeq) findings.push(finding.cutShort(head, lastSeq));
    else findings.push(finding.otherLink(head));
  }
  const [first] = heads;
  const other = heads.find(({ unmarked }) => unmarked !== first?.unmarked);
  if (first && other) findings.push(finding.boundaryMoved(first, other));
  return findings;
}

/** In the log, in the trail, and from there as an alert. */
export async function report(context: AuditChainContext, findings: readonly AuditFinding[]): Promise<void> {
  const [first] = findings;
  if (!first) return;
  context.onAuditFindings(findings);
  await record(context.db, context, SYSTEM, {
    action: 'audit.altered',
    object: 'audit',
    result: 'failure',
    reason:
      findings.length === 1
        ? first.detail
        : text('event.findings', { first: first.detail, count: findings.length - 1 }),
  });
}

/**
 * Adopts a trail from before rows carried a mark: its rows are linked as they are, and their number is kept with the end of the chain.
 * Called only once per database; see first-marks.ts.
 */
export async function beginAuditMarks(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'now' | 'random'>,
): Promise<void> {
  const anchor = await findAuditHead(trx);
  if (readAnchor(context, anchor)) return;
  const last = await findChainHead(trx);
  let end: End = last ?? { seq: 0, hash: CHAIN_START };
  for (let next: string | undefined = ''; next !== undefined; ) {
    const forgotten = await listForgotten(trx, next, BATCH);
    await queueForgotten(
      trx,
      forgotten.rows.map(({ id }) => id),
    );
    next = forgotten.next;
  }
  for (;;) {
    const { ids, rows } = await listUnlinked(trx, BATCH);
    if (ids.length === 0) break;
    const next = linksAfter(context, end, rows);
    await insertLinks(trx, next.links);
    await deleteUnlinked(trx, ids);
    end = next.end;
  }
  const head = { ...end, at: context.now(), unmarked: end.seq };
  await replaceAuditHead(trx, anchor, anchorOf(context, head));
  await record(trx, context, SYSTEM, {
    action: 'audit.marks',
    object: 'audit',
    reason: text('event.marks-begun', { rows: end.seq }),
  });
}

/** How often the end of the chain is logged, for anyone who keeps the log. */
const ANCHOR_MILLISECONDS = 600_000;

/**
 * @param context `yieldTo` waits between two batches for as long as others are served
 * @param onAnchor called with the end of the chain, at intervals and when stopping
 */
export function linkRounds(
  context: AuditChainContext & {
    readonly yieldTo: () => Promise<void>;
    readonly keyRing: { readonly keys: DataKeys };
  },
  onAnchor: (anchor: string) => void,
) {
  let written = { seq: -1, at: Number.NEGATIVE_INFINITY };
  const write = (head: ChainHead | undefined): void => {
    if (!head || head.seq === written.seq) return;
    written = { seq: head.seq, at: context.now() };
    onAnchor(anchorOf(context, head));
  };
  const round = async (): Promise<void> => {
    await linkAudit(context, context.yieldTo);
    const head = await seenHead(context);
    if (head) linkAtOnce(context.db, () => context.keyRing.keys, head.seq);
    if (Math.abs(context.now() - written.at) >= ANCHOR_MILLISECONDS) write(head);
  };
  return {
    round,
    /** A last round, for what the others have written while they stopped. */
    async leave(): Promise<void> {
      try {
        await round();
      } finally {
        await context.auditHead.flush();
        write(await seenHead(context));
      }
    },
  };
}

/** The end of the chain according to the database. This process remembers it, regardless of who linked that far. */
export async function seenHead(context: AuditChainContext): Promise<ChainHead | undefined> {
  const head = readAnchor(context, await findAuditHead(context.db));
  if (head) await context.auditHead.keep(head);
  return head;
}
