/** Octet strings: concatenating, comparing, encoding text. Lengths are octets; nothing here throws on input. */

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

const encoder = new TextEncoder();

/** UTF-8 octets of a text, which for ASCII are its ASCII octets. No terminating zero. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Equality, in time that depends only on the lengths. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
