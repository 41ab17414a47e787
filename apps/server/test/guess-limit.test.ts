import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guessLimit, networksAround, sourceKey } from '../src/core/guess-limit.ts';

/** A clock that stands still until it is moved, and whatever sleeps by it. */
function time() {
  let now = 0;
  const sleeping: { until: number; wake: () => void }[] = [];
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    sleep: (milliseconds: number) =>
      new Promise<void>((wake) => sleeping.push({ until: now + milliseconds, wake })),
    sleeping,
    settled,
    async pass(milliseconds: number) {
      const until = now + milliseconds;
      // From one to the next, as time does.
      for (;;) {
        await settled();
        const next = sleeping.filter((one) => one.until <= until).sort((a, b) => a.until - b.until)[0];
        if (!next) break;
        now = Math.max(now, next.until);
        sleeping.splice(sleeping.indexOf(next), 1);
        next.wake();
      }
      now = until;
      await settled();
    },
  };
}

function limit(
  burst = 3,
  brake?: { bursts: number; refills: number },
  clock = time(),
  patienceMilliseconds?: number,
) {
  const made = guessLimit({
    ...(patienceMilliseconds === undefined ? {} : { patienceMilliseconds }),
    ...(brake ? { brake } : {}),
    burst,
    refillMilliseconds: 1_000,
    now: clock.now,
    sleep: clock.sleep,
  });
  const looks: string[] = [];
  const ask = (source: string, wrong: boolean) =>
    made.guard(source, async () => {
      looks.push(source);
      await new Promise((resolve) => setImmediate(resolve));
      return { wrong, right: !wrong, value: 'looked at' };
    });
  return { ...made, ...clock, ask, looks };
}

const many = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

test('who is right is never slowed', async () => {
  const { ask, sleeping } = limit();
  const answers = await Promise.all(many(1_000, () => ask('192.0.2.1', false)));
  expect(answers.every((answer) => answer === 'looked at')).toBe(true);
  expect(sleeping).toHaveLength(0);
});

test('who was wrong too often waits, right or wrong, and then is turned away; others are not', async () => {
  const { ask, pass, looks, from } = limit();
  for (let guess = 0; guess < 3; guess += 1) expect(await ask('192.0.2.1', true)).toBe('looked at');
  const waiting = many(8, () => ask('192.0.2.1', true));
  expect(from('192.0.2.1').turnsAway()).toBe(true);
  expect(from('192.0.2.2').turnsAway()).toBe(false);
  expect(await ask('192.0.2.1', false)).toBe(undefined);
  expect(await ask('192.0.2.2', true)).toBe('looked at');
  expect(looks).toHaveLength(4);
  // One try comes back a second; each who waits has a place of its own in the queue.
  for (let second = 1; second <= 8; second += 1) {
    await pass(1_000);
    expect(looks).toHaveLength(4 + second);
  }
  expect(await Promise.all(waiting)).toEqual(Array(8).fill('looked at'));
  await pass(1_000);
  expect(await ask('192.0.2.1', false)).toBe('looked at');
});

test('nobody waits longer than a client does, and whoever is turned away learns how long it takes', async () => {
  const { ask, pass, looks, from } = limit(3, undefined, time(), 2_500);
  for (let guess = 0; guess < 3; guess += 1) await ask('192.0.2.1', true);
  expect(from('192.0.2.1').secondsToWait()).toBe(1);
  const waiting = many(2, () => ask('192.0.2.1', true));
  // The third would wait for three tokens.
  expect(from('192.0.2.1').turnsAway()).toBe(true);
  expect(from('192.0.2.1').secondsToWait()).toBe(3);
  expect(await ask('192.0.2.1', false)).toBe(undefined);
  await pass(2_000);
  expect(await Promise.all(waiting)).toEqual(['looked at', 'looked at']);
  expect(looks).toHaveLength(5);
  expect(from('192.0.2.2').secondsToWait()).toBe(1);
});

test('whoever waits for others who run gives up in time, and keeps no one else from a token', async () => {
  const { guard, ask, pass } = limit(1, undefined, time(), 2_500);
  let end = (): void => {};
  const running = guard('192.0.2.1', async () => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return { wrong: false, value: 'slow' };
  });
  const waiting = ask('192.0.2.1', true);
  await pass(2_499);
  await pass(1);
  expect(await waiting).toBe(undefined);
  end();
  expect(await running).toBe('slow');
  expect(await ask('192.0.2.1', true)).toBe('looked at');
});

test('however many come at once from a source never seen: as many are looked at as are documented', async () => {
  const { ask, pass, looks } = limit(20);
  const burst = many(2_000, () => ask('192.0.2.1', true));
  await pass(0);
  expect(looks).toHaveLength(20);
  for (let second = 1; second <= 8; second += 1) {
    await pass(1_000);
    expect(looks).toHaveLength(20 + second);
  }
  await pass(60_000);
  const answers = await Promise.all(burst);
  expect(answers.filter((answer) => answer === 'looked at')).toHaveLength(28);
});

