/** Passwords that are easily guessed are refused, those that people can remember are not, and looking costs no more than it may. */
import type { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { passwordProblem } from '../../src/directory/password.ts';
import { passwordStrength } from '../../src/directory/password-strength.ts';

const strength = passwordStrength();
afterAll(() => strength.close());
const uses = { strength, publicUrl: 'https://otp.harbourworks.example' };
const about: [string, ...string[]] = ['ghopper', 'Grace', 'Hopper', 'amazing.grace'];
const problem = (password: string) => passwordProblem(uses, password, about);

test.each([
  'password1234',
  'passwort1234',
  'Password1234!',
  'qwertyuiop12',
  'P@ssw0rd1234',
  '123456789012',
  'abcdefghijklm',
  'abcabcabcabcabc',
  'iloveyou2024',
  'gracehopper1',
  'Hopper-Grace',
  'sower-sower-1',
  'harbourworks1',
  'ghopperghopper',
  'elevenchars',
  'X7#kq9Lz!pWv',
  'X7#kq9Lz!pWv8d',
])('%s is refused', async (password) => {
  expect((await problem(password))?.problem).toBe('password-refused');
});

test.each([
  'correct horse battery',
  'Zq7-first-try x',
  'drei Kannen auf Reisen',
  'X7#kq9Lz!pWv8dR',
  'ABCDE-FGHJK-MNPQR',
])('%s is taken', async (password) => {
  expect(await problem(password)).toBeUndefined();
});

test('a thousand characters are looked at no longer than forty, and 100 at once do not pile up', async () => {
  const { weak } = strength;
  const timed = async (password: string): Promise<number> => {
    const before = performance.now();
    await weak({ password, words: [] });
    return performance.now() - before;
  };
  const worst = 'a4@$5s1!il|0o';
  await timed(worst);
  const forty = await timed(worst.repeat(4).slice(0, 40));
  expect(await timed(worst.repeat(80))).toBeLessThan(10 * forty + 50);
  const all = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) => weak({ password: `some password ${n}`, words: [] })),
  );
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
  // And afterwards it goes on.
  expect(await weak({ password: 'password1234', words: [] })).toBe(true);
});

test('the thread ends by itself, and the next password starts another', async () => {
  let started = 0;
  let ended = 0;
  const count = (worker: Worker): void => {
    started += 1;
    worker.once('exit', () => {
      ended += 1;
    });
  };
  process.on('worker', count);
  const short = passwordStrength(50);
  expect(started).toBe(0);
  expect(await short.weak({ password: 'password1234', words: [] })).toBe(true);
  await expect.poll(() => ended, { timeout: 30_000 }).toBe(1);
  expect(await short.weak({ password: 'correct horse battery', words: [] })).toBe(false);
  await short.close();
  process.off('worker', count);
  expect([started, ended]).toEqual([2, 2]);
});
