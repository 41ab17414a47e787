/** User-Password (RFC 2865 §5.2): hidden from anyone who does not know the secret. Hiding is not authentication: see authenticators.ts. */
import { concat } from '@sower/bytes/octets';
import { md5 } from './octets.ts';

const BLOCK = 16;
/** RFC 2865 §5.2: at most 128 octets, hidden and not. */
export const MAX_PASSWORD_LENGTH = 128;

/**
 * @param password 0 to 128 octets
 * @throws RangeError for a longer one
 */
export function hidePassword(
  password: Uint8Array,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
): Uint8Array {
  if (password.length > MAX_PASSWORD_LENGTH) throw new RangeError('a User-Password has at most 128 octets');
  const padded = new Uint8Array(Math.max(1, Math.ceil(password.length / BLOCK)) * BLOCK);
  padded.set(password);
  const hidden = new Uint8Array(padded.length);
  let previous = requestAuthenticator;
  for (let at = 0; at < padded.length; at += BLOCK) {
    // RFC 2865 §5.2  b(i) = MD5(S + c(i-1)), c(i) = p(i) xor b(i), c(0) = RA
    const b = md5(secret, previous);
    for (let i = 0; i < BLOCK; i += 1) hidden[at + i] = (padded[at + i] as number) ^ (b[i] as number);
    previous = hidden.subarray(at, at + BLOCK);
  }
  return hidden;
}

/** @returns the password without its zero padding; undefined if the value cannot be one */
export function revealPassword(
  hidden: Uint8Array,
  secret: Uint8Array,
  requestAuthenticator: Uint8Array,
): Uint8Array | undefined {
  if (hidden.length === 0 || hidden.length % BLOCK !== 0 || hidden.length > MAX_PASSWORD_LENGTH) {
    return undefined;
  }
  const padded = new Uint8Array(hidden.length);
  let previous = requestAuthenticator;
  for (let at = 0; at < hidden.length; at += BLOCK) {
    const b = md5(secret, previous);
    for (let i = 0; i < BLOCK; i += 1) padded[at + i] = (hidden[at + i] as number) ^ (b[i] as number);
    previous = hidden.subarray(at, at + BLOCK);
  }
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0) end -= 1;
  return padded.subarray(0, end);
}

/** CHAP (RFC 2865 §2.2): MD5 over the CHAP ID, the password and the challenge. */
export const chapResponse = (id: number, password: Uint8Array, challenge: Uint8Array): Uint8Array =>
  md5(concat(Uint8Array.of(id), password, challenge));
