/** What is done at set times: by one node, once for each time, whatever the clock does. The clock is the test's. */

import { schedulesOf } from '@sower/server/compose/background';
import { sealing } from '@sower/server/keys/seal/sealing';
import { isTooLate } from '@sower/server/operations/retention/retention';
import type { OpenDatabase } from '@sower/server/store/db/open';
import { hastenSchedule, insertSchedule, listSchedules } from '@sower/server/store/work/due';
import { findJob, insertJob } from '@sower/server/store/work/jobs';
import {
  addBuiltInSchedules,
  doWhatIsDue,
  nextTime,
  type ScheduleKinds,
  scheduleRounds,
} from '@sower/server/work/schedules';
import { Cron } from 'croner';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (time: string): number => Date.parse(time);

test('times are those of the zone, also when summer time begins and ends; some never come', () => {
  const next = (cron: string, time_zone: string, after: string) =>
    new Date(nextTime({ cron, time_zone }, at(after)) ?? Number.NaN).toISOString();
  expect(next('30 4 * * *', 'UTC', '2026-03-01T04:30:00Z')).toBe('2026-03-02T04:30:00.000Z');
  expect(next('30 4 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z')).toBe('2026-03-29T02:30:00.000Z');
  expect(next('30 4 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z')).toBe('2026-10-25T03:30:00.000Z');
  expect(next('0 4 * * 1-5', 'America/New_York', '2026-05-01T12:00:00Z')).toBe('2026-05-04T08:00:00.000Z');
  for (const cron of ['0 0 30 2 *', '61 * * * *', 'x', '* * * * * *'])
    expect(nextTime({ cron, time_zone: 'UTC' }, at('2026-03-01T00:00:00Z'))).toBeUndefined();
});

