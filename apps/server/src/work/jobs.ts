/** Jobs as their creators see and control them: created, listed, started, paused, canceled, resumed. */

import { BULK_ACTIONS } from '@sower/api/bulk';
import {
  factsOf,
  type Job,
  type JobKindName,
  type JobRowState,
  type JobRow as JobRowView,
  type JobState,
  jobKinds,
  MAX_LETTERS,
  replaceManySchema,
  tokenSources,
} from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import { REQUEST_ACTIONS } from '@sower/api/requests';
import { DAY, HOUR, isoTime } from '@sower/api/time';
import { USER_BULK_ACTIONS } from '@sower/api/user-bulk';
import { type Text, text } from '@sower/texts/outcomes';
import type { AuditAction } from '@sower/texts/tables/audit-actions';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { type Actor, covers, denied } from '../core/actor.ts';
import { done, invalidAt, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { type Recorded, record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { saidIn, storedReason, type Unworded } from '../core/unworded.ts';
import { starterColumns, starterId } from '../directory/starter.ts';
import { newId } from '../store/db/ids.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import { distributionState } from '../store/distribution/distributions.ts';
import type { StoredJobState } from '../store/schema/jobs.ts';
import type { Connection } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import {
  BEGIN_WORK,
  changeJobState,
  countJobDistributions,
  countOpenJobs,
  countReasons,
  destroySealed,
  FARTHEST_BEGIN_MILLISECONDS,
  findJob,
  insertJob,
  type JobRow,
  listJobRows,
  listJobs,
  lockActor,
  type StoredJobRow,
} from '../store/work/jobs.ts';
import { countImportActions } from '../store/work/user-imports.ts';
import { permissionsToUndo, permissionToControl, UNDOABLE } from './rights.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** What a run found so long ago in a directory is not done any more: look again. */
export const STALE_MILLISECONDS = HOUR;
/** Jobs of one actor that have not ended: beyond this, one has to end first. */
const MAX_OPEN = 10;

export async function addJob(
  context: Context,
  actor: Actor,
  job: Pick<JobRow, 'kind' | 'name' | 'input' | 'state' | 'phase'> &
    Partial<Pick<JobRow, 'about' | 'total' | 'rule_id'>>,
  /** Asked in the transaction: what it reads must be locked. */
  against?: (trx: Connection) => Promise<Refused | undefined>,
): Promise<Outcome<JobRow>> {
  const starter = starterColumns(actor);
  if (!starter.ok) return starter;
  const { actor_kind: kind, actor_id: id } = starter.value;
  return allOrNothing(context.db, async (trx) => {
    await lockActor(trx, kind, id);
    if ((await countOpenJobs(trx, id)) >= MAX_OPEN)
      return refused('too-many-requests', text('job.too-many', { count: MAX_OPEN }));
    const refusal = await against?.(trx);
    if (refusal) return refusal;
    const row = await insertJob(trx, context, {
      about: null,
      rule_id: null,
      total: 0,
      ...job,
      id: newId(context),
      ...starter.value,
      source: actor.source ?? null,
      created_at: context.now(),
    });
    await record(trx, context, actor, recorded('job.add', row));
    return done(row);
  });
}

const recorded = (action: AuditAction, { name, kind }: JobRow): Recorded => ({
  action,
  object: `job:${name}`,
  reason: kind,
});

/** The job that this one undoes. Resumed after the undo was made, it would give again what is taken away. */
export async function undoneBy(db: Connection, { about }: JobRow): Promise<Outcome<JobRow>> {
  const job = about === null ? undefined : await findJob(db, about);
  return !job || job.state === 'running' || job.state === 'queued'
    ? refused('wrong-state', text('job.not-ended'))
    : done(job);
}

const noSuchJob = (): Refused => refused('not-found', text('job.not-found'));

export const isStarter = (actor: Actor, job: JobRow): boolean => job.actor_id === starterId(actor);

/**
 * Others' jobs are visible only to those who can see every token, or every user if it is about users.
 * @param kinds where only these are possible, the caller has asked for a permission
 */
export async function visibleJob(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  id: string,
  kinds?: readonly JobRow['kind'][],
  act: 'view' | 'steer' = 'view',
): Promise<Outcome<JobRow>> {
  const denial = kinds ? undefined : deniedJobs(actor);
  if (denial) return denial;
  const job = await findJob(context.db, id);
  if (!job) return noSuchJob();
  const own = isStarter(actor, job);
  const lacks = (permission: Permission): Refused | undefined => {
    if (own) return denied(actor, permission);
    return covers(actor, permission, TOP_DOMAIN.path) ? undefined : noSuchJob();
  };
  const unseen = lacks(act === 'view' ? factsOf(job.kind).view : permissionToControl(job));
  if (unseen) return unseen;
  if (kinds && !kinds.includes(job.kind)) return refused('wrong-state', text('job.other-kind'));
  return done(job);
}

/** Nothing if they may see jobs of some kind. */
export const deniedJobs = (actor: Actor): Refused | undefined =>
  denied(actor, 'users:view') && denied(actor, 'tokens:view');

export function jobsOf(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  filter: { readonly kind?: JobKindName | undefined; readonly state?: JobState | undefined },
  limit: number,
  before?: string,
): Promise<JobRow[]> {
  const kinds = jobKinds.filter((kind) => covers(actor, factsOf(kind).view, TOP_DOMAIN.path));
  return listJobs(context.db, { ...filter, of: starterId(actor), kinds }, limit, before);
}

/** A time that has passed by more is a mistake, such as last year's: what begins by it cannot be called back. */
const MISSED_MILLISECONDS = HOUR;

export async function startJob(
  context: Context & Pick<ServerContext, 'databaseNow'>,
  actor: Actor,
  input: { readonly id: string; readonly name: string; readonly at?: string | undefined },
): Promise<Outcome<JobRow>> {
  const found = await visibleJob(context, actor, input.id, undefined, 'steer');
  if (!found.ok) return found;
  // With the rights of its creator: no one starts work in someone else's name.
  if (!isStarter(actor, found.value)) return refused('not-permitted', text('job.own-only'));
  // What a run may do is said when it is confirmed.
  if (found.value.kind === 'synchronize') return refused('wrong-state', text('job.other-kind'));
  if (input.name !== found.value.name) return invalidAt('name', text('job.name-differs'));
  const beginAt = input.at === undefined ? null : Date.parse(input.at);
  const now = context.databaseNow();
  if (beginAt !== null && beginAt < now - MISSED_MILLISECONDS)
    return invalidAt('at', text('job.begin-passed'));
  if (beginAt !== null && beginAt > now + FARTHEST_BEGIN_MILLISECONDS)
    return invalidAt('at', text('job.begin-too-late', { days: FARTHEST_BEGIN_MILLISECONDS / DAY }));
  return steer(context, actor, found.value, ['waiting'], 'queued', 'job.start', {
    ...BEGIN_WORK,
    begin_at: beginAt,
  });
}

/** For so long a job waits to be started or resumed, and what a failed one has sealed is kept. */
export const WAIT_MILLISECONDS = 7 * DAY;

export const pauseJob = (context: Context, actor: Actor, id: string) =>
  steerById(context, actor, id, ['queued', 'running'], 'paused', 'job.pause');
export const cancelJob = (context: Context, actor: Actor, id: string) =>
  steerById(
    context,
    actor,
    id,
    ['collecting', 'queued', 'running', 'waiting', 'paused'],
    'cancelled',
    'job.cancel',
  );
/** @returns why no one can resume it, whatever their rights */
export function againstResuming(
  {
    kind,
    state,
    total,
    created_at,
    state_since,
    ended_at,
  }: Pick<JobRow, 'kind' | 'state' | 'total' | 'created_at' | 'state_since' | 'ended_at'>,
  now: number,
): Text | undefined {
  if (kind === 'synchronize' && state !== 'paused') return text('job.other-kind');
  if (kind === 'synchronize' && now - (state_since ?? created_at) > STALE_MILLISECONDS)
    return text('source-run.paused-long');
  // Its seeds are destroyed by then.
  const isForgotten =
    state === 'cancelled' || (state === 'failed' && (ended_at ?? 0) < now - WAIT_MILLISECONDS);
  if (kind === 'token-import' && isForgotten) return text('job.import-ended');
  // What it is about was never completely stored.
  return state !== 'paused' && total === 0 ? text('job.wrong-state') : undefined;
}

const RESUMABLE: readonly StoredJobState[] = ['paused', 'cancelled', 'failed'];

export const resumeJob = (context: Context, actor: Actor, id: string) =>
  steerById(context, actor, id, RESUMABLE, 'queued', 'job.resume');

async function steerById(
  context: Context,
  actor: Actor,
  id: string,
  from: readonly StoredJobState[],
  to: StoredJobState,
  action: 'job.pause' | 'job.cancel' | 'job.resume',
): Promise<Outcome<JobRow>> {
  const found = await visibleJob(context, actor, id, undefined, 'steer');
  if (!found.ok) return found;
  const job = found.value;
  if (action === 'job.resume') {
    if (!isStarter(actor, job)) return refused('not-permitted', text('job.own-only'));
    const against = againstResuming(job, context.now());
    if (against) return refused('wrong-state', against);
    // Checked to the end and never started: it waits again.
    if (job.phase === 'check' && job.total > 0 && job.position >= job.total)
      return steer(context, actor, job, from, 'waiting', action);
  }
  // One that was to begin later and is resumed begins at once.
  return steer(context, actor, job, from, to, action, { begin_at: null });
}

async function steer(
  context: Context,
  actor: Actor,
  job: JobRow,
  from: readonly StoredJobState[],
  state: StoredJobState,
  action: 'job.start' | 'job.pause' | 'job.cancel' | 'job.resume',
  more: Parameters<typeof changeJobState>[4] = {},
): Promise<Outcome<JobRow>> {
  return allOrNothing(context.db, async (trx) => {
    const since = context.now();
    const endedAt = state === 'cancelled' ? since : undefined;
    const row = await changeJobState(trx, job.id, from, { state, since, endedAt }, { attempts: 0, ...more });
    if (!row) return refused('wrong-state', text('job.wrong-state'));
    // The seeds of what is not imported are not kept.
    if (job.kind === 'token-import' && state === 'cancelled') await destroySealed(trx, job.id);
    await record(trx, context, actor, recorded(action, job));
    return done(row);
  });
}

/** What is shown of the input, which each kind of job has its own of. */
const readShown = storedJson(
  'jobs.input',
  z.object({
    action: z.enum([...BULK_ACTIONS, ...USER_BULK_ACTIONS, ...REQUEST_ACTIONS]).optional(),
    profileName: z.string().optional(),
    tokens: z.enum(tokenSources).optional(),
    replace: replaceManySchema.optional(),
    delivery: z.enum(['url', 'qr']).optional(),
    mail: z.string().optional(),
    codeExpires: z.string().optional(),
    ignored: z.array(z.string()).optional(),
  }),
);
const readChanges = storedJson(
  'job_rows.changes',
  z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
);

export function viewJob(row: JobRow): Unworded<Job, 'detail'> {
  const pace = row.position > 0 ? row.busy / row.position : undefined;
  const open = row.state === 'running' || row.state === 'queued';
  const action =
    row.kind === 'tokens' || row.kind === 'users' || row.kind === 'requests'
      ? readShown(row.input).action
      : undefined;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    state: row.state === 'collecting' ? 'queued' : row.state,
    phase: row.phase,
    total: row.total,
    position: row.position,
    done: row.done,
    leftOut: row.left_out,
    failed: row.failed,
    ...(open && pace !== undefined
      ? { secondsLeft: Math.ceil(((row.total - row.position) * pace) / 1000) }
      : {}),
    startedBy: row.actor_name,
    createdAt: isoTime(row.created_at),
    ...(row.state === 'queued' && row.begin_at !== null ? { beginAt: isoTime(row.begin_at) } : {}),
    ...(row.ended_at === null ? {} : { endedAt: isoTime(row.ended_at) }),
    ...storedReason(row),
    ...(action === undefined ? {} : { action }),
    ...(row.about === null ? {} : { about: row.about }),
    codes: row.codes,
  };
}

const SAMPLES = 3;

export async function viewJobDetail(
  context: Pick<ServerContext, 'db' | 'now' | 'runningJobStates'>,
  row: JobRow,
) {
  const {
    profileName: profile,
    tokens,
    replace,
    delivery,
    mail,
    codeExpires,
    ignored,
  } = readShown(row.input);
  const letters = row.done > MAX_LETTERS ? ('too-many' as const) : ('possible' as const);
  const reasons = (await countReasons(context.db, row.id)).map(({ state, text: stored, count }) => ({
    state,
    count,
    detail: '',
    ...saidIn(stored),
  }));
  const samples =
    row.state === 'waiting' ? await listJobRows(context.db, row.id, { state: 'ready' }, SAMPLES, 0) : [];
  return {
    ...viewJob(row),
    permission: permissionToControl(row),
    resumable: RESUMABLE.includes(row.state) && againstResuming(row, context.now()) === undefined,
    ...(UNDOABLE.some((kind) => kind === row.kind) ? { undoPermissions: permissionsToUndo(row) } : {}),
    ...(profile === undefined ? {} : { profile }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(replace === undefined ? {} : { replaced: replace.afterwards }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(row.kind === 'import' && ignored !== undefined ? { ignored } : {}),
    ...(row.kind === 'distribute' && delivery === 'url' && mail === undefined ? { letters } : {}),
    ...(row.kind === 'distribute' && codeExpires !== undefined ? { codeExpires } : {}),
    reasons,
    samples: samples.map((sample) => ({
      userId: sample.user_id ?? sample.subject,
      nickname: sample.nickname ?? '',
      ...(sample.serial === null ? {} : { serial: sample.serial }),
      ...(sample.device_id === null ? {} : { deviceId: sample.device_id }),
    })),
    states:
      row.state === 'running'
        ? await context.runningJobStates(row.id, context.now())
        : await countJobDistributions(context.db, row.id, context.now()),
    ...(row.kind === 'import' && row.state !== 'running'
      ? { users: await countImportActions(context.db, row.id) }
      : {}),
  };
}

export const viewJobRow = (row: StoredJobRow, now: number): Unworded<JobRowView, 'detail'> => ({
  number: row.position + 1,
  subject: row.subject,
  ...(row.user_id === null ? {} : { userId: row.user_id }),
  ...(row.serial === null ? {} : { serial: row.serial }),
  state: row.state as JobRowState,
  ...(row.distribution === null
    ? {}
    : { distribution: distributionState({ state: row.distribution, expires_at: row.expires_at }, now) }),
  ...(row.line === null ? {} : { line: row.line }),
  ...(row.action === null ? {} : { action: row.action }),
  ...(row.changes === null ? {} : { changes: readChanges(row.changes) }),
  ...saidIn(row.text),
});
