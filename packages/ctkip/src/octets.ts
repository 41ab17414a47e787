/**
 * Octet strings: the few operations the protocol's formulas use, and base64 as XML carries it.
 *
 * Lengths are octets. Nothing here throws on input.
 */

/** RFC notation `a || b || …`. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** UTF-8 octets of a text, which for ASCII are its ASCII octets. No terminating zero. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of UTF-8 octets; malformed sequences become U+FFFD. */
export function textOf(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}

/** Octet-wise exclusive or of two strings of equal length. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError('xor of strings of different length');
  return a.map((octet, i) => octet ^ (b[i] as number));
}

/** Equality in time that depends on the lengths only. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** A big-endian number without leading zero octets; zero itself becomes the empty string. */
export function minimalOctets(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length && number[start] === 0) start += 1;
  return number.slice(start);
}

/** Standard base64 with padding, on one line. */
export function base64(octets: Uint8Array): string {
  let binary = '';
  for (const octet of octets) binary += String.fromCharCode(octet);
  return btoa(binary);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Octets of standard padded base64, or `undefined`. XML white space is ignored anywhere: deployed software wraps lines. */
export function fromBase64(text: string): Uint8Array | undefined {
  const compact = text.replace(/[ \t\r\n]+/g, '');
  if (!BASE64.test(compact)) return undefined;
  const binary = atob(compact);
  const octets = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) octets[i] = binary.charCodeAt(i);
  return octets;
}
