/**
 * Whether a submitted code is right, and for which interval or counter.
 *
 * Advances nothing: storing the match as the new `after`, atomically, is what makes a code one-time, and is up to the caller. It decides no
 * policy either: how wide the window is and what a miss costs come from outside.
 */
import { hotp, type OtpHash } from './hotp.ts';
import { subtractPin } from './pin.ts';
import { securidTokencodes } from './securid.ts';

/** A token as data; the fields are those of securid.ts, totp.ts and hotp.ts. */
export type OtpToken =
  | {
      readonly algorithm: 'securid';
      readonly seed: Uint8Array;
      readonly serial: string;
      readonly digits: number;
      /** 30 or 60. */
      readonly intervalSeconds: number;
    }
  | {
      readonly algorithm: 'totp' | 'hotp';
      readonly key: Uint8Array;
      readonly digits: number;
      readonly hash?: OtpHash;
    };

/** Absolute interval numbers, or counters for `hotp`; all are integers, and `from` and `to` are included. */
export type Window = {
  readonly from: number;
  readonly to: number;
  /** Where a match is most likely: the current interval (with drift), or the next counter. */
  readonly expected: number;
};

export type VerifyInput = {
  readonly token: OtpToken;
  /** The tokencode as submitted; with `pin`, the PINPad passcode. It may be any text. */
  readonly code: string;
  /** Only for PINPad tokens: the user's PIN, subtracted from the code digit by digit before the comparison. */
  readonly pin?: string;
  readonly window: Window;
  /** The last accepted interval or counter: it and all before it do not match. */
  readonly after?: number;
};

/** A wider window is a bug: at 30 seconds this is half a year in each direction. */
const MAX_WINDOW = 1 << 20;

/**
 * The interval or counter whose code was submitted, or undefined. Of several, the one nearest `expected`; of two equally near, the later,
 * so that the other cannot be used afterwards.
 *
 * Every code of the window is computed and compared in full whatever matches, including those that `after` excludes: the work reveals
 * neither the position of a match nor a replay. Only a code of the wrong length or alphabet returns early.
 *
 * @throws RangeError for a token or window outside the documented ranges, never because of what was submitted
 */
export function verify({ token, code, pin, window, after }: VerifyInput): number | undefined {
  if (code.length !== token.digits || !/^\d+$/.test(code)) return undefined;
  const tokencode = pin === undefined ? code : subtractPin(code, pin);
  if (tokencode === undefined) return undefined;

  const { to, expected } = window;
  // Intervals before 1970 and negative counters do not exist.
  const from = Math.max(0, window.from);
  if (![from, to, expected].every(Number.isSafeInteger) || to - from >= MAX_WINDOW)
    throw new RangeError('window');
  if (after !== undefined && !Number.isSafeInteger(after)) throw new RangeError('after');
  if (to < from) return undefined;

  const codes = codesOf(token, from, to);
  const firstAllowed = after === undefined ? 0 : clamp(after + 1 - from, codes.length);
  const expectedIndex = clamp(expected - from, codes.length);
  let bestRank = 0x7fffffff;
  let bestIndex = -1;
  for (let index = 0; index < codes.length; index += 1) {
    const ahead = index - expectedIndex;
    // 2 |ahead|, plus one if behind
    const rank = 2 * Math.abs(ahead) + (ahead >>> 31);
    // All ones if the code is equal, allowed and nearer than the best so far, otherwise zero: selection without a branch.
    const allowed = (firstAllowed - 1 - index) >> 31;
    const nearer = (rank - bestRank) >> 31;
    const chosen = equalMask(codes[index]!, tokencode) & allowed & nearer;
    bestRank = (bestRank & ~chosen) | (rank & chosen);
    bestIndex = (bestIndex & ~chosen) | (index & chosen);
  }
  return bestIndex < 0 ? undefined : from + bestIndex;
}

function codesOf(token: OtpToken, from: number, to: number): string[] {
  if (token.algorithm === 'securid') return securidTokencodes({ ...token, first: from, last: to });
  const codes: string[] = [];
  for (let counter = from; counter <= to; counter += 1) codes.push(hotp({ ...token, counter }));
  return codes;
}

/** Keeps positions relative to the window within it (or one beyond), where 32-bit arithmetic is exact. */
function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length);
}

/** -1 (all ones) if two texts of equal length are the same, otherwise 0; looks at every character. */
function equalMask(a: string, b: string): number {
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return (difference - 1) >> 31;
}
