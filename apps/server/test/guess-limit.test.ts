import { expect, test } from 'vitest';
import { guessLimit, sourceKey } from '../src/authentication/guess-limit.ts';

function limit(burst = 3) {
  let now = 0;
  const sleeping: { until: number; wake: () => void }[] = [];
  const made = guessLimit({
    trusting: true,
    burst,
    refillMilliseconds: 1_000,
    now: () => now,
    sleep: (milliseconds) => new Promise((wake) => sleeping.push({ until: now + milliseconds, wake })),
  });
  const ask = (source: string, wrong: boolean) =>
    made.guard(source, async () => ({ wrong, value: 'looked at' }));
  return {
    ...made,
    ask,
    sleeping,
    async pass(milliseconds: number) {
      now += milliseconds;
      for (const sleeper of sleeping.splice(0)) {
        if (sleeper.until <= now) sleeper.wake();
        else sleeping.push(sleeper);
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('who is right is never slowed', async () => {
  const { ask, sleeping } = limit();
  await Promise.all(Array.from({ length: 1_000 }, () => ask('192.0.2.1', false)));
  expect(sleeping).toHaveLength(0);
});

test('who was wrong too often waits, right or wrong, and then is turned away; others are not', async () => {
  const { ask, sleeping, pass } = limit();
  for (let guess = 0; guess < 3; guess += 1) expect(await ask('192.0.2.1', true)).toBe('looked at');
  const waiting = Array.from({ length: 8 }, () => ask('192.0.2.1', false));
  await pass(0);
  expect(sleeping).toHaveLength(8);
  expect(await ask('192.0.2.1', false)).toBe(undefined);
  expect(await ask('192.0.2.2', true)).toBe('looked at');
  // One try comes back a second; each who waits has a place of its own in the queue.
  await pass(1_000);
  expect(sleeping).toHaveLength(7);
  await pass(60_000);
  expect(await Promise.all(waiting)).toEqual(Array(8).fill('looked at'));
  expect(await ask('192.0.2.1', false)).toBe('looked at');
});

test('many at once do not get past the count', async () => {
  const { ask, sleeping, pass } = limit(5);
  await ask('192.0.2.1', true);
  const burst = Array.from({ length: 30 }, () => ask('192.0.2.1', true));
  await pass(0);
  const answers = await Promise.all(
    burst.slice(12).map((one) => Promise.race([one, Promise.resolve('pending')])),
  );
  expect(sleeping.length).toBe(8);
  expect(answers).toContain(undefined);
  await pass(600_000);
  await Promise.all(burst);
});

test('what was wrong is forgiven in bounded time', async () => {
  const { ask, pass, sleeping } = limit(3);
  await Promise.all(Array.from({ length: 500 }, () => ask('192.0.2.1', true)));
  await pass(7_000);
  expect(await Promise.race([ask('192.0.2.1', false), Promise.resolve('waits')])).toBe('waits');
  await pass(0);
  expect(sleeping).toHaveLength(0);
});

test('failures are summed by source and taken once', async () => {
  const { ask, takeFailures } = limit();
  await ask('192.0.2.1', true);
  await ask('::ffff:192.0.2.1', true);
  await ask('2001:db8::1', true);
  expect([...takeFailures()]).toEqual([
    ['192.0.2.1', 2],
    ['2001:db8:0:0::/64', 1],
  ]);
  expect(takeFailures().size).toBe(0);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('an IPv6 host has its /64 to itself: %s', (address, key) => {
  expect(sourceKey(address)).toBe(key);
});
