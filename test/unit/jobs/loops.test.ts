/** The one mechanism of repeated work: rounds follow one another, and a stop waits for them. */
import { startLoop } from '@sower/server/work/loops';
import { expect, test } from 'vitest';

const deferred = () => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};
const never = (error: unknown): void => {
  throw error;
};

test('rounds follow one another while there is more to do, and never beside one another', async () => {
  let [beside, most, count] = [0, 0, 0];
  const over = deferred();
  const stop = startLoop(
    {
      ...{ name: 'x', every: 1, atOnce: true },
      async round() {
        beside += 1;
        most = Math.max(most, beside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        beside -= 1;
        count += 1;
        if (count === 6) over.resolve();
        return count % 3 !== 0;
      },
    },
    { onError: never },
  );
  await over.promise;
  await stop();
  expect(most).toBe(1);
});

test('an error is reported, and the next round comes all the same', async () => {
  const errors: unknown[] = [];
  const again = deferred();
  let count = 0;
  const stop = startLoop(
    {
      ...{ name: 'x', every: 1, atOnce: true },
      async round() {
        count += 1;
        if (count === 1) throw new Error('once');
        again.resolve();
      },
    },
    { onError: (error) => errors.push(error) },
  );
  await again.promise;
  await stop();
  expect(errors).toEqual([new Error('once')]);
});

test('without the time before it, there is no round', async () => {
  let rounds = 0;
  const failed = deferred();
  const stop = startLoop(
    {
      ...{ name: 'x', every: 60_000, atOnce: true },
      async round() {
        rounds += 1;
      },
    },
    {
      before: () => Promise.reject(new Error('no database')),
      onError: failed.resolve,
    },
  );
  await failed.promise;
  await stop();
  expect(rounds).toBe(0);
});

test('a stop ends the signal, waits for the round, lets no other follow, and leaves afterwards', async () => {
  const events: string[] = [];
  const [begun, release] = [deferred(), deferred()];
  const stop = startLoop(
    {
      ...{ name: 'x', every: 60_000, atOnce: true },
      async round(ends) {
        events.push('round');
        begun.resolve();
        await release.promise;
        events.push(`ended ${ends.aborted}`);
        return true;
      },
      leave: async () => {
        events.push('left');
        throw new Error('too late');
      },
    },
    { onError: (error) => events.push(String(error)) },
  );
  await begun.promise;
  const stopped = stop().then(() => events.push('stopped'));
  events.push('stopping');
  release.resolve();
  await stopped;
  expect(events).toEqual(['round', 'stopping', 'ended true', 'left', 'Error: too late', 'stopped']);
});
