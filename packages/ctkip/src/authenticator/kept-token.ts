/**
 * A token as an authenticator stores it, except for its seed: the result of an exchange, checked to be something that codes can be computed
 * from.
 *
 * Each authenticator decides how to store the seed.
 */
import type { ProvisionedToken } from '../provision.ts';

export type KeptToken = {
  readonly serial: string;
  readonly algorithm: 'securid' | 'totp' | 'hotp';
  readonly hash: 'sha1' | 'sha256';
  readonly digits: number;
  /** Seconds; has no meaning for hotp. */
  readonly interval: number;
  /** PINPad: the PIN is added to the code. */
  readonly addPin: boolean;
  /** Last day of validity, YYYY-MM-DD; absent if the server gave none. */
  readonly expiresOn?: string;
  readonly userId?: string;
};

/** Undefined if our authenticators cannot compute its codes. */
export function keptToken(token: ProvisionedToken): KeptToken | undefined {
  const { serial, keyType, digits, interval, expiry, userId, addPin } = token;
  const [algorithm, hash] =
    keyType === 'securid-aes'
      ? (['securid', 'sha1'] as const)
      : (keyType.split('-') as ['totp' | 'hotp', 'sha1' | 'sha256']);
  const securid = algorithm === 'securid';
  const fits =
    token.format === 'Decimal' &&
    Number.isInteger(digits) &&
    digits >= 6 &&
    digits <= (securid ? 8 : 10) &&
    (securid
      ? /^\d{12}$/.test(serial) && (interval === 30 || interval === 60)
      : serial.length <= 128 && Number.isInteger(interval) && interval >= 1 && interval <= 86_400);
  if (!fits) return undefined;
  return {
    serial,
    algorithm,
    hash,
    digits,
    interval,
    addPin,
    ...(expiry === undefined || expiry < 0 || expiry > 253_402_300_799
      ? {}
      : { expiresOn: new Date(expiry * 1000).toISOString().slice(0, 10) }),
    ...(userId === undefined ? {} : { userId }),
  };
}
