/** Jobs: at most one node works on one at a time, by a lease, and a batch counts only while its node holds the lease. */

import { LIMITS } from '@sower/api/limits';
import { DAY } from '@sower/api/time';
import { type RawBuilder, sql } from 'kysely';
import { lockRows, skipLocked } from '../db/database-kind.ts';
import { kept } from '../db/kept.ts';
import { type Columns, fromRows, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch, preparedChange, preparedStatement } from '../db/prepared.ts';
import { type Reason, reasonColumns } from '../db/reason.ts';
import { changeOne, changeRows, countRows, findColumns, findOne, hasRow, plus, setRow } from '../db/rows.ts';
import { inScopes } from '../directory/domains.ts';
import { stateNow } from '../distribution/distributions.ts';
import { insertMarked, type Marks } from '../keys/marks.ts';
import { mailLanguage } from '../mail/templates.ts';
import type { UserRow } from '../schema/brands.ts';
import type { StoredJobState } from '../schema/jobs.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { isDue, isFree } from './due.ts';

export type JobRow = Row<'jobs'>;

export const insertJob = (
  db: Connection,
  marks: Pick<Marks, 'sealing'>,
  row: Parameters<typeof insertMarked<'jobs'>>[3],
) => insertMarked(db, 'jobs', marks, row);

export const findJob = (db: Connection, id: string) => findOne(db, 'jobs', { id });

/**
 * Latest first.
 * @param of the row of an actor, whose jobs are in it whatever they are; those of others are if they are of these kinds
 */
export function listJobs(
  db: Connection,
  filter: {
    readonly kind?: JobRow['kind'] | undefined;
    readonly state?: StoredJobState | undefined;
    readonly of: string;
    readonly kinds: readonly JobRow['kind'][];
  },
  limit: number,
  before?: string,
): Promise<JobRow[]> {
  let query = db.selectFrom('jobs').selectAll().orderBy('id', 'desc').limit(limit);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  query = query.where(({ eb, or }) =>
    or([
      eb('actor_id', '=', filter.of),
      ...(filter.kinds.length > 0 ? [eb('kind', 'in', filter.kinds)] : []),
    ]),
  );
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}

/** Jobs that an actor makes at the same time are counted one after the other. */
export async function lockActor(db: Connection, kind: JobRow['actor_kind'], id: string): Promise<void> {
  const table = sql.table(kind === 'administrator' ? 'administrators' : 'api_keys');
  await lockRows(db, sql`select 1 from ${table} as a where a.id = ${id}`, ['a']);
}

/** Those of an actor that have not ended. */
export const countOpenJobs = (db: Connection, actorId: string) =>
  countRows(db, 'jobs', {
    actor_id: actorId,
    state: ['in', ['collecting', 'queued', 'running', 'waiting', 'paused']],
  });

/** An undo of a distribution that has not ended, or the like. */
export const hasOpenJobAbout = (db: Connection, about: string, kind: JobRow['kind']) =>
  hasRow(db, 'jobs', { about, kind, state: ['in', ['queued', 'running', 'paused']] });

/** One that was created later than this, whatever became of it, unless it failed or was canceled. */
export const hasJobAboutSince = (db: Connection, about: string, kind: JobRow['kind'], since: number) =>
  hasRow(db, 'jobs', { about, kind, created_at: ['>', since], state: ['not in', ['failed', 'cancelled']] });

/** Checked, and not started; or paused before a time. */
export const listGivenUpAbout = (db: Connection, about: string, kind: JobRow['kind'], pausedBefore: number) =>
  db
    .selectFrom('jobs')
    .select('id')
    .where('about', '=', about)
    .where('kind', '=', kind)
    .where(({ or, and, eb, fn }) =>
      or([
        eb('state', '=', 'waiting'),
        and([eb('state', '=', 'paused'), eb(fn.coalesce('state_since', 'created_at'), '<', pausedBefore)]),
      ]),
    )
    .execute();

/** What is done about it happens one after the other. */
export const lockJob = (db: Connection, id: string): Promise<void> =>
  lockRows(db, sql`select 1 from jobs j where j.id = ${id}`, ['j']);

/** How many rows there are, once that is known. */
export const setJobTotal = (db: Connection, id: string, total: number) =>
  changeRows(db, 'jobs', { id }, { total });

/** The second phase of a job begins at its first row again. */
export const BEGIN_WORK = { phase: 'work', position: 0, done: 0, failed: 0, busy: 0 } as const;

/** How long before a job begins it can be started at most. The clock of the database may be set back by less than a day meanwhile. */
export const FARTHEST_BEGIN_MILLISECONDS = LIMITS.beginDays * DAY;

