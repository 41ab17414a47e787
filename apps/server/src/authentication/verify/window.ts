/** How far a device's clock or counter may be off, for one seed at one moment. */
import type { Settings } from '@sower/api/settings';
import type { Window } from '@sower/otp/verify';

/** A quartz clock strays by some 20 seconds in a week; silence widens the window by an interval for each. */
const WIDEN_MILLISECONDS = 7 * 86_400_000;

export type Standing = {
  readonly algorithm: 'securid' | 'totp' | 'hotp';
  readonly intervalSeconds: 30 | 60;
  readonly position: number;
  readonly drift: number;
  readonly lastAcceptedAt: number | null;
};

export type AcceptanceSettings = Pick<
  Settings,
  'verify.window' | 'verify.firstUseSeconds' | 'verify.maxDriftSeconds' | 'verify.hotpLookAhead'
>;

/** Absolute intervals (or counters) that may match now. */
export function acceptanceWindow(standing: Standing, settings: AcceptanceSettings, now: number): Window {
  if (standing.algorithm === 'hotp') {
    const expected = standing.position + 1;
    return { from: expected, to: expected + settings['verify.hotpLookAhead'] - 1, expected };
  }
  const present = intervalNow(standing, now);
  const most = Math.floor(settings['verify.maxDriftSeconds'] / standing.intervalSeconds);
  if (standing.lastAcceptedAt === null) {
    const half = Math.ceil(settings['verify.firstUseSeconds'] / standing.intervalSeconds);
    return { from: present - half, to: present + half, expected: present };
  }
  const silence = Math.max(0, now - standing.lastAcceptedAt);
  const half = Math.min(
    settings['verify.window'] + Math.floor(silence / WIDEN_MILLISECONDS),
    Math.max(most, 1),
  );
  const expected = present + standing.drift;
  return { from: expected - half, to: expected + half, expected };
}

export function intervalNow(standing: Pick<Standing, 'intervalSeconds'>, now: number): number {
  return Math.floor(now / 1000 / standing.intervalSeconds);
}

/**
 * The drift to remember after a match, bounded: a device may not walk away step by step. One that was resynchronised beyond the bound
 * stays where it was found.
 */
export function learnedDrift(
  standing: Standing,
  matched: number,
  settings: AcceptanceSettings,
  now: number,
): number {
  if (standing.algorithm === 'hotp') return 0;
  const most = Math.max(
    Math.floor(settings['verify.maxDriftSeconds'] / standing.intervalSeconds),
    Math.abs(standing.drift),
  );
  const drift = matched - intervalNow(standing, now);
  return Math.max(-most, Math.min(most, drift));
}
