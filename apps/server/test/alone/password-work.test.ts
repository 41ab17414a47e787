/** Password hashing under a flood: few at once, a bounded queue, a share of it for each source. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Busy, PASSWORD_WORK, passwords } from '../../src/directory/password.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));

/** Hashing that ends when it is told to. */
function held() {
  const open: (() => void)[] = [];
  let most = 0;
  const slow = async <T>(value: T): Promise<T> => {
    await new Promise<void>((end) => {
      open.push(end);
      most = Math.max(most, open.length);
    });
    return value;
  };
  const work = passwords(random, PASSWORD_WORK, {
    hash: async () => 'hash',
    verify: () => slow(true),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { work, most: () => most, settle, endOne: () => open.shift()?.() };
}

const { atOnce, queue, queuePerSource } = PASSWORD_WORK;

test('300 log-ons of many sources: two are hashed at once, the queue is bounded, the rest is turned away at once', async () => {
  const { work, most, settle, endOne } = held();
  let done = 0;
  let busy = 0;
  for (let n = 0; n < 300; n += 1) {
    work.fits('hash', 'password', `192.0.2.${n % 250}`).then(
      () => (done += 1),
      (error: unknown) => (busy += error instanceof Busy ? 1 : 0),
    );
  }
  await settle();
  expect([done, busy]).toEqual([0, 300 - atOnce - queue]);
  for (let n = 0; n < 300; n += 1) {
    endOne();
    await settle();
  }
  expect([done, most()]).toEqual([atOnce + queue, atOnce]);
  // And the places are free again.
  const after = work.fits('hash', 'password', '192.0.2.1');
  await settle();
  endOne();
  expect(await after).toBe(true);
});

test('one source does not take the whole queue: its neighbours are let in', async () => {
  const { work, settle } = held();
  let busy = 0;
  const ask = (source: string) => work.fits('hash', 'password', source).catch(() => (busy += 1));
  // One host with a /64 to itself is one source.
  for (let n = 0; n < 300; n += 1) void ask(`2001:db8::${n.toString(16)}`);
  await settle();
  expect(busy).toBe(300 - atOnce - queuePerSource);
  void ask('192.0.2.1');
  await settle();
  expect(busy).toBe(300 - atOnce - queuePerSource);
});

test('work that fails gives its place back', async () => {
  const work = passwords(random, PASSWORD_WORK, {
    hash: () => Promise.reject(new Error('no memory')),
    verify: () => Promise.reject(new Error('no memory')),
  });
  for (let n = 0; n < 100; n += 1) await expect(work.hash('x', undefined)).rejects.toThrow('no memory');
  for (let n = 0; n < 100; n += 1)
    await expect(work.fits('hash', 'x', undefined)).rejects.toThrow('no memory');
});

test('who has no password costs a hash and is refused, even with what nobody has chosen', async () => {
  const verified: string[] = [];
  const work = passwords(random, PASSWORD_WORK, {
    hash: async () => 'decoy',
    verify: async (hash) => {
      verified.push(hash);
      return true;
    },
  });
  expect(await work.fits(undefined, 'x', undefined)).toBe(false);
  expect(verified).toEqual(['decoy']);
});
