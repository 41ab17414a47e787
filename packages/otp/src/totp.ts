/**
 * TOTP, the time-based one-time password (RFC 6238), over whole intervals with T0 = 0.
 *
 * Reads no clock: the caller converts its time to an interval number once and uses integers from there on.
 */
import { hotp, type OtpHash } from './hotp.ts';

/**
 * The number of the interval that contains a point in time: floor(unixSeconds / intervalSeconds), RFC 6238 §4.2.
 *
 * @param unixSeconds seconds since 1970-01-01T00:00:00Z; a fraction is cut off
 * @param intervalSeconds whole seconds, at least 1
 * @throws RangeError for a time before 1970, beyond the safe integers or not a number, or an invalid interval length
 */
export function intervalAt(unixSeconds: number, intervalSeconds: number): number {
  if (!Number.isSafeInteger(intervalSeconds) || intervalSeconds < 1) throw new RangeError('intervalSeconds');
  if (!(unixSeconds >= 0 && unixSeconds <= Number.MAX_SAFE_INTEGER)) throw new RangeError('unixSeconds');
  return Math.floor(Math.floor(unixSeconds) / intervalSeconds);
}

export type TotpInput = {
  /** Shared secret, any length. */
  readonly key: Uint8Array;
  /** Absolute interval number, see {@link intervalAt}. */
  readonly interval: number;
  /** Length of the code, 6 to 10. */
  readonly digits: number;
  /** Default `sha1`. */
  readonly hash?: OtpHash;
};

/**
 * The code as decimal text with leading zeros: HOTP(K, T), RFC 6238 §4.2.
 *
 * @throws RangeError if interval or digits are out of range
 */
export function totp({ key, interval, digits, hash = 'sha1' }: TotpInput): string {
  return hotp({ key, counter: interval, digits, hash });
}