test('many at once after some: no more than are left', async () => {
  const { ask, pass, looks } = limit(5);
  await ask('192.0.2.1', true);
  const burst = many(30, () => ask('192.0.2.1', true));
  await pass(0);
  expect(looks).toHaveLength(5);
  await pass(600_000);
  expect((await Promise.all(burst)).filter((answer) => answer === undefined)).toHaveLength(18);
});

test('whenever they come, right or wrong: never more wrong ones than tries were there', async () => {
  const step = fc.record({
    source: fc.integer({ min: 0, max: 5 }),
    count: fc.integer({ min: 1, max: 20 }),
    wrong: fc.double({ min: 0, max: 1, noNaN: true }),
    pass: fc.integer({ min: 0, max: 2_500 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const clock = time();
      const made = limit(3, undefined, clock);
      let wrong = 0;
      const asked: Promise<unknown>[] = [];
      for (const one of steps) {
        for (let n = 0; n < one.count; n += 1) {
          const isWrong = n < one.wrong * one.count;
          asked.push(
            made.guard(`2001:db8:0:${one.source}::1`, async () => {
              if (isWrong) wrong += 1;
              await new Promise((resolve) => setImmediate(resolve));
              return { wrong: isWrong, value: true };
            }),
          );
        }
        await clock.pass(one.pass);
        // The /48 has four times the tries of a host, four times as fast.
        expect(wrong).toBeLessThanOrEqual(4 * (3 + clock.now() / 1_000));
      }
      await clock.pass(1_000_000);
      await Promise.all(asked);
    }),
    { numRuns: 60 },
  );
});

test('what was wrong is forgiven in bounded time', async () => {
  const { ask, pass, sleeping } = limit(3);
  const asked = many(500, () => ask('192.0.2.1', true));
  await pass(12_000);
  await Promise.all(asked);
  await pass(3_000);
  expect(await Promise.race([ask('192.0.2.1', false), Promise.resolve('waits')])).toBe('waits');
  await pass(0);
  expect(sleeping).toHaveLength(0);
});

test('the networks around a source have tries of their own: a /56 twice, a /48 and an IPv4 /24 four times those of a host', async () => {
  for (const [sources, expected] of [
    [many(200, (n) => `2001:db8:1:${(n * 256).toString(16)}::1`), 12],
    [many(200, (n) => `2001:db8:1:${((n % 16) + 0x1200).toString(16)}::${n}`), 6],
    [many(200, (n) => `2001:db8:1:${(n % 256).toString(16)}::1`), 6],
    [many(200, (n) => `192.0.2.${n}`), 12],
    [many(200, (n) => `::ffff:192.0.2.${n}`), 12],
    [many(200, () => '2001:db8:1:2::1'), 3],
    [many(30, (n) => `198.51.${n}.1`), 30],
  ] as const) {
    const { ask, pass, looks } = limit(3);
    const asked = sources.map((source) => ask(source, true));
    await pass(0);
    expect(looks.length, sources[1]).toBe(expected);
    await pass(600_000);
    await Promise.all(asked);
  }
});

test('a brake for everybody: whoever was wrong waits, a network that was not has its first look, and whoever was right is let through', async () => {
  const { ask, pass, looks, braked, from } = limit(3, { bursts: 10, refills: 1 });
  await ask('203.0.113.7', false);
  expect(braked()).toBe(false);
  await Promise.all(many(30, (n) => ask(`198.51.${n}.1`, true)));
  expect(braked()).toBe(true);
  // Not a second look for those, however few tries they used.
  const again = many(30, (n) => ask(`198.51.${n}.1`, true));
  await pass(0);
  expect(looks).toHaveLength(31);
  expect(from('198.51.1.1').turnsAway()).toBe(true);
  // A stranger with a right code, and the many behind an address that had one a moment ago.
  expect(await ask('192.0.2.1', false)).toBe('looked at');
  expect(await Promise.all(many(100, () => ask('203.0.113.7', false)))).toEqual(Array(100).fill('looked at'));
  // One look for a network that is new, whichever address of it comes.
  const fresh = many(50, (n) => ask(`100.64.1.${n}`, true));
  await pass(0);
  expect(looks.filter((source) => source.startsWith('100.64.1.'))).toHaveLength(1);
  // A try a second for all of them together.
  const before = looks.length;
  await pass(10_000);
  expect(looks.length - before).toBeLessThanOrEqual(10);
  await pass(600_000);
  await Promise.all([...again, ...fresh]);
  expect(braked()).toBe(false);
});

test('what was no guess lets nobody past the brake', async () => {
  const { ask, guard, pass, looks, braked } = limit(3, { bursts: 10, refills: 1 });
  for (let n = 0; n < 20; n += 1) await guard(`192.0.${n}.1`, async () => ({ wrong: false, value: 0 }));
  await Promise.all(many(30, (n) => ask(`198.51.${n}.1`, true)));
  expect(braked()).toBe(true);
  const guesses = many(60, (n) => ask(`192.0.${n % 20}.1`, true));
  await pass(0);
  // The first look of each network, as if it had never come.
  expect(looks.filter((source) => source.startsWith('192.0.'))).toHaveLength(20);
  await pass(600_000);
  await Promise.all(guesses);
});

test('what processes tell each other: one count for all, and one pace', async () => {
  const clock = time();
  const nodes = [limit(20, { bursts: 10, refills: 2 }, clock), limit(20, { bursts: 10, refills: 2 }, clock)];
  const tell = (): void => {
    const shares = nodes.map((node) => new Map(node.share(500)));
    for (const [at, node] of nodes.entries()) node.hear(shares[1 - at] as Map<string, number>);
  };
  const total = (): number => nodes.reduce((sum, { looks }) => sum + looks.length, 0);
  const flood = () => nodes.map((node) => many(100, () => node.ask('192.0.2.1', true)));
  const first = nodes[0]?.ask('192.0.2.1', true);
  await clock.pass(0);
  tell();
  const asked = [first, ...flood()].flat();
  await clock.pass(0);
  // Until they hear of each other each has its own.
  expect(total()).toBeLessThanOrEqual(40);
  for (let second = 1; second <= 30; second += 1) {
    tell();
    asked.push(...flood().flat());
    await clock.pass(1_000);
    expect(total()).toBeLessThanOrEqual(40 + second);
  }
  tell();
  expect(nodes.map(({ braked }) => braked())).toEqual([false, false]);
  // A source that one of them has never seen is no stranger to it either.
  await Promise.all(many(20, () => nodes[0]?.ask('203.0.113.1', true)));
  tell();
  const seen = nodes[1]?.looks.length;
  asked.push(...many(20, () => nodes[1]?.ask('203.0.113.1', true)));
  await clock.settled();
  expect(nodes[1]?.looks.length).toBe(seen);
  await clock.pass(1_000_000);
  await Promise.all(asked);
});

test('a table full of sources that were wrong stays bounded, and lets no stranger past the brake', async () => {
  const { ask, looks, share } = limit(3, { bursts: 10, refills: 1 });
  for (let n = 0; n < 60_000; n += 1) void ask(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, true);
  void share(10);
  for (let n = 0; n < 60_000; n += 1) void ask(`${11 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.1`, true);
  expect(share(1_000_000).length).toBeLessThanOrEqual(100_001);
  expect(looks.length).toBeLessThanOrEqual(150_000);
});

test('each wrong guess is told once, by its narrowest network', async () => {
  const told: string[] = [];
  const clock = time();
  const { guard } = guessLimit({
    burst: 3,
    refillMilliseconds: 1_000,
    ...clock,
    onWrong: (key) => told.push(key),
  });
  for (const [source, wrong] of [
    ['192.0.2.1', true],
    ['::ffff:192.0.2.1', true],
    ['192.0.2.1', false],
    ['2001:db8::1', true],
  ] as const)
    await guard(source, async () => ({ wrong, value: 0 }));
  expect(told).toEqual(['192.0.2.1', '192.0.2.1', '2001:db8::/64']);
});

test('the address of a request is read once, whatever is asked about it', async () => {
  let read = 0;
  const made = guessLimit({
    burst: 1,
    refillMilliseconds: 1_000,
    ...time(),
    levelsOf: (source) => {
      read += 1;
      return networksAround(source);
    },
  });
  const source = made.from('192.0.2.1');
  expect(source.turnsAway()).toBe(false);
  expect(await source.guard(async () => ({ wrong: true, value: 'looked at' }))).toBe('looked at');
  expect(read).toBe(1);
  // What it did counts for the next request of the same source.
  const next = Array.from({ length: 9 }, () => made.from('192.0.2.1'));
  for (const one of next.slice(0, 8)) void one.guard(async () => ({ wrong: false, value: 0 }));
  expect(next[8]?.turnsAway()).toBe(true);
});

test('a source that was looked up before the table was cleared counts where it is looked for afterwards', async () => {
  const { from, guard } = limit(1);
  const early = from('192.0.2.1');
  // As many strangers as the table holds, so that it is cleared of those who did nothing.
  for (let n = 0; n < 60_000; n += 1) from(`${11 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.1`);
  await early.guard(async () => ({ wrong: true, value: 0 }));
  const after = from('192.0.2.1');
  let looked = 0;
  void guard('192.0.2.1', async () => {
    looked += 1;
    return { wrong: false, value: 0 };
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(looked).toBe(0);
  expect(after.turnsAway()).toBe(false);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
])('an IPv6 host has its /64 to itself: %s', (address, key) => {
  expect(sourceKey(address)).toBe(key);
  expect(networksAround(address)[0]?.key).toBe(key);
});
