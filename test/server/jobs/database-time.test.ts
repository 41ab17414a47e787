/** Leases and due times are judged by the clock of the database: one node whose own clock is hours wrong changes nothing for the others. */

import { randomBytes } from 'node:crypto';
import { claimAuditForward, leaveAuditForward, seeAuditForward } from '@sower/server/store/audit/forwards';
import { newId } from '@sower/server/store/db/ids';
import { clockAhead, type DatabaseClock, databaseClock } from '@sower/server/store/db/postgresql/clock';
import { claimDueMail, insertMail, postponeMail } from '@sower/server/store/mail/queue';
import { claimBackup } from '@sower/server/store/operations/backups';
import { insertSchedule } from '@sower/server/store/work/due';
import { startLoop } from '@sower/server/work/loops';
import { doWhatIsDue } from '@sower/server/work/schedules';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const random = (length: number) => new Uint8Array(randomBytes(length));
const monotonic = () => performance.now();

onBothDatabases('background work', (kind) => {
  const { stored } = openedDatabase(kind.fresh);

  /** Of a node whose own clock is off by so much. On SQLite all nodes have the one clock of their host. */
  async function clockOf(off: number): Promise<DatabaseClock> {
    const now = () => Date.now() + (kind.name === 'SQLite' ? 0 : off);
    const clock = databaseClock({ db: stored.db, now, monotonic });
    await clock.read();
    return clock;
  }

  const OFF = [5 * HOUR, -5 * HOUR];

  test('the time of a node is that of the database, and goes on between two readings', async () => {
    const ahead = await clockAhead(stored.db, Date.now);
    for (const off of OFF) {
      const clock = await clockOf(off);
      expect(Math.abs(clock.now() - (Date.now() - ahead))).toBeLessThan(MINUTE);
    }
    let steady = 0;
    const held = databaseClock({ db: stored.db, now: Date.now, monotonic: () => steady });
    await held.read();
    const before = held.now();
    steady = HOUR;
    if (kind.name === 'PostgreSQL') expect(held.now() - before).toBe(HOUR);
  });

  test('a live lease is not taken over, and one that was left is due on time', async () => {
    const right = await clockOf(0);
    for (const off of OFF) {
      const wrong = await clockOf(off);
      const id = `file:/${off}`;
      const claim = (clock: DatabaseClock, lease: string) =>
        claimAuditForward(stored.db, { id, lease, now: clock.now(), milliseconds: MINUTE });
      // Two readings differ by what their answers took.
      await seeAuditForward(stored.db, { id, seq: 0, now: wrong.now() - MINUTE });
      expect(await claim(right, 'right')).toBeDefined();
      expect(await claim(wrong, 'wrong')).toBeUndefined();
      await leaveAuditForward(stored.db, { id, lease: 'right' });
      expect(await claim(wrong, 'wrong')).toBeDefined();
      expect(await claim(right, 'right')).toBeUndefined();
      await leaveAuditForward(
        stored.db,
        { id, lease: 'wrong' },
        { failures: 1, failed_at: wrong.now(), next_at: wrong.now() + MINUTE, why: 'down' },
      );
      expect(await claim(right, 'early')).toBeUndefined();
      const later: DatabaseClock = { ...right, now: () => right.now() + 2 * MINUTE };
      expect(await claim(later, 'due')).toBeDefined();
    }
  });

  test('mail that it queues or postpones is sent when it is due', async () => {
    const right = await clockOf(0);
    for (const off of OFF) {
      const wrong = await clockOf(off);
      const ids = { now: wrong.now, random };
      const row = {
        ...{ id: newId(ids), event: 'x', recipient: 'a@example.com', subject: 'x', encrypted: 0 as const },
        ...{ message_id: newId(ids), state: 'queued' as const, attempts: 0, next_at: wrong.now() },
        ...{ created_at: wrong.now(), given_up_at: wrong.now() + 24 * HOUR },
      };
      await insertMail(stored.db, [row] as never);
      const claim = async (now: number, lease: string) =>
        (await claimDueMail(stored.db, { now, lease, leaseUntil: now + 5 * MINUTE, limit: 5 })).length;
      expect(await claim(right.now() + MINUTE, 'right')).toBe(1);
      expect(await claim(wrong.now(), 'wrong')).toBe(0);
      await postponeMail(stored.db, { id: row.id, lease: 'right' }, wrong.now() + MINUTE, 'not now');
      expect(await claim(right.now(), 'early')).toBe(0);
      expect(await claim(right.now() + 2 * MINUTE, 'due')).toBe(1);
      await stored.db.deleteFrom('mail').execute();
    }
  });

  test('what is due at set times is done then, once, whichever node looks', async () => {
    const right = await clockOf(0);
    let times = 0;
    const alerts = async (): Promise<void> => {
      times += 1;
    };
    const kinds = { alerts } as never;
    const next_at = right.now() + HOUR;
    await insertSchedule(stored.db, {
      ...{ id: 'alerts', kind: 'alerts', about: null, cron: '0 * * * *', time_zone: 'UTC', next_at },
    });
    for (const off of OFF) {
      const { now } = await clockOf(off);
      expect(await doWhatIsDue({ db: stored.db, now }, kinds)).toBe(false);
    }
    await stored.db
      .updateTable('schedules')
      .set({ next_at: right.now() - MINUTE })
      .execute();
    const done = await Promise.all(
      OFF.map(async (off) => doWhatIsDue({ db: stored.db, now: (await clockOf(off)).now }, kinds)),
    );
    expect([times, done.filter((one) => one)]).toEqual([1, [true]]);
  });

  test('a backup that another node is making is not taken for a dead one', async () => {
    const row = (id: string, { now }: DatabaseClock) => ({ id, name: id, begun_at: now(), begun_by: 'x' });
    expect(await claimBackup(stored.db, row('right', await clockOf(0)), '{}')).toBe(true);
    for (const off of OFF)
      expect(await claimBackup(stored.db, row(`wrong ${off}`, await clockOf(off)), '{}')).toBe(false);
  });

  test('a loop reads the time of the database before each round', async () => {
    let wall = Date.now() + 5 * HOUR;
    const now = () => (kind.name === 'SQLite' ? Date.now() : wall);
    const clock = databaseClock({ db: stored.db, now, monotonic });
    const seen: number[] = [];
    let enough = (): void => {};
    const twice = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const errors: unknown[] = [];
    const round = async (): Promise<boolean> => {
      seen.push(clock.now());
      wall -= 10 * HOUR;
      if (seen.length === 2) enough();
      return seen.length < 2;
    };
    const stop = startLoop(
      { name: 'look', every: MINUTE, atOnce: true, round },
      { before: clock.read, onError: (error) => errors.push(error) },
    );
    await twice;
    await stop();
    expect(errors).toEqual([]);
    for (const at of seen) expect(Math.abs(at - Date.now())).toBeLessThan(HOUR);
  });
});
