/** Runs as administrators start and view them: a preview first, which is then applied; and runs on a schedule. */

import type { EntryAction, SourceExcess, SourceRun } from '@sower/api/identity-sources';
import type { ConflictCounts } from '@sower/api/source-conflicts';
import { HOUR, isoTime, MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { countOnce } from '../../audit/figures/counts.ts';
import type { Actor } from '../../core/actor.ts';
import { done, invalidAt, type Outcome, refused, refusedAt } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import type { Unworded } from '../../core/unworded.ts';
import { settingsOf } from '../../directory/sources/settings.ts';
import { sourceOver } from '../../directory/sources/sources.ts';
import { starterColumns, starterOf } from '../../directory/starter.ts';
import { newId } from '../../store/db/ids.ts';
import { reasonValue } from '../../store/db/reason.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { hasMark } from '../../store/keys/marks.ts';
import { readCountedChanges, readCounts, readExcesses } from '../../store/sources/changes.ts';
import { countConflicts } from '../../store/sources/choices.ts';
import { claimDueSource, lockSource, noteRun, type SourceRow } from '../../store/sources/identity-sources.ts';
import { findListedRun, insertRun, type ListedRun, listRuns } from '../../store/sources/runs.ts';
import {
  BEGIN_WORK,
  changeJobState,
  hasOpenJobAbout,
  insertJob,
  listGivenUpAbout,
} from '../../store/work/jobs.ts';
import { STALE_MILLISECONDS } from '../../work/jobs.ts';
import { numberOf } from './bounds.ts';
import type { SynchronizeContext } from './context.ts';
import { SYNCHRONIZE_NEEDS } from './kind.ts';
import { noteStop } from './trouble.ts';
import { watermarkNow } from './watermark.ts';

type Context = SynchronizeContext;
type Mode = 'full' | 'delta';

export async function startRun(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly mode: Mode; readonly preview: boolean },
): Promise<Outcome<ListedRun>> {
  const found = await sourceOver(context, actor, input.id, 'users:edit');
  return found.ok ? addRun(context, actor, found.value, input) : found;
}

async function addRun(
  context: Context,
  actor: Actor,
  source: SourceRow,
  { mode, preview }: { readonly mode: Mode; readonly preview: boolean },
): Promise<Outcome<ListedRun>> {
  const starter = starterColumns(actor);
  if (!starter.ok) return starter;
  const now = context.now();
  if (mode === 'delta' && !watermarkNow(source, now))
    return refusedAt('mode', 'wrong-state', text('source-run.no-watermark'));
  const id = newId(context);
  return allOrNothing(context.db, async (trx) => {
    const locked = await lockSource(trx, source.id);
    if (locked?.version !== source.version)
      return refused('edited-meanwhile', text('source-run.source-changed'));
    // This run makes earlier findings out of date.
    for (const { id: outdated } of await listGivenUpAbout(
      trx,
      source.id,
      'synchronize',
      now - STALE_MILLISECONDS,
    ))
      await changeJobState(trx, outdated, ['waiting', 'paused'], {
        state: 'cancelled',
        since: now,
        endedAt: now,
      });
    // Afterwards: one that was waiting may have been confirmed by now.
    if (await hasOpenJobAbout(trx, source.id, 'synchronize'))
      return refused('wrong-state', text('source-run.running', { source: source.name }));
    const job = await insertJob(trx, context, {
      id,
      kind: 'synchronize',
      name: `${source.name.slice(0, 100)} ${isoTime(now).slice(0, 16)}`,
      input: JSON.stringify({ source: source.id, mode, preview }),
      about: source.id,
      ...starter.value,
      source: actor.source ?? null,
      state: 'queued',
      phase: 'check',
      total: 0,
      created_at: now,
      rule_id: null,
    });
    await insertRun(trx, {
      job_id: id,
      source_id: source.id,
      mode,
      preview: preview ? 1 : 0,
      stage: 'read',
      source_version: source.version,
    });
    await record(trx, context, actor, {
      action: 'job.add',
      object: `job:${job.name}`,
      reason: 'synchronize',
    });
    return done((await findListedRun(trx, source.id, id)) as ListedRun);
  });
}

/** A run that the actor may view, or start. */
export async function runFor(
  context: Context,
  actor: Actor,
  { id, run }: { readonly id: string; readonly run: string },
  permission: 'users:view' | 'users:edit' = 'users:view',
): Promise<Outcome<ListedRun>> {
  const source = await sourceOver(context, actor, id, permission);
  if (!source.ok) return source;
  const found = await findListedRun(context.db, id, run);
  return found ? done(found) : refused('not-found', text('source-run.not-found'));
}

/** @param exceeding how many changes exceed the bounds, typed to start the run anyway; required for a run that was stopped */
export async function confirmRun(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly run: string; readonly exceeding: number | undefined },
): Promise<Outcome<ListedRun>> {
  const found = await runFor(context, actor, input, 'users:edit');
  if (!found.ok) return found;
  const run = found.value;
  if (run.state !== 'waiting') return refused('wrong-state', text('source-run.not-waiting'));
  if (context.now() - Number(run.compared_at ?? 0) > STALE_MILLISECONDS)
    return refused('wrong-state', text('source-run.stale'));
  const exceeds = exceedsOf(run);
  const number = numberOf(exceeds);
  if (run.stopped === 1 && input.exceeding !== number)
    return invalidAt('exceeding', text('source-run.confirm', { count: number }));
  return allOrNothing(context.db, async (trx) => {
    const job = await changeJobState(
      trx,
      run.job_id,
      ['waiting'],
      { state: 'queued', since: context.now() },
      { ...BEGIN_WORK, attempts: 0 },
    );
    if (!job) return refused('wrong-state', text('source-run.not-waiting'));
    await record(trx, context, actor, {
      action: 'job.start',
      object: `job:${job.name}`,
      reason: text('source-run.confirmed', { count: Number(run.disables), exceeding: number }),
    });
    return done((await findListedRun(trx, input.id, run.job_id)) as ListedRun);
  });
}

