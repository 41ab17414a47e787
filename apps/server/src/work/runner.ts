/**
 * The runner: each node looks for a job, and processes it batch by batch. A batch is one transaction that locks the job, processes the rows
 * and records where the next one begins, so no row is processed twice, whichever node dies or takes over in between. The rights of
 * the person who started the job are checked again ten times a second.
 */

import type { RunFigure } from '@sower/api/figures';
import type { Permission } from '@sower/api/permissions';
import { DAY } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { countOnce } from '../audit/figures/counts.ts';
import type { ServerContext } from '../context.ts';
import { type Actor, starterOfRow } from '../core/actor.ts';
import { eachInTurn } from '../core/each.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { starterOf } from '../directory/starter.ts';
import { isUnavailable } from '../store/db/errors.ts';
import { inBatchTransaction, inTransaction } from '../store/db/transaction.ts';
import { hasMark } from '../store/keys/marks.ts';
import type { Connection } from '../store/schema/schema.ts';
import { newLease } from '../store/work/due.ts';
import {
  BEGIN_WORK,
  cancelForgotten,
  changeJobState,
  claimCodes,
  claimJob,
  countAttempt,
  destroySealed,
  findJob,
  holdJob,
  type JobRow,
  listUntakenCodes,
  noteProgress,
  noteReason,
  type Progress,
  releaseJob,
} from '../store/work/jobs.ts';
import { destroyImportedSeeds } from '../store/work/token-imports.ts';
import { type BatchContext, longestTransaction, MIN_ROWS, nextBatch } from './batch-size.ts';
import { collectJob, type Rows } from './collect.ts';
import { againstResuming, WAIT_MILLISECONDS } from './jobs.ts';

type RunnerContext = Pick<ServerContext, 'db' | 'sealing' | 'onAlteredRow' | 'now' | 'random' | 'settings'> &
  Pick<BatchContext, 'isAlone'> & {
    monotonic(): number;
    sleep(milliseconds: number): Promise<void>;
    /** Whether someone waits for an answer, after those who had arrived have been let through. */
    isAwaited(): Promise<boolean>;
  };

export type Batch = Omit<Progress, 'busy'> & {
  /** No rows follow these. */
  readonly last: boolean;
  /** The facts that the batch was based on are used up: read them again for the next one. */
  readonly again?: true;
};
/** @param rows that were worked on, in order, of `limit` that were wanted */
export const batchOf = (
  job: Pick<JobRow, 'total'>,
  rows: readonly { readonly position: number }[],
  limit: number,
  counts: Pick<Batch, 'done' | 'leftOut' | 'failed'>,
): Batch => {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return { position: last ? Number(last.position) + 1 : job.total, ...counts, last: !last };
};

/** @param job its current row, locked */
export type RunBatch = (trx: Connection, job: JobRow, limit: number) => Promise<Batch>;
/** The code for one kind of job. */
export type JobKind = {
  /** Required all along: checked again ten times a second. */
  needs(job: JobRow): readonly Permission[];
  /** Outside the transaction: reads what the batch needs. If refused, the job ends. */
  prepare(actor: Actor, job: JobRow): Promise<Outcome<RunBatch>>;
  /** The state of the job after the last batch; `work` continues with the second phase. */
  end(job: JobRow): 'waiting' | 'work' | 'done';
};
export type JobKinds = Readonly<Record<JobRow['kind'], JobKind>>;

/** How long the facts that batches are based on, above all the rights, count as current. */
const PREPARED_MILLISECONDS = 100;
/** How many batches in a row may throw. */
const MAX_ATTEMPTS = 5;

/**
 * Works on the next job until it is finished or taken away.
 * @returns false if there was none
 */
export async function workOnJob(
  context: RunnerContext,
  kinds: JobKinds,
  isStopping: () => boolean = () => false,
  which: 'synchronize' | 'rest' = 'rest',
): Promise<boolean> {
  const work = await claimWork(context, kinds, isStopping, which);
  if (!work) return false;
  await work();
  return true;
}

/** @returns what finishes the next job; undefined if there is none */
async function claimWork(
  context: RunnerContext,
  kinds: JobKinds,
  isStopping: () => boolean,
  which: 'synchronize' | 'rest',
): Promise<(() => Promise<void>) | undefined> {
  const lease = newLease(context);
  const job = await claimJob(context.db, lease, context.now(), which);
  return job && (() => workOn(context, kinds, isStopping, job, lease));
}

