/**
 * Opening a Fernet token, in which privacyIDEA exports tokens: AES-128-CBC with HMAC-SHA-256, verified before anything is decrypted. The
 * age of the token is not judged: an export is not a session.
 */
import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '@sower/bytes/base64';
import { equalOctets } from '@sower/bytes/octets';

export type FernetResult =
  | { readonly ok: true; readonly octets: Uint8Array }
  /** `not-fernet`: not of this form. `wrong-key`: the key is wrong, or the token was changed: the format cannot tell these apart. */
  | { readonly ok: false; readonly reason: 'not-fernet' | 'key-length' | 'wrong-key' };

const KEY_LENGTH = 32;
const VERSION = 0x80;
/** Version, time and initialization vector. */
const HEAD = 1 + 8 + 16;
const MAC = 32;
const BLOCK = 16;

/** @param key 32 octets: the first half signs, the second encrypts */
export function openFernet(token: string, key: Uint8Array): FernetResult {
  if (key.length !== KEY_LENGTH) return { ok: false, reason: 'key-length' };
  const octets = fromBase64(token.trim().replaceAll('-', '+').replaceAll('_', '/'));
  if (!octets || octets[0] !== VERSION || octets.length < HEAD + BLOCK + MAC)
    return { ok: false, reason: 'not-fernet' };
  const signed = octets.subarray(0, -MAC);
  if (!equalOctets(hmac(sha256, key.subarray(0, 16), signed), octets.subarray(-MAC)))
    return { ok: false, reason: 'wrong-key' };
  try {
    const plain = cbc(key.subarray(16), octets.subarray(9, HEAD)).decrypt(signed.subarray(HEAD));
    return { ok: true, octets: plain };
  } catch {
    return { ok: false, reason: 'not-fernet' };
  }
}
