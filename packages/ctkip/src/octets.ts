/** Operations on octet strings that only CT-KIP's formulas use, and base64 as used in XML. */
import { fromBase64 as fromStrictBase64 } from '@sower/bytes/base64';

/** The text of UTF-8 octets; malformed sequences become U+FFFD. */
export function textOf(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}

/** Octet-wise exclusive or of two strings of equal length. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== b.length) throw new RangeError('xor of strings of different length');
  return a.map((octet, i) => octet ^ (b[i] as number));
}

/** A big-endian number without leading zero octets; zero itself becomes the empty string. */
export function minimalOctets(number: Uint8Array): Uint8Array {
  let start = 0;
  while (start < number.length && number[start] === 0) start += 1;
  return number.slice(start);
}

/** Octets of standard padded base64, or `undefined`. XML white space is ignored anywhere: deployed software wraps lines. */
export function fromBase64(text: string): Uint8Array | undefined {
  return fromStrictBase64(text.replace(/[ \t\r\n]+/g, ''));
}