/** Far longer than a batch, and short enough that the work of a node that died does not wait for long. */
export const LEASE_MILLISECONDS = 5_000;

/**
 * At most one caller gets a job. One left by a node that died counts as queued once its lease has ended.
 * @param which this job, by its ID; or the next one: either of those that wait for other servers, which would hold up the rest, or of the
 * rest
 */
export async function claimJob(
  db: Connection,
  lease: string,
  now: number,
  which: 'synchronize' | 'rest' | { readonly id: string },
): Promise<JobRow | undefined> {
  const kind =
    typeof which === 'object'
      ? sql`id = ${which.id}`
      : which === 'synchronize'
        ? sql`kind = 'synchronize'`
        : sql`kind <> 'synchronize'`;
  const due = sql`(begin_at is null or ${isDue('begin_at', now, FARTHEST_BEGIN_MILLISECONDS + DAY)})`;
  const free = sql`((state = 'queued' and ${due}) or (state = 'running' and ${isFree(now, LEASE_MILLISECONDS)}))`;
  const { rows } = await sql<JobRow>`
    with next as materialized (select id from jobs where state in ('queued', 'running') and ${kind} and ${free} order by id limit 1 ${skipLocked(db)})
    update jobs set state = 'running', lease = ${lease}, lease_until = ${now + LEASE_MILLISECONDS}
    where id in (select id from next) and ${free}
    returning *`.execute(db);
  return rows[0];
}

/**
 * Locks the job's row until the transaction of the batch ends.
 * @returns the job as it is then; undefined if it was paused, canceled, or taken by another node
 */
export const holdJob = (db: Connection, id: string, lease: string, now: number) =>
  changeOne(db, 'jobs', { id, lease, state: 'running' }, { lease_until: now + LEASE_MILLISECONDS });

/** Its node is stopping: another one need not wait for the lease to end. */
export const releaseJob = (db: Connection, id: string, lease: string) =>
  changeRows(
    db,
    'jobs',
    { id, lease, state: 'running' },
    { state: 'queued', lease: null, lease_until: null },
  );

export type Progress = {
  readonly position: number;
  readonly done: number;
  readonly leftOut: number;
  readonly failed: number;
  /** Activation codes were sealed. */
  readonly codes?: boolean;
  /** Milliseconds. */
  readonly busy: number;
};

/** In the transaction of the batch: its work and the start of the next batch go together. */
export const noteProgress = (db: Connection, id: string, by: Progress) =>
  changeRows(
    db,
    'jobs',
    { id },
    {
      position: by.position,
      done: plus('done', by.done),
      left_out: plus('left_out', by.leftOut),
      failed: plus('failed', by.failed),
      busy: plus('busy', by.busy),
      attempts: 0,
      ...(by.codes ? { codes: 'ready' as const } : {}),
    },
  );

type Change = {
  readonly state: StoredJobState;
  readonly since: number;
  readonly reason?: Reason | undefined;
  readonly endedAt?: number | undefined;
};

/** @returns undefined if it is no longer in one of these states */
export function changeJobState(
  db: Connection,
  id: string,
  from: readonly StoredJobState[],
  { state, since, reason, endedAt }: Change,
  more: Partial<JobRow> = {},
): Promise<JobRow | undefined> {
  const change = {
    ...{ ...more, state, state_since: since, ...reasonColumns(reason), ended_at: endedAt ?? null },
    ...{ lease: null, lease_until: null },
  };
  return changeOne(db, 'jobs', { id, state: ['in', from] }, change);
}

/**
 * More of what a job is about was stored, up to `to` rows.
 * @returns undefined if it has not exactly `from` of them, or is complete
 */
export const advanceCollected = (
  db: Connection,
  id: string,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
) => changeOne(db, 'jobs', { id, state: 'collecting', total: from }, { total: to, state_since: now });

/**
 * A batch threw.
 * @returns how many in a row have; 0 if another node has the job by now, for which it says nothing
 */
export async function countAttempt(db: Connection, id: string, lease: string): Promise<number> {
  return (await changeOne(db, 'jobs', { id, lease }, { attempts: plus('attempts', 1) }))?.attempts ?? 0;
}

/** At most one caller gets the sealed codes, and only those from when the job ended: it may have been resumed. */
export const claimCodes = (db: Connection, { id, ended_at }: Pick<Row<'jobs'>, 'id' | 'ended_at'>) =>
  setRow(db, 'jobs', { id, ended_at, codes: 'ready' }, { codes: 'taken' });

