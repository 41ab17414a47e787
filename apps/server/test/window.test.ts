import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULT_POLICIES } from '@sower/api/policies';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { expect, test } from 'vitest';
import { heldBackUntil, lockedUntil } from '../src/authentication/limits/hold-back.ts';
import { type Candidate, decoyMaker } from '../src/authentication/verify/candidate.ts';
import { findMatch, nextWindow } from '../src/authentication/verify/match.ts';
import {
  acceptanceWindow,
  learnedDrift,
  type Standing,
  searchWindow,
} from '../src/authentication/verify/window.ts';
import { sealing } from '../src/keys/seal/sealing.ts';

const NOW = 1_800_000_000_000;
const PRESENT = NOW / 60_000;
const seed: Standing = {
  algorithm: 'securid',
  intervalSeconds: 60,
  position: -1,
  drift: 0,
  lastAcceptedAt: null,
};
const used = (fields: Partial<Standing> = {}): Standing => ({
  ...seed,
  position: 1,
  lastAcceptedAt: NOW - 60_000,
  ...fields,
});
const within = (window: typeof acceptanceWindow, standing: Standing) => {
  const { from, to, expected } = window(standing, DEFAULT_SETTINGS, NOW);
  return [from - PRESENT, to - PRESENT, expected - PRESENT];
};
const enough = (standing: Standing) => within(acceptanceWindow, standing);
const found = (standing: Standing) => within(searchWindow, standing);

test('one tokencode is enough one interval about the learned drift, whatever the history', () => {
  expect(enough(seed)).toEqual([-1, 1, 0]);
  expect(enough(used())).toEqual([-1, 1, 0]);
  expect(enough(used({ drift: 3 }))).toEqual([2, 4, 3]);
  expect(enough(used({ lastAcceptedAt: 0 }))).toEqual([-1, 1, 0]);
});

test('with the next one to follow, it is found minutes away; silence widens that, up to the most a clock may be off', () => {
  expect(found(seed)).toEqual([-5, 5, 0]);
  expect(found(used())).toEqual([-5, 5, 0]);
  expect(found(used({ drift: 3 }))).toEqual([-2, 8, 3]);
  expect(found(used({ lastAcceptedAt: NOW - 50 * 86_400_000 }))).toEqual([-8, 8, 0]);
  expect(found(used({ lastAcceptedAt: 0 }))).toEqual([-10, 10, 0]);
  expect(found(used({ drift: 9, lastAcceptedAt: 0 }))).toEqual([-10, 10, 9]);
  expect(found(used({ drift: 10 }))).toEqual([5, 11, 10]);
  // A clock that was set back does not narrow it below what it is.
  expect(found(used({ lastAcceptedAt: NOW + 86_400_000 }))).toEqual([-5, 5, 0]);
});

test('counters look ahead only', () => {
  const hotp: Standing = { ...seed, algorithm: 'hotp', position: 41 };
  expect(acceptanceWindow(hotp, DEFAULT_SETTINGS, NOW)).toEqual({ from: 42, to: 44, expected: 42 });
  expect(searchWindow(hotp, DEFAULT_SETTINGS, NOW)).toEqual({ from: 42, to: 51, expected: 42 });
});

test('the odds of a guess over every history are those of docs/threat-model.md', () => {
  const histories: Standing[] = [];
  for (const algorithm of ['securid', 'totp', 'hotp'] as const) {
    for (const intervalSeconds of [30, 60] as const) {
      const most = 600 / intervalSeconds;
      for (let drift = -most; drift <= most; drift += 1) {
        for (const days of [null, -1, 0, 1, 7, 30, 90, 365, 3650]) {
          const lastAcceptedAt = days === null ? null : NOW - days * 86_400_000;
          const position = days === null ? -1 : 1;
          histories.push({ algorithm, intervalSeconds, position, drift, lastAcceptedAt });
        }
      }
    }
  }
  const widest = (size: (standing: Standing) => number) => Math.max(...histories.map(size));
  const sizeOf = ({ from, to }: { from: number; to: number }) => to - from + 1;
  const one = widest((standing) => sizeOf(acceptanceWindow(standing, DEFAULT_SETTINGS, NOW)));
  const first = widest((standing) => sizeOf(searchWindow(standing, DEFAULT_SETTINGS, NOW)));
  // A question is open for five minutes.
  const waits = Array.from({ length: 301 }, (_, second) => second * 1000);
  const next = widest((standing) =>
    Math.max(...waits.map((wait) => sizeOf(nextWindow(standing, { position: 1, askedAt: NOW }, NOW + wait)))),
  );
  const per = (chance: number, digits: number) =>
    `one in ${Math.floor(10 ** digits / chance).toLocaleString('en')}`;
  const rows = [
    ['one tokencode is enough', `${one}`, per(one, 6), per(one, 8)],
    [
      'the same, while its owner is between two tokencodes',
      `${one + next}`,
      per(one + next, 6),
      per(one + next, 8),
    ],
    [
      'further from the expected one: the next tokencode has to follow',
      `${first}, then ${next}`,
      per((first * next) / 1e6, 6),
      per((first * next) / 1e8, 8),
    ],
  ];
  const page = readFileSync(new URL('../../../docs/threat-model.md', import.meta.url), 'utf8');
  for (const row of rows) expect(page).toContain(`| ${row.join(' | ')} |`);
  expect(one).toBeLessThanOrEqual(5);
});

