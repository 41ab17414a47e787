/** Which seed and interval a passcode is right for. Looks at every seed, so that the work says nothing about which one it was. */
import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '@sower/api/settings';
import { splitPasscode } from '@sower/otp/pin';
import { verify, type Window } from '@sower/otp/verify';
import type { Candidate } from './candidate.ts';
import { acceptanceWindow, intervalNow } from './window.ts';

export type Match = { readonly candidate: Candidate; readonly position: number };

export function findMatch(
  candidates: readonly Candidate[],
  passcode: string,
  settings: Settings,
  now: number,
): Match | undefined {
  let found: Match | undefined;
  for (const candidate of candidates) {
    const position = positionOf(candidate, passcode, acceptanceWindow(candidate, settings, now));
    if (position === undefined) continue;
    // The new seed before the old one: a match confirms it. And one that may be accepted before one that is barred.
    const better =
      !found ||
      (free(candidate) && !free(found.candidate)) ||
      (candidate.pending && !found.candidate.pending && free(candidate));
    if (better) found = { candidate, position };
  }
  return found;
}

const free = (candidate: Candidate): boolean =>
  candidate.barred === undefined && candidate.waits === undefined;

/** The interval or counter of the whole passcode: PIN and tokencode as the token's style has it, or the tokencode alone without a PIN. */
export function positionOf(candidate: Candidate, passcode: string, window: Window): number | undefined {
  let code = passcode;
  let pinIsRight = true;
  let pinpad: string | undefined;
  if (candidate.pin !== undefined && candidate.authenticationType === 'fob') {
    const parts = splitPasscode(passcode, candidate.digits);
    code = parts?.tokencode ?? '';
    pinIsRight = parts !== undefined && equalText(parts.pin, candidate.pin);
  } else if (candidate.pin !== undefined && candidate.authenticationType === 'pinpad') {
    pinpad = candidate.pin;
  }
  const position = tokencodePosition(candidate, code, window, pinpad);
  return pinIsRight ? position : undefined;
}

/** Of the tokencode that the token shows, without a PIN; with `pin`, of a PINPad passcode. */
export function tokencodePosition(
  candidate: Candidate,
  code: string,
  window: Window,
  pin?: string,
): number | undefined {
  const { algorithm, seed, serial, digits, intervalSeconds } = candidate;
  return verify({
    token:
      algorithm === 'securid'
        ? { algorithm, seed, serial, digits, intervalSeconds }
        : { algorithm, key: seed, digits },
    code,
    ...(pin === undefined ? {} : { pin }),
    window,
  });
}

/**
 * The next tokencode: one that comes after the accepted one and that the token can have shown since. With PIN or without: people read
 * what their token shows, and a PINPad token may show the passcode.
 */
export function nextPosition(
  candidate: Candidate,
  answer: string,
  after: { readonly position: number; readonly askedAt: number },
  now: number,
): number | undefined {
  const from = after.position + 1;
  const passed = intervalNow(candidate, now) - intervalNow(candidate, after.askedAt);
  // The accepted one may have been the one before that on display: one more.
  const to = candidate.algorithm === 'hotp' ? from : from + 1 + Math.max(0, passed);
  const window = { from, to, expected: from };
  const bare = tokencodePosition(candidate, answer, window);
  const whole = positionOf(candidate, answer, window);
  return bare ?? whole;
}

export function equalText(given: string, expected: string): boolean {
  const a = Buffer.alloc(64);
  const b = Buffer.alloc(64);
  a.write(given);
  b.write(expected);
  return timingSafeEqual(a, b) && given.length === expected.length;
}
