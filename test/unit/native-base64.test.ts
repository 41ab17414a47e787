/** Base64 by what Node.js has: the same as without it. */
import { base64, fromBase64, useNativeBase64 } from '@sower/bytes/base64';
import { NODE_BASE64 } from '@sower/server/compose/native-base64';
import { expect, test } from 'vitest';

const LENGTHS = [...Array.from({ length: 200 }, (_, length) => length), 4095, 4096, 4097, 8192, 10_000];
const STRANGE = [
  '',
  'AA==',
  'AB==',
  'AA=',
  'AA',
  'A',
  'AAA=',
  'AAAA',
  ' AAAA',
  'AAAA\n',
  'AA-_',
  'AA+/',
  'AAAA=',
  '====',
  'é===',
  'A\u0000==',
  'AAAAA===',
  'AAAA AAAA',
  'QUJD'.repeat(3_000),
];

test('everything is taken, and refused, as without it', () => {
  const before = STRANGE.map(fromBase64);
  useNativeBase64(NODE_BASE64);
  expect(STRANGE.map(fromBase64)).toEqual(before);
  expect(before.map((octets) => octets?.length)).toEqual([
    0,
    1,
    1,
    undefined,
    undefined,
    undefined,
    2,
    3,
    ...Array(3).fill(undefined),
    3,
    ...Array(6).fill(undefined),
    9_000,
  ]);
  for (const length of LENGTHS) {
    const whole = Uint8Array.from({ length: length + 7 }, (_, index) => (index * 31 + length) % 256);
    const octets = whole.subarray(5, 5 + length);
    expect(base64(octets)).toBe(Buffer.from(octets).toString('base64'));
    expect(fromBase64(base64(octets))).toEqual(new Uint8Array(octets));
  }
});
