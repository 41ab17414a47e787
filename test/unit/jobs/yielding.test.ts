/** Long work lets those who wait for an answer go first, in small batches, and is never starved by them. */

import { yielding } from '@sower/server/compose/yielding';
import type { Connection } from '@sower/server/store/schema/schema';
import { MIN_ROWS, nextBatch } from '@sower/server/work/batch-size';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { describe, expect, test } from 'vitest';

function world() {
  let now = 1_000;
  let lastArrival = Number.NEGATIVE_INFINITY;
  let arrivesAt: (time: number) => boolean = () => false;
  const { sleep, isAlone, isAwaited } = yielding({
    turn: async () => {
      if (arrivesAt(now)) lastArrival = now;
    },
    clock: () => now,
    lastArrival: () => lastArrival,
    sleep: async (milliseconds) => {
      for (let step = 0; step < milliseconds; step += 1) {
        now += 1;
        if (arrivesAt(now)) lastArrival = now;
      }
    },
  });
  return {
    arrive: (when: (time: number) => boolean) => {
      arrivesAt = when;
    },
    isAlone,
    isAwaited,
    took: async (): Promise<number> => {
      const begun = now;
      await sleep(1);
      return now - begun;
    },
  };
}

test('where nothing arrives, the work goes on at once', async () => {
  expect(await world().took()).toBe(1);
});

test('what has arrived is answered first', async () => {
  const { arrive, took } = world();
  arrive((time) => time === 1_001);
  expect(await took()).toBeGreaterThanOrEqual(8);
  expect(await took()).toBe(1);
});

test('however much arrives, the work goes on', async () => {
  const { arrive, took } = world();
  arrive(() => true);
  expect(await took()).toBeLessThanOrEqual(15);
});

test('whoever arrived a moment ago is about', async () => {
  const { arrive, isAlone, took } = world();
  expect(isAlone()).toBe(true);
  arrive((time) => time === 1_001);
  await took();
  expect(isAlone()).toBe(false);
  for (let slept = 0; slept < 300; slept += await took());
  expect(isAlone()).toBe(true);
});

test('a batch may follow in the same transaction until somebody arrives, and again when they have probably been answered', async () => {
  const { arrive, isAwaited, took } = world();
  expect(await isAwaited()).toBe(false);
  arrive((time) => time === 1_000);
  expect(await isAwaited()).toBe(true);
  expect(await took()).toBeGreaterThanOrEqual(8);
  expect(await isAwaited()).toBe(false);
});

const neverOpened = (): Promise<never> => Promise.reject(new Error('opened'));
describe.each([
  ['SQLite', new SqliteDialect({ database: neverOpened })],
  ['PostgreSQL', new PostgresDialect({ pool: neverOpened })],
])('a batch on %s', (_, dialect) => {
  const db: Connection = new Kysely({ dialect });
  const next = (isAlone: boolean, rows: number, millisecondsOfRow: number): number =>
    nextBatch({ db, isAlone: () => isAlone }, { rows, milliseconds: 1 + rows * millisecondsOfRow });
  const settled = (isAlone: boolean, millisecondsOfRow: number, rows: number = MIN_ROWS): number => {
    let size = rows;
    for (let batch = 0; batch < 20; batch += 1) size = next(isAlone, size, millisecondsOfRow);
    return size;
  };

  test('is smaller while others are served, and never so small that work stands still', () => {
    expect(settled(true, 0.05)).toBeGreaterThan(2 * settled(false, 0.05));
    expect(settled(false, 1_000, 2_000)).toBe(MIN_ROWS);
  });

  test('is small as soon as somebody arrives', () => {
    const alone = settled(true, 0.05);
    expect(next(false, alone, 0.05)).toBeLessThan(alone / 2);
  });
});
