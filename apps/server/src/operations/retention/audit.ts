/**
 * Cuts off the beginning of the audit trail that is old enough. The rows are verified first and, if backups are made, written to a sealed
 * file; then the cut is recorded with a keyed hash, and only then are rows deleted. A process that dies in between has cut nothing, or
 * leaves rows that the next run deletes. A trail is not cut where it was altered, so that the evidence stays.
 */

import { createHash } from 'node:crypto';
import { type ChainHead, chainText } from '@sower/api/audit-chain';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { hasLinkMac, sha256 } from '../../audit/chain.ts';
import { readAnchor } from '../../audit/head.ts';
import { markedCut, startOf } from '../../audit/start.ts';
import { SYSTEM } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import {
  type AuditCut,
  deleteLinked,
  findAuditHead,
  findChainHead,
  insertCut,
  listLinks,
} from '../../store/audit/chain.ts';
import { hasAuditMark } from '../../store/audit/rows.ts';
import { newId } from '../../store/db/ids.ts';
import { inBatchTransaction, inTransaction } from '../../store/db/transaction.ts';
import { lockInstallation } from '../../store/operations/installation.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { type BatchContext, nextBatch } from '../../work/batch-size.ts';
import type { BackupContext, BackupPlan } from '../backup/make.ts';
import { openSink } from '../backup/sink.ts';

export type CutContext = BackupContext &
  Pick<BatchContext, 'isAlone'> & {
    readonly monotonic: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
  };

/** Some 3 ms, for which others wait. */
const PAGE = 200;
/** Of one file; the next one follows at once. */
const MAX_ROWS = 1_000_000;
/** What follows a row that seems too young: enough to tell a clock that was ahead from the end of what is old. */
const LOOK_AHEAD = 5_000;
/** Of one transaction that deletes: the statement has a parameter for each. */
const MAX_DELETED = 200;

type End = Pick<ChainHead, 'seq' | 'hash'>;
type Cut = { readonly end: End; readonly rows: number; readonly firstAt: number; readonly lastAt: number };

/** The trail is not as the server wrote it. */
class AlteredTrail extends Error {
  constructor(link: number) {
    super(`the audit trail is not intact at link ${link}: nothing from there on is cut off`);
  }
}

/**
 * @param before older rows are cut off
 * @param archive where they are kept; undefined: nowhere
 * @returns how many rows were cut off
 */
export async function cutAudit(
  context: CutContext,
  before: number,
  archive: BackupPlan | undefined,
  isStopping: IsStopping = () => false,
  /** Links after this one stay. */
  most = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  let all = 0;
  for (;;) {
    await deleteCut(context, isStopping);
    if (await isStopping()) return all;
    const rows = await cutOnce(context, { before, archive, most, isStopping });
    all += rows;
    if (rows === 0) return all;
  }
}

/** Whether nothing more is to go: the server stops, or a hold has begun. */
type IsStopping = () => boolean | Promise<boolean>;

/** Nothing was cut yet. */
class Stopped extends Error {}

async function cutOnce(
  context: CutContext,
  {
    before,
    archive,
    most,
    isStopping,
  }: {
    readonly before: number;
    readonly archive: BackupPlan | undefined;
    readonly most: number;
    readonly isStopping: IsStopping;
  },
): Promise<number> {
  const start = await startOf(context.db, context);
  const last = await findChainHead(context.db);
  if (!last) return 0;
  const [first] = await listLinks(context.db, start.seq, 1);
  const below = Math.min(last.seq, most + 1);
  if (!first || first.seq >= below) return 0;
  if (first.row && first.row.at >= before && (await oldAgainAt(context.db, first.seq, before)) === 0)
    return 0;
  let cut: Cut | undefined;
  let file: Pick<AuditCut, 'archive' | 'sha256'> = { archive: null, sha256: null };
  const lines = linesOf(context, { start, before, below, isStopping }, (found) => {
    cut = found;
  });
  try {
    if (archive) file = await writeArchive(context, archive, start, lines);
    else for await (const _ of lines);
  } catch (error) {
    if (error instanceof Stopped) return 0;
    throw error;
  }
  if (!cut || (await isStopping())) return 0;
  const row = markedCut(context, {
    seq: cut.end.seq,
    hash: cut.end.hash,
    rows: cut.rows,
    first_at: cut.firstAt,
    last_at: cut.lastAt,
    cut_at: context.now(),
    ...file,
  });
  const { rows } = cut;
  const done = await inTransaction(context.db, async (trx) => {
    await lockInstallation(trx);
    // Another node may have been faster.
    if ((await startOf(trx, context)).seq !== start.seq) return false;
    await insertCut(trx, row);
    await record(trx, context, SYSTEM, {
      action: 'audit.cut',
      object: 'audit',
      reason: text('event.audit-cut', {
        rows,
        link: row.seq,
        time: isoTime(row.last_at),
        archive: row.archive ?? '–',
      }),
    });
    return true;
  });
  await deleteCut(context, isStopping);
  return done ? rows : 0;
}