/** Writes the rows that a job begins with. @param columns that are given */
export function rowWriter<C extends Columns>(columns: C) {
  const insert = preparedBatch({ v: columns, c: { job_id: 'text' } }, (db, { v, c }) =>
    sql`with ${v}, ${c} insert into job_rows (job_id, ${listed(columns)}, state)
      select c.job_id, ${listed(columns, 'v')}, 'new' from v, c`.compile(db),
  );
  return async (db: Connection, jobId: string, rows: readonly RowOf<C>[]): Promise<void> => {
    await insert(db, { v: rows, c: [{ job_id: jobId }] });
  };
}

const OPTIONAL = { device_id: 'text', nickname: 'text', address: 'text' } as const;
const insertRows = rowWriter({ position: 'bigint', subject: 'text', key: 'text', ...OPTIONAL });
export type NewJobRow = Pick<Row<'job_rows'>, 'subject' | 'key'> &
  Partial<Pick<Row<'job_rows'>, keyof typeof OPTIONAL>>;

/** Of what is not given, a row has nothing. @param first position of the first of them */
export function insertJobRows(
  db: Connection,
  jobId: string,
  rows: readonly NewJobRow[],
  first: number,
): Promise<void> {
  const none = { device_id: null, nickname: null, address: null };
  const placed = rows.map((row, index) => ({ ...none, ...row, position: first + index }));
  return insertRows(db, jobId, placed);
}

/** Which rows: at most `limit` in this state, from this position on. */
export type Slice = {
  readonly jobId: string;
  readonly state: Row<'job_rows'>['state'];
  readonly from: number;
  readonly limit: number;
};

export const sliceOf = ({ jobId, state, from, limit }: Slice): RawBuilder<unknown> =>
  sql`(select * from job_rows where job_id = ${jobId} and position >= ${from} and state = ${state}
    order by position limit ${limit}) as r`;

/**
 * What became of rows of a job, in one statement.
 * @param columns that it sets
 */
export function resultWriter<C extends Columns>(columns: C) {
  // In each row: if the job were separate, SQLite would begin with all rows of it.
  const given = { job_id: 'text', position: 'bigint', ...columns } as const;
  return preparedChange(
    given,
    sql`update job_rows set ${fromRows(columns)} from v
      where job_rows.job_id = v.job_id and job_rows.position = v.position`,
  );
}

/** What a row names, and what has this name now. */
type NamedRow = Pick<Row<'job_rows'>, 'position' | 'subject' | 'key'> & {
  /** Row of the token or user that had the name when the job was made. */
  readonly meant: string | null;
  readonly present: string | null;
};

const NAMED = {
  tokens: { fixed: sql.ref('token_id'), present: sql`(select t.id from tokens t where t.serial = r.key)` },
  users: { fixed: sql.ref('target'), present: sql`(select u.id from users u where u.user_id_key = r.key)` },
} as const;

/** Someone who gets the name later is someone else. @param first position of the first of the rows that were stored */
export async function fixMeant(
  db: Connection,
  jobId: string,
  of: keyof typeof NAMED,
  first: number,
): Promise<void> {
  const { fixed, present } = NAMED[of];
  await sql`update job_rows as r set ${fixed} = ${present}
    where job_id = ${jobId} and position >= ${first}`.execute(db);
}

const namedRows = (of: keyof typeof NAMED) =>
  preparedStatement<Slice, NamedRow>(['jobId', 'state', 'from', 'limit'], (db, slice) =>
    sql<NamedRow>`select r.position, r.subject, r.key, r.${NAMED[of].fixed} as meant, ${NAMED[of].present} as present
      from ${sliceOf(slice)} order by r.position`.compile(db),
  );
const NAMED_ROWS = { tokens: namedRows('tokens'), users: namedRows('users') };

export const listNamedRows = (db: Connection, of: keyof typeof NAMED, slice: Slice): Promise<NamedRow[]> =>
  NAMED_ROWS[of](db, slice);

/**
 * At most `limit` rows, in order, with the state of the distribution of each.
 * @param from position of the first
 */
export function listJobRows(
  db: Connection,
  jobId: string,
  filter: { readonly state?: Row<'job_rows'>['state'] | undefined },
  limit: number,
  from: number,
) {
  let query = db
    .selectFrom('job_rows')
    .leftJoin('distributions', 'distributions.id', 'job_rows.distribution_id')
    .selectAll('job_rows')
    .select(['distributions.state as distribution', 'distributions.expires_at'])
    .where('job_rows.job_id', '=', jobId)
    .where('job_rows.position', '>=', from)
    .orderBy('job_rows.position')
    .limit(limit);
  if (filter.state !== undefined) query = query.where('job_rows.state', '=', filter.state);
  return query.execute();
}