onBothDatabases('schedules', (kind) => {
  const { stored } = openedDatabase(kind.fresh);
  let clock: number;
  const context = { now: () => clock } as { now(): number; db: OpenDatabase['db'] };
  let did: string[];
  const kinds: ScheduleKinds = {
    rules: async () => void did.push('rules'),
    'expiry-mail': async () => void did.push('expiry-mail'),
    loans: async () => void did.push('loans'),
    approvals: async () => void did.push('approvals'),
    'approval-digest': async () => void did.push('approval-digest'),
    alerts: async () => void did.push('alerts'),
    retention: async () => void did.push('retention'),
    'verify-audit': async () => void did.push('verify-audit'),
    report: async () => void did.push('report'),
    'clean-up': async (about) => void did.push(about ?? 'clean-up'),
  };
  const daily = { kind: 'clean-up', cron: '0 3 * * *', time_zone: 'UTC' } as const;
  const work = async (): Promise<string[]> => {
    did = [];
    while (await doWhatIsDue(context, kinds));
    return did;
  };

  beforeAll(async () => {
    context.db = stored.db;
  });
  beforeEach(async () => {
    clock = at('2026-05-01T12:00:00Z');
    await stored.db.deleteFrom('schedules').execute();
    await insertSchedule(stored.db, {
      ...daily,
      id: 'daily',
      about: 'daily',
      next_at: at('2026-05-02T03:00:00Z'),
    });
  });

  test('a round with nothing to do searches for no time that was found before, however many schedules there are', async () => {
    for (let count = 0; count < 60; count += 1)
      await insertSchedule(stored.db, {
        ...{ id: `report-${count}`, kind: 'report', about: String(count), time_zone: 'Europe/Berlin' },
        cron: `${count} 6 * * *`,
        next_at: at(`2026-05-02T04:${String(count).padStart(2, '0')}:00Z`),
      });
    const searches = vi.spyOn(Cron.prototype, 'nextRun');
    try {
      expect(await work()).toEqual([]);
      expect(searches).toHaveBeenCalledTimes(61);
      clock += HOUR;
      expect(await work()).toEqual([]);
      expect(searches).toHaveBeenCalledTimes(61);
      // Another day, and a clock that was set back.
      for (const later of [DAY, -2 * DAY]) {
        clock += later;
        for (const row of await listSchedules(stored.db))
          expect(nextTime(row, clock)).toBe(
            new Cron(row.cron, { timezone: row.time_zone }).nextRun(new Date(clock))?.getTime(),
          );
      }
    } finally {
      searches.mockRestore();
    }
  });

  test('many nodes at once: one of them does it; what nobody did for days is made up for once', async () => {
    clock += 4 * DAY;
    did = [];
    const ran = await Promise.all(Array.from({ length: 12 }, () => doWhatIsDue(context, kinds)));
    expect(ran.filter((one) => one)).toHaveLength(1);
    expect(did).toEqual(['daily']);
    expect(await work()).toEqual([]);
    expect((await listSchedules(stored.db))[0]).toMatchObject({
      next_at: at('2026-05-06T03:00:00Z'),
      last_at: clock,
    });
  });

  test('a clock that is set back makes nothing run twice; one that was a year ahead does not stop it for a year', async () => {
    clock = at('2026-05-02T03:00:01Z');
    expect(await work()).toEqual(['daily']);
    clock -= 2 * HOUR;
    expect(await work()).toEqual([]);
    clock += 3 * HOUR;
    expect(await work()).toEqual([]);
    clock = at('2027-05-02T12:00:00Z');
    expect(await work()).toEqual(['daily']);
    clock = at('2026-05-02T12:00:00Z');
    expect(await work()).toEqual([]);
    clock = at('2026-05-03T03:00:01Z');
    expect(await work()).toEqual(['daily']);
  });

  test('what failed, or died in the middle, is done again after an hour, however far its next time is', async () => {
    await stored.db.updateTable('schedules').set({ cron: '0 3 2 * *' }).execute();
    clock = at('2026-05-02T03:00:01Z');
    const failing: ScheduleKinds = { ...kinds, 'clean-up': () => Promise.reject(new Error('no')) };
    await expect(doWhatIsDue(context, failing)).rejects.toThrow('no');
    const failed = { failed_since: at('2026-05-02T03:00:01Z') };
    expect((await listSchedules(stored.db))[0]).toMatchObject(failed);
    clock += HOUR / 2;
    expect(await work()).toEqual([]);
    clock += HOUR / 2;
    await expect(doWhatIsDue(context, failing)).rejects.toThrow('no');
    expect((await listSchedules(stored.db))[0]).toMatchObject(failed);
    clock += HOUR;
    expect(await work()).toEqual(['daily']);
    expect((await listSchedules(stored.db))[0]).toMatchObject({
      next_at: at('2026-06-02T03:00:00Z'),
      failed_since: null,
    });
    clock += HOUR;
    expect(await work()).toEqual([]);
  });

  test('what takes long goes on while others run, never twice at once; if it fails, again after an hour, and the stop waits for it', async () => {
    const sunday = { cron: '10 4 * * 0', time_zone: 'UTC', next_at: clock };
    await insertSchedule(stored.db, { ...sunday, id: 'verify-audit', kind: 'verify-audit', about: null });
    const begun: PromiseWithResolvers<void>[] = [];
    const stopping: (() => boolean)[] = [];
    const errors: unknown[] = [];
    const rounds = scheduleRounds(
      context,
      {
        ...kinds,
        'verify-audit': (_, __, isStopping) => {
          stopping.push(isStopping);
          begun.push(Promise.withResolvers());
          return begun.at(-1)!.promise;
        },
      },
      (error) => void errors.push(error),
    );
    const ends = new AbortController();
    const round = async (): Promise<string[]> => {
      did = [];
      while (await rounds.round(ends.signal));
      return did;
    };
    const row = async () => (await listSchedules(stored.db)).find(({ id }) => id === 'verify-audit')!;
    await round();
    expect(begun).toHaveLength(1);
    expect((await row()).next_at).toBe(at('2026-05-03T04:10:00Z'));
    await hastenSchedule(stored.db, 'verify-audit', clock);
    clock = at('2026-05-02T03:00:01Z');
    expect(await round()).toContain('daily');
    expect(begun).toHaveLength(1);
    begun[0]!.reject(new Error('no'));
    await vi.waitFor(async () => expect(errors).toEqual([new Error('no')]));
    expect(await row()).toMatchObject({ failed_since: clock });
    await round();
    expect(begun).toHaveLength(2);
    begun[1]!.reject(new Error('no'));
    await vi.waitFor(async () => expect(errors).toHaveLength(2));
    expect((await row()).next_at).toBe(clock + HOUR);
    clock += HOUR;
    await round();
    expect(begun).toHaveLength(3);
    expect(stopping[2]!()).toBe(false);
    ends.abort();
    expect(stopping[2]!()).toBe(true);
    let left = false;
    const leaving = rounds.leave().then(() => {
      left = true;
    });
    await new Promise((passed) => setTimeout(passed, 20));
    expect(left).toBe(false);
    begun[2]!.resolve();
    await leaving;
    expect(await row()).toMatchObject({ next_at: at('2026-05-03T04:10:00Z'), failed_since: null });
  });

  test('nothing old is deleted when a clock has jumped a year ahead: only the night after', async () => {
    let deleted = 0;
    const night: ScheduleKinds = {
      ...kinds,
      retention: async (_, late) => {
        if (!isTooLate(late)) deleted += 1;
      },
    };
    const row = { ...daily, kind: 'retention', id: 'retention', about: null, next_at: clock } as const;
    await insertSchedule(stored.db, row);
    const after = async (milliseconds: number): Promise<number> => {
      clock += milliseconds;
      while (await doWhatIsDue(context, night));
      return deleted;
    };
    expect(await after(0)).toBe(1);
    expect(await after(DAY)).toBe(2);
    expect(await after(365 * DAY)).toBe(2);
    expect(await after(-365 * DAY)).toBe(2);
    expect(await after(DAY)).toBe(3);
    // Asked for by somebody, at once.
    await hastenSchedule(stored.db, 'retention', clock + 30 * DAY);
    expect(await after(30 * DAY)).toBe(4);
  });

  test('a job paused a minute ago is not canceled when a clock has jumped a month ahead', async () => {
    const warned: string[] = [];
    const all = { db: stored.db, now: () => clock, backups: {} } as Parameters<typeof schedulesOf>[0];
    const log = { warn: (message: string) => void warned.push(message) } as Parameters<typeof schedulesOf>[1];
    const shipped = schedulesOf(all, log);
    const paused = {
      ...({ kind: 'distribute', name: 'J', input: '{}', about: null, rule_id: null, source: null } as const),
      ...({ state: 'paused', phase: 'work', total: 1 } as const),
      ...({ actor_kind: 'api-key', actor_id: 'k', actor_name: 'k' } as const),
    };
    const id = '01900000-0000-7000-8000-000000000001';
    await stored.db.deleteFrom('schedules').execute();
    const seal = { sealing: sealing(new Uint8Array(32), () => new Uint8Array(12)) };
    await insertJob(stored.db, seal, { ...paused, id, created_at: clock - HOUR / 60 });
    const hourly = { ...daily, cron: '20 * * * *', id: 'clean-up', about: null };
    await insertSchedule(stored.db, { ...hourly, next_at: clock });
    const stateAfter = async (milliseconds: number): Promise<string | undefined> => {
      clock += milliseconds;
      while (await doWhatIsDue(context, { ...kinds, 'clean-up': shipped['clean-up'] }));
      return (await findJob(stored.db, id))?.state;
    };
    expect(await stateAfter(0)).toBe('paused');
    expect(await stateAfter(30 * DAY)).toBe('paused');
    expect(warned).toEqual([expect.stringContaining('its clock is wrong')]);
    expect(await stateAfter(-30 * DAY + HOUR)).toBe('paused');
    // Looked at each hour, it is old some day.
    for (let hours = 0; hours < 6; hours += 1) expect(await stateAfter(DAY)).toBe('paused');
    expect(await stateAfter(DAY)).toBe('cancelled');
  });

  test('one that fails has its turn at its next time, and keeps no other from its own', async () => {
    await addBuiltInSchedules(context);
    await addBuiltInSchedules(context);
    const failing: ScheduleKinds = {
      ...kinds,
      rules: async () => {
        throw new Error('no');
      },
    };
    did = [];
    for (let tries = 0; tries < 8; tries += 1) await doWhatIsDue(context, failing).catch(() => {});
    expect(did.sort()).toEqual([
      'alerts',
      'approval-digest',
      'approvals',
      'clean-up',
      'expiry-mail',
      'loans',
      'retention',
    ]);
    clock += HOUR;
    expect(await work()).toContain('rules');
    await hastenSchedule(stored.db, 'rules', clock);
    expect(await work()).toEqual(['rules']);
    // Not at the first start, when there is other work.
    clock += 7 * DAY;
    expect(await work()).toContain('verify-audit');
  });
});
