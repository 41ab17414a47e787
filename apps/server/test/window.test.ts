import { DEFAULT_POLICIES } from '@sower/api/policies';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { expect, test } from 'vitest';
import { heldBackUntil, lockedUntil } from '../src/authentication/limits/hold-back.ts';
import { acceptanceWindow, learnedDrift, type Standing } from '../src/authentication/verify/window.ts';

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
const at = (standing: Standing) => {
  const { from, to, expected } = acceptanceWindow(standing, DEFAULT_SETTINGS, NOW);
  return [from - PRESENT, to - PRESENT, expected - PRESENT];
};

test('wide until a seed was used once, then one interval about the learned drift', () => {
  expect(at(seed)).toEqual([-5, 5, 0]);
  expect(at(used())).toEqual([-1, 1, 0]);
  expect(at(used({ drift: 3 }))).toEqual([2, 4, 3]);
});

test('silence widens it, up to the most a clock may be off', () => {
  expect(at(used({ lastAcceptedAt: NOW - 15 * 86_400_000 }))).toEqual([-3, 3, 0]);
  expect(at(used({ lastAcceptedAt: 0 }))).toEqual([-10, 10, 0]);
  // A clock that was set back does not narrow it below what it is.
  expect(at(used({ lastAcceptedAt: NOW + 86_400_000 }))).toEqual([-1, 1, 0]);
});

test('counters look ahead only', () => {
  const window = acceptanceWindow({ ...seed, algorithm: 'hotp', position: 41 }, DEFAULT_SETTINGS, NOW);
  expect(window).toEqual({ from: 42, to: 51, expected: 42 });
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