export type StoredJobRow = Awaited<ReturnType<typeof listJobRows>>[number];

/** Those with an activation code that was not taken, as a letter names them. @param from position of the first */
export function listAddressees(db: Connection, jobId: string, limit: number, from: number) {
  return db
    .selectFrom('job_rows')
    .innerJoin('distributions', 'distributions.id', 'job_rows.distribution_id')
    .leftJoin('users', 'users.id', 'job_rows.target')
    .leftJoin('user_mail', 'user_mail.user_id', 'job_rows.target')
    .select([
      'job_rows.position',
      'job_rows.serial',
      'job_rows.user_id',
      'job_rows.address',
      'job_rows.sealed',
      'users.first_name',
      'users.last_name',
      mailLanguage.as('language'),
      'distributions.expires_at',
    ])
    .where('job_rows.job_id', '=', jobId)
    .where('job_rows.position', '>=', from)
    .where('job_rows.sealed', 'is not', null)
    .orderBy('job_rows.position')
    .limit(limit)
    .execute();
}

/** A sealed code that not everyone who may view this job may have. */
type DoubtfulCode = {
  readonly position: number;
  readonly user_row: UserRow | null;
  /** 1: its token is in one of the security domains now. */
  readonly within: number;
};

/** Those whose tokens are outside of these security domains now, or belong to users of administrators. @param scopes paths */
export async function listDoubtfulCodes(db: Connection, jobId: string, scopes: readonly string[]) {
  const within = inScopes(sql.ref('t.domain'), scopes);
  const { rows } = await sql<DoubtfulCode>`
    select r.position, t.user_id as user_row, case when ${within} then 1 else 0 end as within
    from job_rows r join tokens t on t.id = r.token_id
    where r.job_id = ${jobId} and r.sealed is not null
      and (not (${within}) or t.user_id in (select token_user_id from administrators))`.execute(db);
  return rows;
}

export const destroySealed = (db: Connection, jobId: string) =>
  changeRows(db, 'job_rows', { job_id: jobId, sealed: ['is not', null] }, { sealed: null });

/** Rows that were left out, or failed, by reason. */
export async function countReasons(db: Connection, jobId: string) {
  const rows = await db
    .selectFrom('job_rows')
    .select(({ fn }) => ['state', 'text', fn.countAll<number>().as('count')])
    .where('job_id', '=', jobId)
    .where('text', 'is not', null)
    .groupBy(['state', 'text'])
    .orderBy('state')
    .execute();
  return rows.flatMap(({ text, count, ...row }) =>
    text === null ? [] : [{ ...row, text, count: Number(count) }],
  );
}

/** The distributions that a job made, by state; those past their expiry are `expired`. */
export async function countJobDistributions(db: Connection, jobId: string, now: number) {
  const { rows } = await sql<{ state: string; count: number }>`
    select ${stateNow(now)} as state, count(*) as count
    from distributions where job_id = ${jobId} group by 1`.execute(db);
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}

/** While a job runs, many pages look each second, and a count of 100,000 takes SQLite 22 ms. */
const COUNT_AGE_MILLISECONDS = 5_000;
/** Jobs that are looked at while they run. */
const MAX_COUNTED = 100;

/** Counts that are at most five seconds old, for jobs that run. @param clock milliseconds of a monotonic clock */
export function jobStatesReader(db: Connection, clock: () => number) {
  const counted = kept<Record<string, number>>(COUNT_AGE_MILLISECONDS, clock, MAX_COUNTED);
  return (jobId: string, now: number) => counted.get(jobId, () => countJobDistributions(db, jobId, now));
}

/** Jobs that ended then or earlier, and whose activation codes no one has fetched. */
export const listUntakenCodes = (db: Connection, endedBefore: number) =>
  findColumns(db, 'jobs', ['id', 'ended_at'], { codes: 'ready', ended_at: ['<', endedBefore] });

/**
 * Those whose rows were never completely written, and those that have waited for long to be started or resumed.
 * @returns those that were canceled
 */
export async function cancelForgotten(
  db: Connection,
  states: readonly StoredJobState[],
  before: number,
  reason: Reason,
  now: number,
): Promise<JobRow[]> {
  return db
    .updateTable('jobs')
    .set({ state: 'cancelled', ended_at: now, ...reasonColumns(reason) })
    .where('state', 'in', [...states])
    .where(({ fn }) => fn.coalesce('state_since', 'created_at'), '<', before)
    .returningAll()
    .execute();
}

/** Another one than a statement about many jobs gave it. */
export const noteReason = (db: Connection, id: string, reason: Reason) =>
  changeRows(db, 'jobs', { id }, reasonColumns(reason));
