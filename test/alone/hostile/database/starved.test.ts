/** A process that gets too little of its processor does not take that for a database that has fallen silent. */
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '@sower/server/store/db/open';
import { servedTime } from '@sower/server/store/db/postgresql/served-time';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { POSTGRESQL } from '../../../harness/databases.ts';

/** The event loop gets a turn, and then none for so long; as on a processor that others keep busy. */
async function starved<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    const begun = performance.now();
    while (performance.now() - begun < milliseconds);
  }, 1);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

test('a while without a turn counts for next to nothing', async () => {
  const time = servedTime();
  let due = false;
  time.after(700, () => {
    due = true;
  });
  const begun = time.now();
  await starved(400, () => wait(1_500));
  expect(time.now() - begun).toBeLessThan(700);
  expect(due).toBe(false);
  await expect.poll(() => due, { interval: 20 }).toBe(true);
  time.stop();
});

test.skipIf(!inject('postgresql'))(
  'while the processor is busy with something else, no statement fails, and the database is not given up',
  async () => {
    const fresh = await POSTGRESQL.fresh();
    const lost: unknown[] = [];
    const { db, close } = await openDatabase(fresh.location, { onLost: (error) => lost.push(error) });
    try {
      const answers = await starved(1_600, () =>
        Promise.allSettled(Array.from({ length: 64 }, async () => sql`select pg_sleep(0.01)`.execute(db))),
      );
      expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
      expect(lost).toEqual([]);
    } finally {
      await close();
      await fresh.drop();
    }
  },
);
