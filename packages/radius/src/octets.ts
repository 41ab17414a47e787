/** Octet operations that only RADIUS uses. Lengths are octets; nothing here throws. */

import { hmac } from '@noble/hashes/hmac.js';
import { md5 as digest } from '@noble/hashes/legacy.js';
import { concat } from '@sower/bytes/octets';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of UTF-8 octets; malformed sequences become U+FFFD, which matches nobody's passcode. */
export const textOf = (octets: Uint8Array): string => decoder.decode(octets);

export const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

/** RADIUS is built on MD5 and HMAC-MD5; nothing else here should use them. */
export const md5 = (...parts: readonly Uint8Array[]): Uint8Array => digest(concat(...parts));
export const hmacMd5 = (key: Uint8Array, message: Uint8Array): Uint8Array => hmac(digest, key, message);
