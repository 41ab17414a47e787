/**
 * The job that brings users up to date with a directory: read and compare all entries, find out who is absent, then wait or continue, then
 * apply the changes.
 */

import { readText, type Text, text } from '@sower/texts/outcomes';
import { countOnce } from '../../audit/figures/counts.ts';
import { covers } from '../../core/actor.ts';
import { done, type Refused, refused } from '../../core/outcome.ts';
import { settingsOf } from '../../directory/sources/settings.ts';
import { refusalAltered } from '../../directory/sources/sources.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { noteContested } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { countRefusals } from '../../store/sources/changes.ts';
import { findSource, hasSourceUsers, noteRun, type SourceRow } from '../../store/sources/identity-sources.ts';
import {
  countActions,
  countDisables,
  countDue,
  findRun,
  forgetUnchanged,
  listUnranked,
  putCompared,
  type RunRow,
  rankCircles,
  rankClaims,
  updateRun,
} from '../../store/sources/runs.ts';
import { holdJob, type JobRow, setJobTotal } from '../../store/work/jobs.ts';
import type { Batch, JobKind, RunBatch } from '../../work/runner.ts';
import { applyEntries } from './apply.ts';
import { changesByKind, excesses, stopReason } from './bounds.ts';
import { addAbsent, conflictOf } from './compare.ts';
import type { SynchronizeContext } from './context.ts';
import { readers } from './read.ts';
import { noteStop } from './trouble.ts';

export const SYNCHRONIZE_NEEDS = ['settings:edit', 'users:edit'] as const;

export function synchronizeJobs(context: SynchronizeContext): JobKind {
  const pages = readers(context);
  /** How the last batch of a check ended; read in the same transaction. */
  const decided = new Map<string, 'waiting' | 'work'>();
  /** Nothing is done, and the trail says why; unless another node has the run by now. */
  async function fail(job: JobRow, source: SourceRow, reason: Text): Promise<Refused> {
    await inTransaction(context.db, async (trx) => {
      if (!(await holdJob(trx, job.id, job.lease ?? '', context.now()))) return;
      await noteStop(context, trx, job, source, reason);
    });
    return refused('unavailable', reason);
  }
  return {
    needs: () => SYNCHRONIZE_NEEDS,
    async prepare(actor, job) {
      const run = await findRun(context.db, job.id);
      const source = run && (await findSource(context.db, run.source_id));
      if (!run || !source) return refused('not-found', text('source.not-found'));
      const altered = refusalAltered(context, source);
      if (altered) return altered;
      if (!covers(actor, 'users:edit', source.domain))
        return refused('not-permitted', text('source.other-domain', { source: source.name }));
      // What was read with other settings says nothing about these.
      if (source.version !== run.source_version)
        return refused('edited-meanwhile', text('source-run.source-changed'));
      if (job.phase === 'work')
        return done((trx, locked, limit) => work(context, trx, locked, source, limit));
      if (run.stage === 'read') {
        const page = await pages.next(job, run, source);
        return typeof page === 'function' ? done(page) : fail(job, source, page);
      }
      // An empty search result does not mean that everyone has left.
      if (run.stage === 'gone' && Number(run.read) === 0 && (await hasSourceUsers(context.db, source.id)))
        return fail(job, source, text('source-run.empty'));
      if (run.stage === 'ready' && (await isAllRefused(context.db, run)))
        return fail(job, source, text('source-run.all-refused', { count: Number(run.read) }));
      return done(check(context, source, (id, state) => decided.set(id, state)));
    },
    end(job) {
      if (job.phase === 'work') return 'done';
      const state = decided.get(job.id) ?? 'waiting';
      decided.delete(job.id);
      return state;
    },
  };
}

/** Refused because of the person, not because the entry or the mapping is wrong. */
const ORDINARY: ReadonlySet<string> = new Set(['source-entry.disabled', 'source-entry.expired']);
/** A few changed entries may all be unusable; it says nothing about the source. */
const FEW_CHANGES = 20;

/** A run that could use nothing of what it read has not succeeded, whatever it left alone. */
async function isAllRefused(db: Connection, run: RunRow): Promise<boolean> {
  const read = Number(run.read);
  const refusals = await countRefusals(db, run.job_id);
  if (run.mode === 'full') return read > 0 && sumOf(refusals) >= read;
  const unusable = refusals.filter(({ text: stored }) => !ORDINARY.has(readText(stored)?.code ?? ''));
  return read >= FEW_CHANGES && sumOf(unusable) >= read;
}

