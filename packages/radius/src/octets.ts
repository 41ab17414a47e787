/** Octet strings: the few operations the formulas use. Lengths are octets; nothing here throws. */
import { hmac } from '@noble/hashes/hmac.js';
import { md5 as digest } from '@noble/hashes/legacy.js';

/** RFC notation `a + b + …`. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 octets of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** The text of UTF-8 octets; malformed sequences become U+FFFD, which matches nothing that anybody was given. */
export const textOf = (octets: Uint8Array): string => decoder.decode(octets);

/** Equality in time that depends on the lengths only. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

export const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

/** MD5 and HMAC-MD5 are what RADIUS is made of; nothing else here should use them. */
export const md5 = (...parts: readonly Uint8Array[]): Uint8Array => digest(concat(...parts));
export const hmacMd5 = (key: Uint8Array, message: Uint8Array): Uint8Array => hmac(digest, key, message);
