/** Public keys that tokens may be exported to, and everything else that a person could paste there. */
import { createHash, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';
import {
  encryptToTransferKey,
  readTransferKey,
  type TransferKeyDefect,
  type TransferPublicKey,
} from '@sower/otp/transfer-key';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const rsa = (modulusLength: number, publicExponent = 0x10001) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }) as string;
const good = rsa(3_072);
const pem = pemOf(good.publicKey);
const spki = good.publicKey.export({ format: 'der', type: 'spki' });
const pemIn = (der: Uint8Array): string =>
  `-----BEGIN PUBLIC KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PUBLIC KEY-----`;

const reasonOf = (text: string): TransferKeyDefect | 'accepted' => {
  const read = readTransferKey(text);
  return read.ok ? 'accepted' : read.reason;
};

test('a key, with text around it, and its fingerprint', () => {
  const digits = createHash('sha256').update(spki).digest('hex').slice(0, 32);
  const fingerprint = digits.replace(/.{4}(?=.)/g, '$& ');
  for (const text of [pem, `Key of the other site\r\n\r\n${pem.replaceAll('\n', '\r\n')}\r\nRegards`])
    expect(readTransferKey(text)).toEqual({ ok: true, key: { spki: new Uint8Array(spki), fingerprint } });
  expect(fingerprint).toMatch(/^(?:[0-9a-f]{4} ){7}[0-9a-f]{4}$/);
});

test('what is refused', () => {
  const pkcs8 = good.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  expect(reasonOf(pkcs8)).toBe('private');
  expect(reasonOf(`${pem}\n${good.privateKey.export({ format: 'pem', type: 'pkcs1' })}`)).toBe('private');
  expect(reasonOf(pemOf(rsa(2_048).publicKey))).toBe('size');
  expect(reasonOf(pemOf(rsa(3_072, 3).publicKey))).toBe('exponent');
  expect(reasonOf(pemOf(generateKeyPairSync('ed25519').publicKey))).toBe('not-rsa');
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 3_072 });
  expect(reasonOf(pemOf(pss.publicKey))).toBe('not-rsa');
  for (const text of [
    '',
    'a key',
    pem.replace('BEGIN', 'BEGINN'),
    pem.slice(0, 200),
    pem + 'x'.repeat(9_000),
  ])
    expect(reasonOf(text)).toBe('no-key');
  expect(reasonOf(pemIn(spki.subarray(0, -1)))).toBe('no-key');
  expect(reasonOf(pemIn(Buffer.concat([spki, Buffer.alloc(2)])))).toBe('no-key');
  expect(reasonOf(good.publicKey.export({ format: 'pem', type: 'pkcs1' }) as string)).toBe('no-key');
});

test('a short modulus with zeros before it does not look long', () => {
  const modulus = Buffer.concat([Buffer.alloc(385 - 64), Buffer.alloc(64, 0xff)]);
  const numbers = Buffer.concat([
    Buffer.from('3082018a02820181', 'hex'),
    modulus,
    Buffer.from('0203010001', 'hex'),
  ]);
  const forged = Buffer.concat([spki.subarray(0, spki.length - numbers.length), numbers]);
  expect(forged).toHaveLength(spki.length);
  expect(reasonOf(pemIn(forged))).toBe('no-key');
});

test('arbitrary octets are refused, not thrown', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 500 }),
      fc.nat(spki.length - 1),
      fc.nat(255),
      (octets, at, octet) => {
        expect(typeof reasonOf(pemIn(octets))).toBe('string');
        const changed = Uint8Array.from(spki);
        changed[at] = octet;
        expect(typeof reasonOf(pemIn(changed))).toBe('string');
      },
    ),
    { seed: 4758, numRuns: 1_000 },
  );
});

test('OpenSSL decrypts what is encrypted to it', async () => {
  const read = readTransferKey(pem);
  const { key } = read as { key: TransferPublicKey };
  const octets = await encryptToTransferKey(key, Buffer.from('content key'));
  const opened = privateDecrypt({ key: good.privateKey, oaepHash: 'sha256' }, octets as Uint8Array);
  expect(opened.toString()).toBe('content key');
  expect(
    await encryptToTransferKey({ ...key, spki: key.spki.subarray(5) }, octets as Uint8Array),
  ).toBeUndefined();
});
