/** Which seed and interval a passcode is right for. Checks every seed, so that the work does not reveal which one it was. */
import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '@sower/api/settings';
import { splitPasscode } from '@sower/otp/pin';
import { verify, type Window } from '@sower/otp/verify';
import { type Candidate, entersPinFirst } from './candidate.ts';
import { acceptanceWindow, intervalNow, searchWindow } from './window.ts';

export type Match = {
  readonly candidate: Candidate;
  readonly position: number;
  /** One tokencode is enough; otherwise the next one has to follow. */
  readonly near: boolean;
};

export function findMatch(
  candidates: readonly Candidate[],
  passcode: string,
  settings: Settings,
  now: number,
  /** False: whatever it is, it will not be accepted, and takes the work of a wrong one. */
  acceptable = true,
): Match | undefined {
  // Accepted passcodes are nearly always near. Everything else takes the same work, whether wrong, used, or right for a token that is held
  // back.
  const near = bestMatch(candidates, passcode, settings, now, acceptanceWindow);
  if (acceptable && isRight(near)) return near;
  return bestMatch(candidates, passcode, settings, now, searchWindow);
}

/** It may be accepted, and has not been used. A used one is known before it is checked: it then takes the same work as a wrong one. */
export const isRight = (match: Match | undefined): match is Match =>
  match !== undefined && match.position > match.candidate.position && mayBeAccepted(match.candidate);

function bestMatch(
  candidates: readonly Candidate[],
  passcode: string,
  settings: Settings,
  now: number,
  within: typeof searchWindow,
): Match | undefined {
  let found: Match | undefined;
  for (const candidate of candidates) {
    const position = positionOf(candidate, passcode, within(candidate, settings, now));
    if (position === undefined) continue;
    const { from, to } = acceptanceWindow(candidate, settings, now);
    const match = { candidate, position, near: from <= position && position <= to };
    if (!found || rank(match) > rank(found)) found = match;
  }
  return found;
}

/** Neither barred nor waiting. */
export const mayBeAccepted = ({ barred, waits }: Candidate): boolean =>
  barred === undefined && waits === undefined;

/** One that may be accepted comes before one that is barred, one that is enough before one that is not, the new seed before the old one. */
const rank = ({ candidate, near }: Match): number =>
  (mayBeAccepted(candidate) ? 4 : 0) + (near ? 2 : 0) + (candidate.pending ? 1 : 0);

/**
 * The interval or counter of the whole passcode: PIN and tokencode in the token's style, or the tokencode alone if there is no PIN. What cannot
 * be a passcode of this token takes the same work: otherwise its length would show whether the user has such a token, or is known at all.
 */
export function positionOf(candidate: Candidate, shown: string, window: Window): number | undefined {
  const passcode = withoutSpaces(shown);
  let code = passcode;
  let pinIsRight = true;
  let pinpad: string | undefined;
  if (candidate.pin !== undefined && entersPinFirst(candidate)) {
    const parts = splitPasscode(passcode, candidate.digits);
    code = parts?.tokencode ?? '';
    pinIsRight = parts !== undefined && equalText(parts.pin, candidate.pin);
  } else if (candidate.pin !== undefined && candidate.authenticationType === 'pinpad') {
    pinpad = candidate.pin;
  }
  const fits = code.length === candidate.digits && /^\d+$/.test(code);
  const position = tokencodePosition(candidate, fits ? code : '0'.repeat(candidate.digits), window, pinpad);
  return fits && pinIsRight ? position : undefined;
}

/** Authenticators show codes in groups, and people type them so. Neither a PIN nor a tokencode has spaces. */
export const withoutSpaces = (passcode: string): string => passcode.replaceAll(/\s/g, '');

/** For the tokencode that the token shows, without a PIN; with `pin`, for a PINPad passcode. */
export function tokencodePosition(
  candidate: Pick<Candidate, 'algorithm' | 'hash' | 'seed' | 'serial' | 'digits' | 'intervalSeconds'>,
  code: string,
  window: Window,
  pin?: string,
): number | undefined {
  const { algorithm, hash, seed, serial, digits, intervalSeconds } = candidate;
  return verify({
    token:
      algorithm === 'securid'
        ? { algorithm, seed, serial, digits, intervalSeconds }
        : { algorithm, key: seed, digits, hash },
    code: withoutSpaces(code),
    ...(pin === undefined ? {} : { pin }),
    window,
  });
}

/**
 * The next tokencode: one after the accepted one that the token can have shown since, with or without the PIN. People read what their token
 * shows, and a PINPad token may show the passcode.
 */
export function nextPosition(
  candidate: Candidate,
  answer: string,
  after: { readonly position: number; readonly askedAt: number },
  now: number,
): number | undefined {
  const window = nextWindow(candidate, after, now);
  const bare = tokencodePosition(candidate, answer, window);
  const whole = positionOf(candidate, answer, window);
  return bare ?? whole;
}

/**
 * Where the next tokencode is: what the token shows now, judging by the first, and no more than four intervals however much time has
 * passed.
 */
export function nextWindow(
  candidate: Pick<Candidate, 'algorithm' | 'intervalSeconds'>,
  after: { readonly position: number; readonly askedAt: number },
  now: number,
): Window {
  const first = after.position + 1;
  if (candidate.algorithm === 'hotp') return { from: first, to: first, expected: first };
  const passed = Math.max(0, intervalNow(candidate, now) - intervalNow(candidate, after.askedAt));
  // The accepted one may have been the one before the one on the display; so may this one.
  const from = Math.max(first, first + passed - 2);
  return { from, to: first + 1 + passed, expected: from };
}

export function equalText(given: string, expected: string): boolean {
  const a = Buffer.alloc(64);
  const b = Buffer.alloc(64);
  a.write(given);
  b.write(expected);
  return timingSafeEqual(a, b) && given.length === expected.length;
}