const sumOf = (counted: readonly { readonly count: number }[]): number =>
  counted.reduce((sum, { count }) => sum + count, 0);

const more = (job: JobRow, position: number): Batch => ({
  position: Math.max(position, job.position),
  done: 0,
  leftOut: 0,
  failed: 0,
  last: false,
});

/** After everything was read. */
function check(
  context: SynchronizeContext,
  source: SourceRow,
  decide: (jobId: string, state: 'waiting' | 'work') => void,
): RunBatch {
  return async (trx, job, limit) => {
    const run = (await findRun(trx, job.id)) as RunRow;
    const read = Number(run.read);
    switch (run.stage) {
      case 'gone': {
        const from = Math.max(job.position, read);
        const { last, added } = await addAbsent(
          context,
          source,
          trx,
          { id: job.id, sourceId: source.id, from, after: run.after },
          limit,
        );
        await updateRun(trx, job.id, last === undefined ? { stage: 'claims' } : { after: last });
        return more(job, from + added);
      }
      // Read by an earlier version, which compares once all is read.
      case 'absent':
      case 'compare':
        await updateRun(trx, job.id, { stage: 'read', read: 0 });
        return { ...more(job, job.position), again: true };
      case 'claims':
        await rankClaims(trx, job.id);
        await rankCircles(trx, job.id);
        await updateRun(trx, job.id, { stage: 'conflicts' });
        return more(job, job.position);
      case 'conflicts': {
        const left = await listUnranked(trx, job.id, limit);
        await putCompared(trx, left.map(conflictOf));
        if (left.length > 0) return more(job, job.position);
        await updateRun(trx, job.id, { stage: 'ready' });
        return { ...more(job, job.position), again: true };
      }
      default:
        return ready(context, trx, job, run, source, decide);
    }
  };
}

async function ready(
  context: SynchronizeContext,
  trx: Connection,
  job: JobRow,
  run: RunRow,
  source: SourceRow,
  decide: (jobId: string, state: 'waiting' | 'work') => void,
): Promise<Batch> {
  const counts = await countActions(trx, job.id);
  const { disables, enabled } = await countDisables(trx, job.id, source.id);
  const changes = await changesByKind(trx, { id: job.id, sourceId: source.id, disables });
  const exceeds = await excesses(trx, source.id, settingsOf(source).stop, changes, enabled);
  const stopped = exceeds.length > 0;
  await updateRun(trx, job.id, {
    counts: JSON.stringify(counts),
    disables,
    stopped: stopped ? 1 : 0,
    changes: JSON.stringify(changes),
    exceeds: JSON.stringify(exceeds),
    compared_at: context.now(),
  });
  await setJobTotal(trx, job.id, await countDue(trx, job.id));
  // Nothing is applied before someone has reviewed it.
  if (stopped) {
    await noteStop(context, trx, job, source, stopReason(exceeds));
    await countOnce(trx, { kind: 'run', at: context.now(), name: source.id, outcome: 'stopped' });
  }
  decide(job.id, stopped || run.preview === 1 ? 'waiting' : 'work');
  return { ...more(job, job.position), last: true };
}

async function work(
  context: SynchronizeContext,
  trx: Connection,
  job: JobRow,
  source: SourceRow,
  limit: number,
): Promise<Batch> {
  const batch = await applyEntries(context, trx, job, source, limit);
  if (!batch.last) return batch;
  const run = await findRun(trx, job.id);
  // While it is known of all entries, also of those without a finding.
  if (run) await noteContested(trx, run);
  if ((await forgetUnchanged(trx, job.id, 10 * limit)) > 0) return { ...batch, last: false };
  if (run)
    await noteRun(trx, source.id, {
      ...readUpTo(run, { leftOut: job.left_out + batch.leftOut, now: context.now() }),
      good_at: context.now(),
      trouble: null,
      trouble_at: null,
    });
  return batch;
}

/** What was left out is found again: a change from where this run began, and a user who is gone by reading everything. */
function readUpTo(
  { mode, watermark }: RunRow,
  { leftOut, now }: { readonly leftOut: number; readonly now: number },
): Partial<Pick<SourceRow, 'watermark' | 'full_at'>> {
  if (leftOut > 0) return mode === 'full' ? { full_at: null } : {};
  return mode === 'full' ? { watermark, full_at: now } : { watermark };
}
