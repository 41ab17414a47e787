/**
 * What is removed from a database that lacks what was done last, since it was restored from a backup or promoted without the last commits:
 * everything that can be used only once and may have been used meanwhile. No tokencode, no activation code, no approval and no emergency
 * tokencode that was used before is accepted afterwards.
 */
import type { Settings } from '@sower/api/settings';
import { APPROVAL_SECONDS, APPROVAL_WINDOW } from '@sower/otp/approval';
import { text } from '@sower/texts/outcomes';
import { type RawBuilder, sql } from 'kysely';
import type { ServerContext } from '../../context.ts';
import { reasonColumns } from '../../store/db/reason.ts';
import { changeRows } from '../../store/db/rows.ts';
import { insertEvents, LIVE, NO_REPLY } from '../../store/distribution/distributions.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { listTimeSteps } from '../../store/tokens/seeds.ts';
import { cancelForgotten } from '../../store/work/jobs.ts';

/**
 * `backup`: anything may have happened meanwhile. `promotion`: what is lacking was done by running nodes, whose clocks are right, and service
 * has to continue with the next interval.
 */
type Since = 'backup' | 'promotion';

export type AfterRestore = {
  readonly since: Since;
  /** Live activation codes stay, including those that were used since the backup. */
  readonly keepCodes: boolean;
  /** By how much HOTP counters are advanced; undefined: the seeds are deleted, and the tokens have to be distributed again. */
  readonly hotpJump: number | undefined;
};

export type Ended = {
  /** Time-based seeds whose position was advanced. */
  readonly moved: number;
  readonly hotp: number;
  readonly codes: number;
  readonly emergency: number;
  readonly mail: number;
  readonly jobs: number;
};

/** Serial numbers that may have been given out since the backup are not given out again. */
const SERIALS = 1_000_000;
const PAGE = 500;
/** A device whose clock is this much ahead of its known drift, near the end of an interval, has shown the next one. */
const AHEAD_MILLISECONDS = 5_000;

type Context = Pick<ServerContext, 'now' | 'random'>;

export async function endWhatWasLive(
  trx: Connection,
  context: Context,
  settings: Settings,
  { since, keepCodes, hotpJump }: AfterRestore,
): Promise<Ended> {
  const now = context.now();
  const most = Math.max(settings['verify.maxDriftSeconds'], settings['verify.firstUseSeconds']);
  let moved = 0;
  for (const seconds of await listTimeSteps(trx)) {
    const position =
      since === 'backup'
        ? lastShown(Math.floor(now / 1000 / seconds), settings['verify.window'], Math.ceil(most / seconds))
        : shownByNow(Math.floor((now + AHEAD_MILLISECONDS) / 1000 / seconds));
    moved += await count(
      trx
        .updateTable('seeds')
        .set({ position })
        .where('algorithm', '!=', 'hotp')
        .where('interval_seconds', '=', seconds)
        .where(sql<boolean>`position < ${position}`)
        .executeTakeFirst(),
    );
  }
  // Of devices that were ahead, by a server whose clock was.
  const approved = Math.floor(now / 1000 / APPROVAL_SECONDS) + APPROVAL_WINDOW + 1;
  await trx.updateTable('seeds').set({ approved }).where('approved', '<', approved).execute();
  const hotp = hotpJump === undefined ? await dropCounters(trx) : await moveCounters(trx, hotpJump);
  const codes = keepCodes ? 0 : await withdrawAll(trx, context);
  await changeRows(trx, 'distributions', { reply: ['is not', null] }, NO_REPLY);
  await trx.deleteFrom('activation_windows').execute();
  // It may have been used since.
  await trx.deleteFrom('second_approvals').where('decision', '=', 'approved').execute();
  const emergency = await deleted(trx.deleteFrom('emergency_codes').executeTakeFirst());
  const noAccess = { emergency_until: null, emergency_return: null };
  await changeRows(trx, 'tokens', { emergency_until: ['is not', null] }, noAccess);
  const mail = await count(
    trx
      .updateTable('mail')
      .set({ state: 'dead', message: null, lease: null, ...reasonColumns(text('event.not-after-restore')) })
      .where('state', '=', 'queued')
      .executeTakeFirst(),
  );
  const jobs = await stopJobs(trx, keepCodes, now);
  await trx
    .updateTable('installation')
    .set({ next_serial: sql<number>`next_serial + ${sql.lit(SERIALS)}` })
    .execute();
  return { moved, hotp, codes, emergency, mail, jobs };
}

