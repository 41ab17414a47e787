/**
 * otpauth URIs, the QR code content of authenticator apps for TOTP and HOTP.
 *
 * Draws no QR code and cannot express SecurID-AES. There is no standard; this is what the common apps agree on.
 */
import { fromBase32, toBase32 } from './base32.ts';
import type { OtpHash } from './hotp.ts';

export type Otpauth = {
  /** Shown to the user; empty for none. The issuer must not contain a colon. */
  readonly issuer: string;
  readonly account: string;
  /** The key, at least one byte. */
  readonly key: Uint8Array;
  readonly hash: OtpHash;
  /** 6 to 8; several apps accept only 6. */
  readonly digits: number;
} & (
  | {
      readonly type: 'totp';
      /** 1 to 86,400; several apps accept only 30. */
      readonly intervalSeconds: number;
    }
  | {
      readonly type: 'hotp';
      /** The next counter, a safe integer. */
      readonly counter: number;
    }
);

export type OtpauthReason =
  | 'too-long'
  /** Not `otpauth://totp/…` or `otpauth://hotp/…`, or broken percent encoding. */
  | 'not-otpauth'
  | 'duplicate-parameter'
  | 'invalid-label'
  | 'invalid-secret'
  | 'invalid-algorithm'
  | 'invalid-digits'
  | 'invalid-period'
  | 'invalid-counter';

type Refusal = { readonly ok: false; readonly reason: OtpauthReason };
export type OtpauthResult = { readonly ok: true; readonly otpauth: Otpauth } | Refusal;
export type OtpauthWritten = { readonly ok: true; readonly uri: string } | Refusal;

const MAX_LENGTH = 4_096;
const MAX_PERIOD = 86_400;
const DEFAULT_DIGITS = '6';
const DEFAULT_PERIOD = '30';

const refuse = (reason: OtpauthReason): Refusal => ({ ok: false, reason });

/** Writes the URI: secret in upper-case Base32 without padding, every parameter stated even if it has its default value. */
export function makeOtpauth(otpauth: Otpauth): OtpauthWritten {
  const { issuer, account, key, hash, digits } = otpauth;
  if (!issuer.isWellFormed() || !account.isWellFormed() || account === '') return refuse('invalid-label');
  // Readers take what precedes the first colon as the issuer.
  if (issuer.includes(':') || (issuer === '' && account.includes(':'))) return refuse('invalid-label');
  if (key.length === 0) return refuse('invalid-secret');
  if (!isDigitCount(digits)) return refuse('invalid-digits');
  const label = [issuer, account]
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join(':');
  const parameters = [`secret=${toBase32(key)}`];
  if (issuer !== '') parameters.push(`issuer=${encodeURIComponent(issuer)}`);
  parameters.push(`algorithm=${hash.toUpperCase()}`, `digits=${digits}`);
  if (otpauth.type === 'totp') {
    if (!isPeriod(otpauth.intervalSeconds)) return refuse('invalid-period');
    parameters.push(`period=${otpauth.intervalSeconds}`);
  } else {
    if (!isCounter(otpauth.counter)) return refuse('invalid-counter');
    parameters.push(`counter=${otpauth.counter}`);
  }
  const uri = `otpauth://${otpauth.type}/${label}?${parameters.join('&')}`;
  return uri.length > MAX_LENGTH ? refuse('too-long') : { ok: true, uri };
}

/**
 * Reads a URI. Lenient about the secret's case, spaces and padding and about `SHA-256` for `SHA256`; unknown parameters are ignored,
 * repeated ones refused, since readers differ in which they use. Of two issuers the parameter counts.
 */
export function parseOtpauth(uri: string): OtpauthResult {
  if (uri.length > MAX_LENGTH) return refuse('too-long');
  const match = /^otpauth:\/\/(totp|hotp)\/([^?#]*)\?([^#]*)/i.exec(uri.trim());
  if (!match) return refuse('not-otpauth');
  const type = match[1]!.toLowerCase();
  const parameters = new Map<string, string>();
  let label: string;
  try {
    label = decodeURIComponent(match[2]!);
    for (const pair of match[3]!.split('&')) {
      const [name = '', ...rest] = pair.split('=');
      const key = decodeURIComponent(name).toLowerCase();
      if (parameters.has(key)) return refuse('duplicate-parameter');
      if (key !== '') parameters.set(key, decodeURIComponent(rest.join('=')));
    }
  } catch {
    return refuse('not-otpauth');
  }

  const colon = label.indexOf(':');
  const prefix = colon < 0 ? '' : label.slice(0, colon).trim();
  const account = label.slice(colon + 1).trim();
  const issuer = parameters.get('issuer') ?? prefix;
  const key = fromBase32(parameters.get('secret') ?? '');
  const hash = hashNamed(parameters.get('algorithm') ?? 'SHA1');
  const digits = wholeNumber(parameters.get('digits') ?? DEFAULT_DIGITS);
  if (key === undefined || key.length === 0) return refuse('invalid-secret');
  if (hash === undefined) return refuse('invalid-algorithm');
  if (!isDigitCount(digits)) return refuse('invalid-digits');
  const what = { issuer, account, key, hash, digits };
  if (type === 'totp') {
    const intervalSeconds = wholeNumber(parameters.get('period') ?? DEFAULT_PERIOD);
    if (!isPeriod(intervalSeconds)) return refuse('invalid-period');
    return { ok: true, otpauth: { ...what, type: 'totp', intervalSeconds } };
  }
  const counter = wholeNumber(parameters.get('counter') ?? '');
  if (!isCounter(counter)) return refuse('invalid-counter');
  return { ok: true, otpauth: { ...what, type: 'hotp', counter } };
}

function hashNamed(name: string): OtpHash | undefined {
  const plain = name.toLowerCase().replace('-', '');
  return plain === 'sha1' || plain === 'sha256' || plain === 'sha512' ? plain : undefined;
}

/** NaN unless the text consists of decimal digits. */
function wholeNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isDigitCount(digits: number): boolean {
  return Number.isInteger(digits) && digits >= 6 && digits <= 8;
}

function isPeriod(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_PERIOD;
}

function isCounter(counter: number): boolean {
  return Number.isSafeInteger(counter) && counter >= 0;
}