test('the learned drift stays within bounds, so that a device cannot walk away', () => {
  expect(learnedDrift(used(), PRESENT + 2, DEFAULT_SETTINGS, NOW)).toBe(2);
  expect(learnedDrift(used(), PRESENT - 40, DEFAULT_SETTINGS, NOW)).toBe(-10);
  expect(learnedDrift({ ...used(), algorithm: 'hotp' }, 7, DEFAULT_SETTINGS, NOW)).toBe(0);
});

const heldFor = (failures: number, lastFailureAt: number | null): number =>
  heldBackUntil({ failures, last_failure_at: lastFailureAt }, DEFAULT_POLICIES, NOW);

test('held back twice as long each time, five minutes at most', () => {
  expect(heldFor(4, NOW)).toBe(0);
  expect(heldFor(5, null)).toBe(0);
  expect(heldFor(5, NOW) - NOW).toBe(1_000);
  expect(heldFor(8, NOW) - NOW).toBe(8_000);
  expect(heldFor(5_000, NOW) - NOW).toBe(300_000);
});

test('a wait that no policy has began while the clock was ahead, and is over; clocks a little apart are none', () => {
  expect(heldFor(5, NOW + 60_000) - NOW).toBe(61_000);
  expect(heldFor(5, NOW + 60_001)).toBe(0);
  const locked = (until: number | null) => lockedUntil({ locked_until: until }, DEFAULT_POLICIES, NOW);
  expect(locked(null)).toBe(0);
  expect(locked(NOW + 16 * 60_000) - NOW).toBe(16 * 60_000);
  expect(locked(NOW + 16 * 60_000 + 1)).toBe(0);
});

test('the work does not show whether a passcode could be one of this token, so neither whose tokens are of which kind', () => {
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const decoy = decoyMaker({ sealing: sealing(random(32), random), random })();
  const kinds: Record<string, Partial<Candidate>> = {
    'nobody’s': {},
    'six digits': { digits: 6, algorithm: 'totp' },
    'PIN first': { authenticationType: 'fob', pin: '4711' },
    'PIN added': { authenticationType: 'pinpad', pin: '4711' },
  };
  /** The least of several, which other work on the machine does not lengthen. */
  const timeOf = (candidate: Candidate, passcode: string): number => {
    const times = Array.from({ length: 12 }, () => {
      const begun = performance.now();
      for (let count = 0; count < 20; count += 1) findMatch([candidate], passcode, DEFAULT_SETTINGS, NOW);
      return performance.now() - begun;
    });
    return Math.min(...times.slice(2));
  };
  // Until it has run often, the same work takes longer.
  for (const kind of Object.values(kinds)) timeOf({ ...decoy, ...kind }, '');
  for (const [name, kind] of Object.entries(kinds)) {
    const candidate = { ...decoy, ...kind };
    const before = candidate.authenticationType === 'fob' ? '4711' : '';
    const whole = timeOf(candidate, before + '7'.repeat(candidate.digits));
    for (const passcode of ['', '123456', '12345678', '471112345678', 'password', '1'.repeat(65)])
      expect(timeOf(candidate, passcode) / whole, `${name}: ${passcode}`).toBeGreaterThan(0.25);
  }
});