async function workOn(
  context: RunnerContext,
  kinds: JobKinds,
  isStopping: () => boolean,
  job: JobRow,
  lease: string,
): Promise<void> {
  const pace: Pace = { rows: MIN_ROWS };
  let prepared: RunBatch | undefined;
  let preparedAt = 0;
  while (!isStopping()) {
    const begun = context.monotonic();
    let more: 'end' | 'more' | 'again';
    try {
      if (!prepared || begun - preparedAt > PREPARED_MILLISECONDS) {
        prepared = await prepareBatches(context, kinds[job.kind], job);
        if (!prepared) return;
        preparedAt = begun;
      }
      more = await oneTransaction(context, kinds[job.kind], { job, lease, pace, run: prepared });
    } catch (error) {
      // Everyone notices when the database is unavailable, and it comes back.
      if (!isUnavailable(error) && (await countAttempt(context.db, job.id, lease)) >= MAX_ATTEMPTS)
        await end(context, job, text('job.failed'));
      throw error;
    }
    if (more === 'end') return;
    if (more === 'again') prepared = undefined;
    // Others' turn: SQLite answers synchronously, and would block every caller.
    await context.sleep(1);
  }
  await releaseJob(context.db, job.id, lease);
}

/** So few rows that the person who made the job waits for its end: one batch. */
export const FEW_ROWS = MIN_ROWS;

/**
 * Makes a job of whose rows a few are done by the time of the answer. If that fails, it continues like any other.
 * @returns the job as it is then
 */
export async function collectAndDo<Row>(
  context: Pick<ServerContext, 'databaseNow'> &
    Omit<RunnerContext, 'monotonic' | 'sleep' | 'isAlone' | 'isAwaited'>,
  kind: JobKind,
  actor: Actor,
  job: Parameters<typeof collectJob>[2],
  rows: Rows<Row>,
): Promise<Outcome<JobRow>> {
  const lease = newLease(context);
  const now = context.databaseNow;
  const made = await collectJob(context, actor, job, rows, { lease, rows: FEW_ROWS, now });
  if (!made.ok || made.value.lease !== lease) return made;
  const claimed = made.value;
  const awaited = { isAlone: () => false, isAwaited: async () => true };
  const timed = { ...context, ...awaited, now, monotonic: now, sleep: async () => {} };
  try {
    const run = await prepareBatches(timed, kind, claimed);
    if (run) await oneTransaction(timed, kind, { job: claimed, lease, pace: { rows: FEW_ROWS + 1 }, run });
  } catch {
    // The node that takes it over counts and logs this.
    await releaseJob(context.db, claimed.id, lease);
  }
  return done((await findJob(context.db, claimed.id)) ?? claimed);
}

/** Reads again what the next batches are based on. @returns undefined if the job ends instead */
async function prepareBatches(
  context: RunnerContext,
  kind: JobKind,
  job: JobRow,
): Promise<RunBatch | undefined> {
  const why = async (): Promise<Text | RunBatch> => {
    // The current row: its mark may have been renewed since the job was claimed.
    if (!hasMark('jobs', context, (await findJob(context.db, job.id)) ?? job)) return text('job.altered');
    const starter = await starterOf(context, job, kind.needs(job));
    if ('ended' in starter) return starter.ended;
    const prepared = await kind.prepare(starter.actor, job);
    return prepared.ok ? prepared.value : prepared.detail;
  };
  const prepared = await why();
  if (typeof prepared === 'function') return prepared;
  await end(context, job, prepared);
  return undefined;
}

/** How many rows the next batch has. */
type Pace = { rows: number };
type Work = {
  readonly job: JobRow;
  readonly lease: string;
  readonly pace: Pace;
  readonly run: RunBatch;
};

/** Batches as one, on SQLite until someone waits for an answer: what they write of the same pages is written once. */
async function batches(
  context: RunnerContext,
  trx: Connection,
  job: JobRow,
  { pace, run }: Pick<Work, 'pace' | 'run'>,
): Promise<Batch> {
  const begun = context.monotonic();
  const longest = longestTransaction(context.db);
  const counts = { done: 0, leftOut: 0, failed: 0, codes: false };
  let at = job;
  for (let from = begun; ; ) {
    const batch = await run(trx, at, pace.rows);
    counts.done += batch.done;
    counts.leftOut += batch.leftOut;
    counts.failed += batch.failed;
    counts.codes ||= batch.codes === true;
    const now = context.monotonic();
    pace.rows = nextBatch(context, { rows: pace.rows, milliseconds: now - from });
    if (batch.last || batch.again || now - begun >= longest || (await context.isAwaited()))
      return { ...batch, ...counts };
    at = {
      ...at,
      position: batch.position,
      done: at.done + batch.done,
      left_out: at.left_out + batch.leftOut,
      failed: at.failed + batch.failed,
    };
    from = context.monotonic();
  }
}

