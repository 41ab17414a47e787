/** Long work lets those who wait for an answer go first, and is never starved by them. */

import { sleepGivingWay } from '@sower/server/start/giving-way';
import { expect, test } from 'vitest';

function world() {
  let now = 1_000;
  let lastArrival = Number.NEGATIVE_INFINITY;
  let arrivesAt: (time: number) => boolean = () => false;
  const sleep = sleepGivingWay({
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
