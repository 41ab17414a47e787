/** How far a device's clock or counter may be off, for one seed at one point in time. */

import type { Settings } from '@sower/api/settings';
import { DAY } from '@sower/api/time';
import type { Window } from '@sower/otp/verify';

/** A quartz clock drifts by some 20 seconds in a week; silence widens the window by one interval for each such period. */
const WIDEN_MILLISECONDS = 7 * DAY;

export type Standing = {
  readonly algorithm: 'securid' | 'totp' | 'hotp';
  readonly intervalSeconds: number;
  readonly position: number;
  readonly drift: number;
  readonly lastAcceptedAt: number | null;
};

export type AcceptanceSettings = Pick<
  Settings,
  'verify.window' | 'verify.firstUseSeconds' | 'verify.maxDriftSeconds' | 'verify.hotpLookAhead'
>;

/**
 * Absolute intervals (or counters) in which one tokencode is enough: the same number for every token, whatever its history, so that the
 * odds of a guess are known.
 */
export function acceptanceWindow(standing: Standing, settings: AcceptanceSettings, now: number): Window {
  const around = settings['verify.window'];
  const expected = expectedNow(standing, now);
  if (standing.algorithm === 'hotp') {
    const ahead = Math.min(2 * around + 1, settings['verify.hotpLookAhead']);
    return { from: expected, to: expected + ahead - 1, expected };
  }
  return { from: expected - around, to: expected + around, expected };
}

/**
 * Where a tokencode is recognized at all. One outside {@link acceptanceWindow} shows that the clock is off or the button was pressed: the
 * next tokencode has to follow. Never narrower than what was accepted at first use: a phone's clock may be set at any time.
 */
export function searchWindow(standing: Standing, settings: AcceptanceSettings, now: number): Window {
  const near = acceptanceWindow(standing, settings, now);
  const { expected } = near;
  if (standing.algorithm === 'hotp') {
    return { ...near, to: expected + settings['verify.hotpLookAhead'] - 1 };
  }
  const first = Math.ceil(settings['verify.firstUseSeconds'] / standing.intervalSeconds);
  const silence = standing.lastAcceptedAt === null ? 0 : Math.max(0, now - standing.lastAcceptedAt);
  const half = Math.max(first, settings['verify.window'] + Math.floor(silence / WIDEN_MILLISECONDS));
  const most = mostDrift(standing, settings);
  const present = intervalNow(standing, now);
  return {
    from: Math.min(near.from, Math.max(expected - half, present - most)),
    to: Math.max(near.to, Math.min(expected + half, present + most)),
    expected,
  };
}

const expectedNow = (standing: Standing, now: number): number =>
  standing.algorithm === 'hotp' ? standing.position + 1 : intervalNow(standing, now) + standing.drift;

/** Intervals that a clock may be off. A token that was resynchronized from further away stays there. */
function mostDrift(standing: Standing, settings: AcceptanceSettings): number {
  const seconds = Math.max(settings['verify.maxDriftSeconds'], settings['verify.firstUseSeconds']);
  return Math.max(Math.floor(seconds / standing.intervalSeconds), Math.abs(standing.drift));
}

export function intervalNow(standing: Pick<Standing, 'intervalSeconds'>, now: number): number {
  return Math.floor(now / 1000 / standing.intervalSeconds);
}

/** The drift to remember after a match, bounded, so that a device cannot drift away step by step. */
export function learnedDrift(
  standing: Standing,
  matched: number,
  settings: AcceptanceSettings,
  now: number,
): number {
  if (standing.algorithm === 'hotp') return 0;
  const most = mostDrift(standing, settings);
  const drift = matched - intervalNow(standing, now);
  return Math.max(-most, Math.min(most, drift));
}