/** A device whose clock is known has shown at most this much of the future. One that was never used may be off by as much as is allowed. */
const lastShown = (present: number, window: number, most: number): RawBuilder<number> => sql`
  case when last_accepted_at is null then ${sql.lit(present + most)}
    when drift > 0 then ${sql.lit(present + window + 1)} + drift else ${sql.lit(present + window + 1)} end`;

/** By the clock of the device as far as it is known: one that is behind is so by at most what its drift says. */
const shownByNow = (present: number): RawBuilder<number> => sql`
  ${sql.lit(present)} + case when drift < 0 then drift + 1 else drift end`;

const count = async (updated: Promise<{ numUpdatedRows: bigint }>): Promise<number> =>
  Number((await updated).numUpdatedRows);
const deleted = async (gone: Promise<{ numDeletedRows: bigint }>): Promise<number> =>
  Number((await gone).numDeletedRows);

const dropCounters = (trx: Connection): Promise<number> =>
  deleted(trx.deleteFrom('seeds').where('algorithm', '=', 'hotp').executeTakeFirst());

function moveCounters(trx: Connection, jump: number): Promise<number> {
  const position: RawBuilder<number> = sql`position + ${sql.lit(jump)}`;
  return count(trx.updateTable('seeds').set({ position }).where('algorithm', '=', 'hotp').executeTakeFirst());
}

async function withdrawAll(trx: Connection, context: Context): Promise<number> {
  const reason = text('event.not-after-restore');
  let withdrawn = 0;
  for (;;) {
    const live = await trx
      .selectFrom('distributions')
      .select('id')
      .where('state', 'in', [...LIVE])
      .orderBy('id')
      .limit(PAGE)
      .execute();
    const ids = live.map(({ id }) => id);
    if (ids.length === 0) return withdrawn;
    const withdrawing = { state: 'withdrawn', trigger_hash: null, ...reasonColumns(reason) } as const;
    await changeRows(trx, 'distributions', { id: ['in', ids] }, withdrawing);
    await insertEvents(
      trx,
      context,
      ids.map((distributionId) => ({ distributionId, state: 'withdrawn' as const, reason })),
    );
    withdrawn += ids.length;
  }
}

/** What they did since the backup is unknown, so the person who started them decides whether they continue. */
async function stopJobs(trx: Connection, keepCodes: boolean, now: number): Promise<number> {
  await cancelForgotten(trx, ['collecting'], Number.MAX_SAFE_INTEGER, text('job.not-stored'), now);
  if (!keepCodes) {
    // The seeds of an import are no codes: it goes on with them.
    await trx
      .updateTable('job_rows')
      .set({ sealed: null })
      .where('sealed', 'is not', null)
      .where('job_id', 'in', ({ selectFrom }) =>
        selectFrom('jobs').select('id').where('kind', '!=', 'token-import'),
      )
      .execute();
    await trx.updateTable('jobs').set({ codes: 'taken' }).where('codes', '=', 'ready').execute();
  }
  return count(
    trx
      .updateTable('jobs')
      .set({
        state: 'paused',
        // What a run had found in a directory is out of date, and is not applied.
        state_since: sql<number>`case when kind = 'synchronize' then 0 else ${sql.lit(now)} end`,
        lease: null,
        lease_until: null,
      })
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirst(),
  );
}