export async function cancelRun(
  context: Context,
  actor: Actor,
  input: { readonly id: string; readonly run: string },
): Promise<Outcome<ListedRun>> {
  const found = await runFor(context, actor, input, 'users:edit');
  if (!found.ok) return found;
  return allOrNothing(context.db, async (trx) => {
    const job = await changeJobState(trx, input.run, ['queued', 'running', 'waiting', 'paused'], {
      state: 'cancelled',
      since: context.now(),
      endedAt: context.now(),
    });
    if (!job) return refused('wrong-state', text('source-run.ended'));
    await record(trx, context, actor, {
      action: 'job.cancel',
      object: `job:${job.name}`,
    });
    return done((await findListedRun(trx, input.id, input.run)) as ListedRun);
  });
}

export async function showRuns(context: Context, actor: Actor, id: string, limit: number, before?: string) {
  const source = await sourceOver(context, actor, id, 'users:view');
  return source.ok ? done(await listRuns(context.db, id, limit, before)) : source;
}

export async function showRun(
  context: Context,
  actor: Actor,
  run: { readonly id: string; readonly run: string },
): Promise<Outcome<ListedRun & { readonly conflicts?: ConflictCounts }>> {
  const found = await runFor(context, actor, run);
  if (!found.ok || found.value.compared_at === null) return found;
  const { conflict = 0 } = readCounts(found.value.counts);
  return conflict === 0
    ? found
    : done({ ...found.value, conflicts: await countConflicts(context.db, run.run, run.id) });
}

/** Of a run that an earlier version compared: disabled users alone. */
const exceedsOf = (row: Pick<ListedRun, 'exceeds' | 'stopped' | 'disables'>): SourceExcess[] => {
  const exceeds = readExcesses(row.exceeds);
  const count = Number(row.disables);
  return row.stopped === 1 && exceeds.length === 0
    ? [{ change: 'disabled', count, users: count, percent: 0 }]
    : exceeds;
};

export function viewRun(
  row: ListedRun & { readonly conflicts?: ConflictCounts },
): Unworded<SourceRun, 'detail'> {
  const counts = readCounts(row.counts);
  const detail = row.reason === null ? inConflict(row) : reasonValue(row);
  const count = (action: EntryAction): number => counts[action] ?? 0;
  return {
    id: row.job_id,
    mode: row.mode,
    preview: row.preview === 1,
    state: row.state === 'collecting' ? 'queued' : row.state,
    phase: row.phase === 'work' ? 'work' : row.stage === 'read' ? 'read' : 'compare',
    read: Number(row.read),
    counts: {
      added: count('added'),
      linked: count('linked'),
      changed: count('changed'),
      moved: count('moved'),
      disabled: count('disabled'),
      returning: count('returning'),
      gone: count('gone'),
      conflict: count('conflict'),
      skipped: count('skipped'),
      refused: count('refused'),
    },
    ...(row.conflicts ? { conflicts: row.conflicts } : {}),
    disables: Number(row.disables),
    stopped: row.stopped === 1,
    changes: readCountedChanges(row.changes),
    exceeds: exceedsOf(row),
    done: row.done,
    leftOut: row.left_out,
    startedBy: row.actor_name,
    createdAt: isoTime(row.created_at),
    ...(row.ended_at === null ? {} : { endedAt: isoTime(row.ended_at) }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** `done` alone would hide that some are not as the directory has them. */
function inConflict({ state, counts }: Pick<ListedRun, 'state' | 'counts'>): Text | undefined {
  const { conflict = 0 } = readCounts(counts);
  return state === 'done' && conflict > 0 ? text('source-run.conflicts', { count: conflict }) : undefined;
}

const CLAIM_MILLISECONDS = MINUTE;

/** Starts the run that is due. @returns false when there is none */
export async function startDueRun(context: Context): Promise<boolean> {
  const now = context.now();
  const source = await claimDueSource(context.db, now, now + CLAIM_MILLISECONDS);
  if (!source) return false;
  const { schedule } = settingsOf(source);
  if (!hasMark('identity_sources', context, source)) return true;
  await noteRun(context.db, source.id, { due_at: now + schedule.everyMinutes * MINUTE });
  const starter = await starterOf(context, { ...source, source: null }, SYNCHRONIZE_NEEDS, source.domain);
  if ('ended' in starter) {
    const { ended } = starter;
    await inTransaction(context.db, async (trx) => {
      await noteStop(context, trx, { actor_name: source.actor_name, source: null }, source, ended);
      await countOnce(trx, { kind: 'run', at: now, name: source.id, outcome: 'failed' });
    });
    return true;
  }
  const isFull =
    watermarkNow(source, now) === undefined ||
    source.full_at === null ||
    // By a clock that was ahead.
    Number(source.full_at) > now ||
    now - Number(source.full_at) >= schedule.fullEveryHours * HOUR;
  // A run that is still in progress serves as well.
  await addRun(context, starter.actor, source, { mode: isFull ? 'full' : 'delta', preview: false });
  return true;
}
