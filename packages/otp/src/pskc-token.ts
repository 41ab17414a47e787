/**
 * A token as PSKC (RFC 6030) describes it, and the check that a value is one: the reader and the writer accept the same tokens.
 *
 * Without its owner's PIN and the state of its life: these are the server's.
 */
import { prints } from '@sower/bytes/printable';
import type { OtpHash } from './hotp.ts';
import { isDigits, isIntervalSeconds } from './securid-token.ts';

/** The texts are trimmed, and empty if the file has none. */
export type PskcToken = {
  /** What the token is known by: SerialNo, or the key's Id if the file has no serial number. 1 to 64 printable characters. */
  readonly serial: string;
  /** The key's Id. */
  readonly keyId: string;
  /** 16 to 128 bytes for HOTP and TOTP (RFC 4226 §4 R6), exactly 16 for SecurID-AES. */
  readonly seed: Uint8Array;
  readonly digits: 6 | 7 | 8;
  readonly manufacturer: string;
  readonly model: string;
  readonly issueNumber: string;
  readonly issuer: string;
  readonly friendlyName: string;
  /** ID of the device that the key is bound to. */
  readonly deviceBinding: string;
  /** User of the device, and user of the key: distinguished names or anything else (RFC 6030 §4.2.1). */
  readonly deviceUserId: string;
  readonly userId: string;
  /** Unix seconds from which the key may be used, and after which it may not: the stricter of device and policy. */
  readonly startTime?: number;
  readonly expiryTime?: number;
  /** `local`: the device checks a PIN before it shows a tokencode. `prepend`: the user enters a PIN before the tokencode. */
  readonly pin: 'none' | 'local' | 'prepend';
} & (
  | {
      readonly algorithm: 'hotp';
      readonly hash: OtpHash;
      /** The next counter, 0 if the file has none. */
      readonly counter: number;
    }
  | {
      readonly algorithm: 'totp';
      readonly hash: OtpHash;
      /** 1 to 86,400. */
      readonly intervalSeconds: number;
      /** By how many intervals the token's clock is ahead; negative if it is behind. */
      readonly driftIntervals: number;
    }
  | {
      readonly algorithm: 'securid';
      readonly intervalSeconds: 30 | 60;
      readonly driftIntervals: number;
    }
);

export type PskcDefect = {
  readonly reason: 'invalid-field' | 'secret-length' | 'secret-zero';
  /** Name of the element. */
  readonly at: string;
};

/** Texts that describe a token. None is longer than {@link MAX_TEXT}. */
export const PSKC_TEXTS = [
  'keyId',
  'manufacturer',
  'model',
  'issueNumber',
  'issuer',
  'friendlyName',
  'deviceBinding',
  'deviceUserId',
  'userId',
] as const;

const MAX_TEXT = 1_024;
const MAX_SERIAL = 64;
const MIN_SECRET = 16;
const MAX_SECRET = 128;
const SECURID_SECRET = 16;
const MAX_PERIOD = 86_400;
/** A month of intervals of 30 seconds: a clock further off is a wrong file. */
const MAX_DRIFT = 86_400;
/** Years 1 to 9999, in Unix seconds. */
const TIMES = { first: -62_135_596_800, last: 253_402_300_799 } as const;

/** The first thing that keeps a value from outside from being a {@link PskcToken}. */
export function defectOf(token: PskcToken): PskcDefect | undefined {
  const { serial, seed, startTime, expiryTime } = token;
  if (serial === '' || serial.length > MAX_SERIAL || !prints(serial)) return invalid('SerialNo');
  for (const name of PSKC_TEXTS) {
    if (token[name].length > MAX_TEXT) return invalid(`${name[0]!.toUpperCase()}${name.slice(1)}`);
  }
  if (!isDigits(token.digits)) return invalid('ResponseFormat');
  if (!isTime(startTime)) return invalid('StartDate');
  if (!isTime(expiryTime)) return invalid('ExpiryDate');
  if (startTime !== undefined && expiryTime !== undefined && expiryTime < startTime)
    return invalid('ExpiryDate');
  if (token.algorithm === 'hotp') {
    if (!Number.isSafeInteger(token.counter) || token.counter < 0) return invalid('Counter');
  } else {
    const { intervalSeconds, driftIntervals } = token;
    const fits =
      token.algorithm === 'securid'
        ? isIntervalSeconds(intervalSeconds)
        : Number.isInteger(intervalSeconds) && intervalSeconds >= 1 && intervalSeconds <= MAX_PERIOD;
    if (!fits) return invalid('TimeInterval');
    if (!Number.isInteger(driftIntervals) || Math.abs(driftIntervals) > MAX_DRIFT)
      return invalid('TimeDrift');
  }
  if (token.algorithm === 'securid' && !/^\d{12}$/.test(serial)) return invalid('SerialNo');
  const [least, most] =
    token.algorithm === 'securid' ? [SECURID_SECRET, SECURID_SECRET] : [MIN_SECRET, MAX_SECRET];
  if (seed.length < least || seed.length > most) return { reason: 'secret-length', at: 'Secret' };
  if (seed.every((octet) => octet === 0)) return { reason: 'secret-zero', at: 'Secret' };
  return undefined;
}

const invalid = (at: string): PskcDefect => ({ reason: 'invalid-field', at });

const isTime = (time: number | undefined): boolean =>
  time === undefined || (Number.isInteger(time) && time >= TIMES.first && time <= TIMES.last);
