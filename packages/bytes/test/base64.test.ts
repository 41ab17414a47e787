/** Base64 of every length up to a few hundred octets, and around the number that is taken at once. */
import { base64, fromBase64 } from '@sower/bytes/base64';
import { expect, test } from 'vitest';

const LENGTHS = [...Array.from({ length: 200 }, (_, length) => length), 4095, 4096, 4097, 8192, 10_000];

test('the text is that of Node.js, and leads back to the octets', () => {
  for (const length of LENGTHS) {
    const octets = Uint8Array.from({ length }, (_, index) => (index * 167 + length) % 256);
    const text = base64(octets);
    expect(text).toBe(Buffer.from(octets).toString('base64'));
    expect(fromBase64(text)).toEqual(octets);
  }
});
