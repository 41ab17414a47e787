import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { expect, test } from 'vitest';
import { heldBackUntil } from '../src/authentication/hold-back.ts';
import { acceptanceWindow, learnedDrift, type Standing } from '../src/authentication/window.ts';

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

test('held back twice as long each time, five minutes at most', () => {
  expect(heldBackUntil(4, NOW, 5, 300_000)).toBe(0);
  expect(heldBackUntil(5, null, 5, 300_000)).toBe(0);
  expect(heldBackUntil(5, NOW, 5, 300_000) - NOW).toBe(1_000);
  expect(heldBackUntil(8, NOW, 5, 300_000) - NOW).toBe(8_000);
  expect(heldBackUntil(5_000, NOW, 5, 300_000) - NOW).toBe(300_000);
});