/** Lines of a file as `sower audit export` writes them, as far as the rows are old enough and proven; never the last link of the chain. */
async function* linesOf(
  context: CutContext,
  {
    start,
    before,
    below,
    isStopping,
  }: {
    readonly start: End;
    readonly before: number;
    readonly below: number;
    readonly isStopping: IsStopping;
  },
  ended: (cut: Cut) => void,
): AsyncGenerator<string> {
  const unmarked = readAnchor(context, await findAuditHead(context.db))?.unmarked ?? 0;
  yield `${JSON.stringify({ start: start.seq, hash: start.hash })}\n`;
  let end = start;
  let rows = 0;
  let times: { first: number; last: number } | undefined;
  /** Up to this link, rows that seem too young were written while a clock was ahead. */
  let stray = 0;
  const over = (): void => {
    if (times) ended({ end, rows, firstAt: times.first, lastAt: times.last });
  };
  for (;;) {
    const links = await listLinks(context.db, end.seq, PAGE);
    for (const { row, seq, hash, mac } of links) {
      if (seq >= below || rows >= MAX_ROWS) return over();
      const isYoung = row !== undefined && row.at >= before;
      if (isYoung && seq > stray) {
        stray = await oldAgainAt(context.db, seq, before);
        if (stray === 0) return over();
      }
      const proven =
        row !== undefined &&
        seq === end.seq + 1 &&
        hasLinkMac(context, { seq, hash, mac }) &&
        sha256(chainText(end.hash, { ...row, seq })) === hash &&
        (seq <= unmarked || hasAuditMark(context, row));
      if (!proven) {
        // What comes before it can be cut off; if nothing does, an administrator has to look.
        if (rows === 0) throw new AlteredTrail(end.seq + 1);
        return over();
      }
      const { mark: _, ...shown } = row;
      yield `${JSON.stringify({ seq, ...shown, hash })}\n`;
      end = { seq, hash };
      rows += 1;
      if (isYoung) continue;
      times = {
        first: Math.min(times?.first ?? row.at, row.at),
        last: Math.max(times?.last ?? row.at, row.at),
      };
    }
    if (links.length < PAGE) return over();
    if (await isStopping()) throw new Stopped();
    await context.sleep(1);
  }
}

/**
 * The order of links is that of time, and what a row says of its own time is as right as a clock was: most of what follows decides.
 * @returns the link at which rows are old again; 0 if what follows is young, too
 */
async function oldAgainAt(db: Connection, seq: number, before: number): Promise<number> {
  const following = await listLinks(db, seq, LOOK_AHEAD);
  const old = following.filter(({ row }) => row !== undefined && row.at < before);
  return old.length * 2 > following.length ? (old[0]?.seq ?? 0) : 0;
}

async function writeArchive(
  context: CutContext,
  plan: BackupPlan,
  start: End,
  lines: AsyncIterable<string>,
): Promise<Pick<AuditCut, 'archive' | 'sha256'>> {
  // The library that encrypts is loaded only if it is used.
  const { sealed } = await import('../backup/envelope.ts');
  const at = isoTime(context.now()).replace(/[-:]|\.\d+/g, '');
  const archive = `sower-audit-${start.seq + 1}-${at}-${newId(context).slice(-8)}.age`;
  const sink = await openSink(plan.to, archive);
  const hash = createHash('sha256');
  try {
    for await (const chunk of await sealed(lines, plan.recipients)) {
      hash.update(chunk);
      await sink.write(chunk);
    }
    await sink.end();
  } catch (error) {
    await sink.drop();
    throw error;
  }
  return { archive, sha256: hash.digest('hex') };
}

/** What was cut off and is still there. */
async function deleteCut(context: CutContext, isStopping: IsStopping): Promise<void> {
  const start = await startOf(context.db, context);
  if (start.seq === 0) return;
  await deleteInBatches(context, isStopping, async (trx, rows, after: number | undefined) => ({
    next: await deleteLinked(trx, start.seq, rows, after ?? 0),
  }));
}

/** @param batch deletes so many rows, and returns where the next one begins */
export async function deleteInBatches<From, Done extends { readonly next: From | undefined }>(
  context: CutContext,
  isStopping: IsStopping,
  batch: (trx: Connection, rows: number, from: From | undefined) => Promise<Done>,
): Promise<Done | undefined> {
  let done: Done | undefined;
  let rows = MAX_DELETED;
  while ((!done || done.next !== undefined) && !(await isStopping())) {
    const begun = context.monotonic();
    const from = done?.next;
    done = await inBatchTransaction(context.db, (trx) => batch(trx, rows, from));
    rows = Math.min(MAX_DELETED, nextBatch(context, { rows, milliseconds: context.monotonic() - begun }));
    await context.sleep(1);
  }
  return done;
}