/** @returns whether there is another one, and whether its facts have to be read again */
async function oneTransaction(
  context: RunnerContext,
  kind: JobKind,
  { job, lease, ...how }: Work,
): Promise<'end' | 'more' | 'again'> {
  const begun = context.monotonic();
  return inBatchTransaction(context.db, async (trx) => {
    const locked = await holdJob(trx, job.id, lease, context.now());
    if (!locked) return 'end';
    const { last, again, ...progress } = await batches(context, trx, locked, how);
    await noteProgress(trx, job.id, { ...progress, busy: Math.ceil(context.monotonic() - begun) });
    if (!last) return again ? 'again' : 'more';
    const state = kind.end(locked);
    const since = context.now();
    if (state === 'work') {
      await changeJobState(trx, job.id, ['running'], { state: 'queued', since }, BEGIN_WORK);
      return 'end';
    }
    await changeJobState(trx, job.id, ['running'], {
      state,
      since,
      ...(state === 'done' ? { endedAt: since } : {}),
    });
    if (state === 'done') {
      await record(trx, context, starterOfRow(locked), {
        action: 'job.end',
        object: `job:${locked.name}`,
        reason: text('event.job-ended', {
          done: locked.done + progress.done,
          left: locked.left_out + progress.leftOut,
          failed: locked.failed + progress.failed,
        }),
      });
      await countRun(trx, context, locked, 'done');
    }
    return 'end';
  });
}

/** Unless another node has it by now: what went wrong here says nothing about that one. */
function end(context: RunnerContext, job: JobRow, reason: Text): Promise<void> {
  return inTransaction(context.db, async (trx) => {
    if (!(await holdJob(trx, job.id, job.lease ?? '', context.now()))) return;
    const row = await changeJobState(trx, job.id, ['running'], {
      state: 'failed',
      since: context.now(),
      reason,
      endedAt: context.now(),
    });
    if (!row) return;
    await record(trx, context, starterOfRow(row), {
      action: 'job.end',
      object: `job:${row.name}`,
      result: 'failure',
      reason,
    });
    await countRun(trx, context, row, 'failed');
  });
}

/** Of an identity source. */
async function countRun(
  trx: Connection,
  { now }: RunnerContext,
  { kind, about }: JobRow,
  outcome: RunFigure,
): Promise<void> {
  if (kind === 'synchronize' && about !== null)
    await countOnce(trx, { kind: 'run', at: now(), name: about, outcome });
}

/** Longer than it takes to store what a job is about: the server that did it is gone. */
const COLLECT_MILLISECONDS = DAY / 24;

export async function forgetOldJobs(context: Pick<RunnerContext, 'db' | 'now'>): Promise<void> {
  const now = context.now();
  const before = now - WAIT_MILLISECONDS;
  const collected = now - COLLECT_MILLISECONDS;
  await cancelForgotten(context.db, ['collecting'], collected, text('job.not-stored'), now);
  await cancelForgotten(context.db, ['waiting'], before, text('job.never-started'), now);
  // Ending it keeps its sealed codes from staying forever.
  await inTransaction(context.db, async (trx) => {
    const ended = await cancelForgotten(trx, ['paused'], before, text('job.paused-long'), now);
    for (const job of ended.filter((row) => againstResuming(row, now)))
      await noteReason(trx, job.id, text('job.paused-ended'));
  });
  await destroyImportedSeeds(context.db, before);
  // Anyone who wants them fetches them soon. After that, they are live codes that no one looks after.
  await eachInTurn(await listUntakenCodes(context.db, before), (job) =>
    inTransaction(context.db, async (trx) => {
      if (await claimCodes(trx, job)) await destroySealed(trx, job.id);
    }),
  );
}

/** A directory may take as long as its source allows, and others do not wait for it. */
const MAX_SOURCES_AT_ONCE = 8;

/** Runs of identity sources, beside one another: a round begins those that wait, and `leave` waits for their current batches. */
export function sourceRounds(context: RunnerContext, kinds: JobKinds, onError: (error: unknown) => void) {
  const running = new Set<Promise<void>>();
  return {
    async round(isStopping: () => boolean): Promise<void> {
      while (!isStopping() && running.size < MAX_SOURCES_AT_ONCE) {
        const work = await claimWork(context, kinds, isStopping, 'synchronize');
        if (!work) return;
        const one = work()
          .catch(onError)
          .finally(() => running.delete(one));
        running.add(one);
      }
    },
    async leave(): Promise<void> {
      await Promise.all(running);
    },
  };
}
