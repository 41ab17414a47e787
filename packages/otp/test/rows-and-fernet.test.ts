/** Rows of CSV files of seeds, and Fernet against its own published vector. */
import { expect, test } from 'vitest';
import { openFernet } from '../src/fernet.ts';
import { oathCells, readOathRow, readSeed } from '../src/oath-row.ts';

const HEX = '3132333435363738393031323334353637383930';
const row = (line: string, layout?: 'oath' | 'multiotp') =>
  readOathRow(oathCells(line.split(/[,;]/), layout));

test.each([
  [`OATH1, ${HEX}`, { serial: 'OATH1', algorithm: 'hotp', digits: 6, user: '' }],
  [`OATH2,${HEX},totp,8,60`, { serial: 'OATH2', algorithm: 'totp', digits: 8, intervalSeconds: 60 }],
  [`ada,res,realm,OATH3,${HEX},totp,6,30`, { serial: 'OATH3', user: 'ada', intervalSeconds: 30 }],
  [`ada@realm1,OATH4,${HEX},HOTP,6,30`, { serial: 'OATH4', user: 'ada', algorithm: 'hotp', counter: 0 }],
  [`ada@example.com,OATH5,${HEX},totp,6,30`, { serial: 'OATH5', user: 'ada@example.com' }],
  ['B32,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,totp', { encoding: 'base32', intervalSeconds: 30 }],
  ['B64,MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=,totp', { encoding: 'base64' }],
])('%s', (line, expected) => {
  expect(row(line)).toMatchObject({ ok: true, token: expected });
});

test('multiOTP has maker and algorithm before the seed, and interval or counter last', () => {
  expect(row(`M1;Acme;TOTP;${HEX};6;30`, 'multiotp')).toMatchObject({
    token: { serial: 'M1', maker: 'Acme', algorithm: 'totp', intervalSeconds: 30 },
  });
  expect(row(`M2;Acme;HOTP;${HEX};6;17`, 'multiotp')).toMatchObject({
    token: { algorithm: 'hotp', counter: 17 },
  });
});

test.each([
  [{ serial: '', seed: HEX }, 'no-serial'],
  [{ serial: 'A', seed: HEX.slice(0, 30) }, 'seed'],
  [{ serial: 'A', seed: '00'.repeat(20) }, 'seed'],
  [{ serial: 'A', seed: '!' }, 'seed'],
  [{ serial: 'A', seed: HEX, type: 'ocra' }, 'type'],
  [{ serial: 'A', seed: HEX, digits: '9' }, 'digits'],
  [{ serial: 'A', seed: HEX, type: 'totp', step: '0' }, 'step'],
  [{ serial: 'A', seed: HEX, counter: '-1' }, 'counter'],
  [{ serial: 'A', seed: HEX, hash: 'md5' }, 'hash'],
  [{ serial: 'A', seed: HEX, expires: 'soon' }, 'expires'],
])('%o: %s', (cells, reason) => {
  expect(readOathRow(cells)).toEqual({ ok: false, reason });
});

test('a named encoding is the only one that is tried', () => {
  expect(readSeed('MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=', 'hex')).toBeUndefined();
  expect(readSeed(HEX)?.encoding).toBe('hex');
});

/** https://github.com/fernet/spec/blob/master/verify.json */
const TOKEN =
  'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';
const KEY = Buffer.from('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=', 'base64url');

test('Fernet: its vector opens; a wrong key, a changed octet and something else do not', () => {
  const opened = openFernet(TOKEN, KEY);
  expect(opened.ok && new TextDecoder().decode(opened.octets)).toBe('hello');
  expect(openFernet(TOKEN, new Uint8Array(32))).toEqual({ ok: false, reason: 'wrong-key' });
  expect(openFernet(TOKEN, new Uint8Array(16))).toEqual({ ok: false, reason: 'key-length' });
  expect(openFernet(TOKEN.replace('6wAAEC', '6wAAED'), KEY)).toEqual({ ok: false, reason: 'wrong-key' });
  expect(openFernet('gAAA', KEY)).toEqual({ ok: false, reason: 'not-fernet' });
  expect(openFernet(Buffer.from('{}').toString('base64'), KEY)).toEqual({ ok: false, reason: 'not-fernet' });
});
