/**
 * What every SecurID carrier says about a token, in one form, and the check that a value is one.
 *
 * Without the state of a token's life (PIN, counters, owner): that is the server's.
 */
import { dayNumber } from './calendar.ts';

export type SecuridToken = {
  /** 12 decimal digits. */
  readonly serial: string;
  /** 16 bytes. */
  readonly seed: Uint8Array;
  readonly digits: 6 | 7 | 8;
  readonly intervalSeconds: 30 | 60;
  /** PINPad: the user's PIN is added to the tokencode. */
  readonly addPin: boolean;
  /** The authenticator checks or stores the PIN itself; passed on, without effect here. */
  readonly localPin: boolean;
  /** Last calendar day (UTC) on which the token is valid, `YYYY-MM-DD`. */
  readonly expiryDay: string;
};

/** Whether a value from outside satisfies {@link SecuridToken} at run time. */
export function isSecuridToken(token: SecuridToken): boolean {
  return (
    /^\d{12}$/.test(token.serial) &&
    token.seed instanceof Uint8Array &&
    token.seed.length === 16 &&
    isDigits(token.digits) &&
    isIntervalSeconds(token.intervalSeconds) &&
    dayNumber(token.expiryDay) !== undefined
  );
}

export function isDigits(value: number): value is 6 | 7 | 8 {
  return value === 6 || value === 7 || value === 8;
}

export function isIntervalSeconds(value: number): value is 30 | 60 {
  return value === 30 || value === 60;
}
