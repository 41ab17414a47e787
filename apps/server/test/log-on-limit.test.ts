/** Who guesses at an account slows strangers, never its owner. */

import { randomBytes } from 'node:crypto';
import { text } from '@sower/texts/outcomes';
import { expect, test } from 'vitest';
import { guessLimit, oneLevel } from '../src/core/guess-limit.ts';
import { done, type Outcome, refused } from '../src/core/outcome.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { browserMark, limitedLogOn } from '../src/log-on/log-on-limit.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const BURST = 4;

function setting() {
  let clock = 0;
  /** Never wakes: who waits, waits. */
  const timing = {
    burst: BURST,
    refillMilliseconds: 1000,
    now: () => clock,
    sleep: () => new Promise<void>(() => {}),
  };
  const uses = {
    sealing: sealing(random(32), random),
    random,
    logOnLimit: guessLimit(timing),
    accountLimit: guessLimit({ levelsOf: oneLevel, ...timing }),
  };
  let looked = 0;
  const attempt = (source: string, outcome: Outcome<string>, mark?: string, userName = 'grace') =>
    Promise.race([
      limitedLogOn(
        uses,
        {
          source,
          logOnName: { kind: 'administrator', name: userName },
          marks: mark === undefined ? [] : [mark],
        },
        async () => {
          looked += 1;
          return outcome;
        },
      ).then((answer) => (answer.ok ? answer.value : answer.problem)),
      new Promise<string>((resolve) => setImmediate(() => setImmediate(() => resolve('waits')))),
    ]);
  return { uses, attempt, looked: () => looked, pass: (milliseconds: number) => (clock += milliseconds) };
}
const WRONG = refused('log-on-failed', text('log-on.wrong-password'));
const RIGHT = done('in');

test('guesses from many addresses at once: as many are looked at as one account may be wrong', async () => {
  const { attempt, looked } = setting();
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => attempt(`192.0.2.${n}`, WRONG)));
  expect(looked()).toBe(BURST);
  expect(new Set(answers)).toEqual(new Set(['log-on-failed', 'waits', 'too-many-requests']));
});

test('a browser that has logged on before is looked at meanwhile; a mark made up, of another account or altered is none', async () => {
  const { uses, attempt } = setting();
  const mark = browserMark(uses, { kind: 'administrator', name: 'grace' }, []);
  await Promise.all(Array.from({ length: 50 }, (_, n) => attempt(`192.0.2.${n}`, WRONG)));
  expect(await attempt('203.0.113.1', RIGHT, mark)).toBe('in');
  expect(await attempt('203.0.113.1', RIGHT, mark, 'Grace')).toBe('in');
  for (const other of [
    undefined,
    '',
    'x',
    'a.b',
    `${mark}x`,
    browserMark(uses, { kind: 'administrator', name: 'mallory' }, []),
    browserMark(uses, { kind: 'user', name: 'grace' }, []),
    // Another first character than it has, whichever that is.
    mark.replace(/^./, (first) => (first === '_' ? '-' : '_')),
  ]) {
    expect(await attempt('203.0.113.2', RIGHT, other)).toBe('too-many-requests');
  }
});

test('other accounts are not slowed, and time lets strangers in again', async () => {
  const { attempt, pass } = setting();
  await Promise.all(Array.from({ length: BURST }, (_, n) => attempt(`192.0.2.${n}`, WRONG)));
  expect(await attempt('203.0.113.1', RIGHT, undefined, 'mallory')).toBe('in');
  expect(await attempt('203.0.113.1', RIGHT)).toBe('waits');
  pass(60_000);
  expect(await attempt('203.0.113.1', RIGHT)).toBe('in');
});

test('a known browser is limited too: its mark is no way to guess', async () => {
  const { uses, attempt, looked } = setting();
  const mark = browserMark(uses, { kind: 'administrator', name: 'grace' }, []);
  await Promise.all(Array.from({ length: 30 }, (_, n) => attempt(`192.0.2.${n}`, WRONG, mark)));
  expect(looked()).toBe(BURST);
});
