/**
 * What the server does at set times: one node does each, once for each time. A time that passed while no node ran is made up for once. If
 * it failed, or its node died in the middle, it is done again after an hour. Since when it fails is kept: an alert goes by that. If the
 * clock is set back, nothing is done twice; if a wrong clock had put the next time into the far future, this is corrected.
 */

import type { Schedule, ScheduleInput, ScheduleKind } from '@sower/api/schedules';
import { HOUR, isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { Cron } from 'croner';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, editedMeanwhile, invalidAt, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { itemsFor } from '../core/recorded.ts';
import { allOrNothing } from '../core/transaction.ts';
import { changeRow, findRow } from '../store/db/rows.ts';
import {
  claimSchedule,
  insertSchedule,
  listSchedules,
  noteFailure,
  type ScheduleRow,
} from '../store/work/due.ts';

type Context = Pick<ServerContext, 'db' | 'now'>;
/** @param late for how many milliseconds it has been due */
type Work = {
  (about: string | null, late: number, isStopping: () => boolean): Promise<void>;
  /** Whether it is left to other nodes, which can do more of it. */
  readonly leaves?: (late: number) => Promise<boolean>;
};
/** What each node does; the others are left to those nodes that can. */
type EveryNode = Exclude<ScheduleKind, 'backup'>;
/** @param about what the schedule is about, if anything */
export type ScheduleKinds = Readonly<Record<EveryNode, Work> & Partial<Record<ScheduleKind, Work>>>;

/** Those that every installation has. */
const BUILT_IN = {
  rules: '0 * * * *',
  'expiry-mail': '*/5 * * * *',
  loans: '*/5 * * * *',
  'clean-up': '20 * * * *',
  approvals: '* * * * *',
  'approval-digest': '0 7 * * *',
  alerts: '* * * * *',
  backup: '40 2 * * *',
  retention: '50 3 * * *',
  'verify-audit': '10 4 * * 0',
} as const satisfies Record<Exclude<ScheduleKind, 'report'>, string>;

/** To find one takes up to a millisecond, and each round needs that of every schedule, while others wait for the event loop. */
const found = new Map<string, { readonly after: number; readonly next: number }>();
/** Times that were edited meanwhile stay until then. */
const MAX_FOUND = 1_000;

/** @returns undefined if there is no such time, as for the 30th of February */
export function nextTime(
  { cron, time_zone }: Pick<ScheduleRow, 'cron' | 'time_zone'>,
  after: number,
): number | undefined {
  const key = `${time_zone} ${cron}`;
  const last = found.get(key);
  if (last && last.after <= after && after < last.next) return last.next;
  const next = searched(cron, time_zone, after);
  if (next === undefined) return undefined;
  if (found.size >= MAX_FOUND) found.clear();
  found.set(key, { after, next });
  return next;
}

function searched(cron: string, timezone: string, after: number): number | undefined {
  try {
    return new Cron(cron, { timezone, mode: '5-part' }).nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}

/** Takes minutes on a long trail, and a server that was started for a new version has other things to do. The others are due at once. */
const NOT_AT_ONCE: ReadonlySet<ScheduleKind> = new Set(['verify-audit']);

/** @param kinds those that this node can do */
export async function addBuiltInSchedules(
  { db, now }: Context,
  kinds: Readonly<Partial<Record<ScheduleKind, unknown>>> = BUILT_IN,
): Promise<void> {
  for (const [kind, cron] of Object.entries(BUILT_IN) as [ScheduleKind, string][])
    if (kinds[kind]) {
      const row = { id: kind, kind, about: null, cron, time_zone: 'UTC' };
      const first = NOT_AT_ONCE.has(kind) ? nextTime(row, now()) : undefined;
      await insertSchedule(db, { ...row, next_at: first ?? now() });
    }
}

/** The next time may be a month away. */
const AGAIN_MILLISECONDS = HOUR;

/** They take minutes on a long trail, and go on while others run. If the node of one dies, it is done at its next time. */
const IN_BACKGROUND: ReadonlySet<ScheduleKind> = new Set(['retention', 'verify-audit']);

type Background = {
  /** At most one of a kind on this node. */
  readonly running: Map<ScheduleKind, Promise<void>>;
  readonly isStopping: () => boolean;
  readonly onError: (error: unknown) => void;
};

/**
 * @param background absent: everything is waited for
 * @returns whether there was one to do
 */
export async function doWhatIsDue(
  context: Context,
  kinds: ScheduleKinds,
  background?: Background,
): Promise<boolean> {
  const { db, now } = context;
  const at = now();
  for (const row of await listSchedules(db)) {
    const work = kinds[row.kind];
    if (!work || background?.running.has(row.kind)) continue;
    const next = nextTime(row, at);
    if (next === undefined) continue;
    if (row.next_at > at) {
      // The time after the next one may have been set before the clock was set back. One beyond that was set by a wrong clock.
      if (row.next_at > next && row.next_at > (nextTime(row, next) ?? next))
        await claimSchedule(db, row, { next_at: next });
      continue;
    }
    if (await work.leaves?.(at - row.next_at)) continue;
    const apart = background && IN_BACKGROUND.has(row.kind) ? background : undefined;
    const claimed = { ...row, next_at: apart ? next : Math.min(next, at + AGAIN_MILLISECONDS) };
    if (!(await claimSchedule(db, row, { next_at: claimed.next_at, last_at: at }))) continue;
    const doing = attempt(context, { row: claimed, next }, () =>
      work(row.about, at - row.next_at, background?.isStopping ?? (() => false)),
    );
    if (!apart) await doing;
    else
      apart.running.set(
        row.kind,
        doing.catch(apart.onError).finally(() => apart.running.delete(row.kind)),
      );
    return true;
  }
  return false;
}

async function attempt(
  { db, now }: Context,
  { row: { id, next_at }, next }: { readonly row: ScheduleRow; readonly next: number },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // The database may be what failed.
    await noteFailure(db, id, { at: now(), again: now() + AGAIN_MILLISECONDS }).catch(() => undefined);
    throw error;
  }
  await claimSchedule(db, { id, next_at }, { next_at: next, failed_since: null });
}

/** @returns a round, which returns whether there was something to do, and what waits for what went on after one */
export function scheduleRounds(
  context: Context,
  kinds: ScheduleKinds,
  onError: (error: unknown) => void,
): { round(ends: AbortSignal): Promise<boolean>; leave(): Promise<unknown> } {
  const running = new Map<ScheduleKind, Promise<void>>();
  let added = false;
  return {
    async round(ends) {
      if (!added) await addBuiltInSchedules(context, kinds);
      added = true;
      return doWhatIsDue(context, kinds, { running, isStopping: () => ends.aborted, onError });
    },
    leave: () => Promise.all(running.values()),
  };
}

const viewOf = (row: ScheduleRow): Schedule => ({
  id: row.id,
  kind: row.kind,
  ...(row.about === null ? {} : { about: row.about }),
  cron: row.cron,
  timeZone: row.time_zone,
  nextAt: isoTime(row.next_at),
  ...(row.last_at === null ? {} : { lastAt: isoTime(row.last_at) }),
  ...(row.failed_since === null ? {} : { failingSince: isoTime(row.failed_since) }),
  version: row.version,
});

export const showSchedules = (context: Context, actor: Actor) =>
  itemsFor(actor, 'settings:edit', async () => (await listSchedules(context.db)).map(viewOf));

export async function editSchedule(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'databaseNow' | 'random'>,
  actor: Actor,
  { id, version, input }: { readonly id: string; readonly version: number; readonly input: ScheduleInput },
): Promise<Outcome<Schedule>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const found = await findRow(context.db, 'schedules', id);
  if (!found) return refused('not-found', text('schedule.not-found', { schedule: id }));
  if (found.version !== version) return editedMeanwhile();
  const times = { cron: input.cron, time_zone: input.timeZone };
  const next = nextTime(times, context.databaseNow());
  if (next === undefined) return invalidAt('cron', text('schedule.never'));
  return allOrNothing(context.db, async (trx) => {
    const row = await changeRow(trx, 'schedules', found, { ...times, next_at: next });
    if (!row) return editedMeanwhile();
    await record(trx, context, actor, {
      action: 'schedule.edit',
      object: `schedule:${id}`,
      reason: `${input.cron} ${input.timeZone}`,
    });
    return done(viewOf(row));
  });
}
