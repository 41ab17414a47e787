/** Base32 (RFC 4648 §6) as authenticator apps exchange it: written in upper case without padding, read leniently. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Lengths modulo 8 that no whole number of octets encodes to (RFC 4648 §6). */
const IMPOSSIBLE_REMAINDERS = new Set([1, 3, 6]);

export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(buffer << (5 - bits)) & 31];
  return text;
}

/**
 * The bytes, or undefined. Case, spaces and dashes between groups, and trailing `=` do not matter. Stray bits after the last octet are
 * ignored, since some generators truncate random text instead of encoding octets.
 */
export function fromBase32(text: string): Uint8Array | undefined {
  const grouped = text.replace(/[\s-]/g, '');
  let end = grouped.length;
  while (grouped[end - 1] === '=') end -= 1;
  const digits = grouped.slice(0, end).toUpperCase();
  if (IMPOSSIBLE_REMAINDERS.has(digits.length % 8)) return undefined;
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    buffer = (buffer << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length] = buffer >>> bits;
      length += 1;
    }
    buffer &= (1 << bits) - 1;
  }
  return bytes;
}
