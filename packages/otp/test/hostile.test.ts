/** Hostile input: the carriers' readers and `verify` answer with a value, whatever they are given. */

import { createDecipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { encodeCtf, readCtf } from '@sower/otp/ctf';
import { ctfData } from '@sower/otp/ctf-link';
import { decodeCtfV3 } from '@sower/otp/ctf-v3';
import { makeOtpauth, parseOtpauth } from '@sower/otp/otpauth';
import { addPin, splitPasscode, subtractPin } from '@sower/otp/pin';
import { openPskc } from '@sower/otp/pskc';
import type { PskcToken } from '@sower/otp/pskc-token';
import { type PskcProtection, pskcWriter } from '@sower/otp/pskc-write';
import { readSdtid, type SdtidToken } from '@sower/otp/sdtid';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { verify } from '@sower/otp/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import ctf from '../../../vectors/otp-ctf.json' with { type: 'json' };
import ctfV3 from '../../../vectors/otp-ctf-v3.json' with { type: 'json' };
import pskc from '../../../vectors/otp-pskc.json' with { type: 'json' };
import sdtid from '../../../vectors/otp-sdtid.json' with { type: 'json' };

const RUNS = { seed: 4758, numRuns: 1000 };
const FEWER_RUNS = { seed: 4758, numRuns: 150 };

const anyText = fc.string({ unit: 'binary', maxLength: 600 });
const keys = fc.record({ password: anyText, deviceId: anyText }, { requiredKeys: [] });

/** A valid text with a few stretches cut out, doubled or replaced. */
const mutated = (valid: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom(...valid),
      fc.array(fc.tuple(fc.nat(), fc.nat(8), fc.string({ maxLength: 4 })), { maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce((changed, [at, length, insert]) => {
        const start = at % (changed.length + 1);
        return changed.slice(0, start) + insert + changed.slice(start + length);
      }, text),
    );

const isResult = (result: { ok: boolean }): void => {
  expect(typeof result.ok).toBe('boolean');
};

const links = [...ctf.rows.map((row) => row.digits), ...ctfV3.rows.map((row) => row.link)];

test('CTF readers never throw', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, mutated(links)), (input) => isResult(ctfData(input))),
    RUNS,
  );
  fc.assert(
    fc.property(fc.oneof(anyText, mutated(links)), keys, (input, known) => isResult(readCtf(input, known))),
    FEWER_RUNS,
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 280, maxLength: 300 }), keys, (bytes, known) =>
      isResult(decodeCtfV3(bytes, known)),
    ),
    FEWER_RUNS,
  );
});

const digitsOf = fc.constantFrom(6 as const, 7 as const, 8 as const);
const anyToken: fc.Arbitrary<SdtidToken> = fc.record({
  serial: fc.stringMatching(/^\d{12}$/),
  seed: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  digits: digitsOf,
  intervalSeconds: fc.constantFrom(30 as const, 60 as const),
  addPin: fc.boolean(),
  localPin: fc.boolean(),
  birthDay: fc.constantFrom('2000-01-01', '2026-02-28'),
  expiryDay: fc.constantFrom('2000-01-01', '2028-02-29', '2044-11-08'),
  userFirstName: anyText,
  userLastName: anyText,
  userLogin: anyText,
  deviceSerialNumber: anyText,
  nickname: anyText,
});

test('CTF: what is written reads back', () => {
  const password = fc.stringMatching(/^[\x20-\x7e]{0,40}$/);
  const deviceId = fc.oneof(fc.constant(''), fc.uuid(), fc.stringMatching(/^[0-9a-f]{1,50}$/));
  fc.assert(
    fc.property(anyToken, fc.constantFrom('link', 'plain'), password, deviceId, (token, form, pw, device) => {
      const known = { password: pw, deviceId: device };
      const written = encodeCtf(token, form, known);
      if (!written.ok) throw new Error(written.reason);
      const read = readCtf(form === 'link' ? `x?ctfData=${written.digits}` : written.digits, known);
      if (!read.ok) throw new Error(read.reason);
      expect(read.token).toEqual({
        serial: token.serial,
        seed: token.seed,
        digits: token.digits,
        intervalSeconds: token.intervalSeconds,
        addPin: token.addPin,
        localPin: token.localPin,
        expiryDay: token.expiryDay,
      });
    }),
    FEWER_RUNS,
  );
});

test('CTF writer never throws', () => {
  fc.assert(
    fc.property(anyToken, anyText, keys, (token, text, known) => {
      isResult(encodeCtf({ ...token, serial: text, expiryDay: text }, 'plain', known));
      isResult(encodeCtf(token, 'link', known));
    }),
    FEWER_RUNS,
  );
});

test('sdtid reader never throws', () => {
  const document = sdtid.document.join('\n');
  fc.assert(
    fc.property(fc.oneof(anyText, mutated([document])), (input) => {
      const result = readSdtid(input);
      isResult(result);
    }),
    FEWER_RUNS,
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (input) => isResult(readSdtid(input))),
    FEWER_RUNS,
  );
});

test('sdtid: what is written reads back, trimmed, or is refused for its text', () => {
  fc.assert(
    fc.property(fc.array(anyToken, { minLength: 1, maxLength: 3 }), anyText, (tokens, name) => {
      const secret = new Uint8Array(16);
      const written = writeSdtid({ tokens, secret, name, password: name });
      if (!written.ok) {
        expect(written.reason).toBe('invalid-text');
        return;
      }
      const read = readSdtid(written.xml, { password: name });
      if (!read.ok) throw new Error(`${read.reason} ${read.at}`);
      expect(read.tokens).toEqual(
        tokens.map((token) => ({
          ...token,
          userFirstName: token.userFirstName.trim(),
          userLastName: token.userLastName.trim(),
          userLogin: token.userLogin.trim(),
          deviceSerialNumber: token.deviceSerialNumber.trim(),
          nickname: token.nickname.trim(),
        })),
      );
    }),
    FEWER_RUNS,
  );
});

const pskcKey = Uint8Array.from(Buffer.from(pskc.key, 'hex'));

test('PSKC reader never throws, and an encrypted secret comes out unchanged or not at all', async () => {
  const documents = [...Object.values(pskc.figures), pskc.privacyidea.document].map((lines) =>
    lines.join('\n'),
  );
  const options = fc.constantFrom({}, { key: pskcKey }, { password: 'qwerty' });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, mutated(documents)), options, async (input, known) => {
      const file = await openPskc(input, known);
      isResult(file);
      if (!file.ok) return;
      const records = [...file.records()];
      expect(records.length).toBe(file.count);
      // A secret that was encrypted comes out as it went in, or not at all.
      for (const record of records) {
        isResult(record);
        if (record.ok && file.encrypted)
          expect(Buffer.from(record.token.seed).toString('hex')).toBe(pskc.secret);
      }
    }),
    RUNS,
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (input) => isResult(await openPskc(input))),
    FEWER_RUNS,
  );
});

const trimmedText = fc.string({ unit: 'binary', maxLength: 40 });
const pskcFacts = fc.record({
  serial: fc.stringMatching(/^[!-~]{1,64}$/),
  keyId: fc.stringMatching(/^[!-~]{1,20}$/),
  seed: fc.uint8Array({ minLength: 16, maxLength: 128 }).map((seed) => seed.with(0, 1)),
  digits: digitsOf,
  manufacturer: trimmedText,
  model: trimmedText,
  issueNumber: trimmedText,
  issuer: trimmedText,
  friendlyName: trimmedText,
  deviceBinding: trimmedText,
  deviceUserId: trimmedText,
  userId: trimmedText,
  pin: fc.constantFrom('none', 'local', 'prepend'),
  hash: fc.constantFrom('sha1', 'sha256', 'sha512'),
});
const pskcToken: fc.Arbitrary<PskcToken> = fc
  .tuple(
    pskcFacts,
    fc.oneof(
      fc.record({ algorithm: fc.constant('hotp'), counter: fc.maxSafeNat() }),
      fc.record({
        algorithm: fc.constant('totp'),
        intervalSeconds: fc.integer({ min: 1, max: 86_400 }),
        driftIntervals: fc.integer({ min: -1000, max: 1000 }),
      }),
    ),
  )
  .map(([facts, factor]) => ({ ...facts, ...factor }) as PskcToken);

test('PSKC: what is written reads back, trimmed, or is refused for its text', async () => {
  const protection: fc.Arbitrary<PskcProtection> = fc.constantFrom(
    { kind: 'none' } as const,
    { kind: 'key', key: pskcKey } as const,
    { kind: 'password', password: 'qwerty', iterations: 1000 } as const,
  );
  await fc.assert(
    fc.asyncProperty(pskcToken, protection, async (token, how) => {
      const made = await pskcWriter({
        protection: how,
        random: (length) => new Uint8Array(randomBytes(length)),
      });
      if (!made.ok) throw new Error(made.reason);
      const { head, record, tail } = made.writer;
      const written = record(token);
      if (!written.ok) {
        expect(written.reason).toBe('invalid-text');
        return;
      }
      const known =
        how.kind === 'key' ? { key: how.key } : how.kind === 'password' ? { password: how.password } : {};
      const file = await openPskc(head + written.xml + tail, known);
      if (!file.ok) throw new Error(`${file.reason} ${file.at}`);
      const trimmed = Object.fromEntries(
        Object.entries(token).map(([name, value]) => [
          name,
          typeof value === 'string' ? value.trim() : value,
        ]),
      );
      expect([...file.records()]).toEqual([{ ok: true, position: 1, serial: token.serial, token: trimmed }]);
    }),
    FEWER_RUNS,
  );
});

test('PSKC: OpenSSL decrypts what is written, and computes the same MAC', async () => {
  const seed = new Uint8Array(randomBytes(32));
  const token = {
    ...{
      serial: '1',
      keyId: '1',
      seed,
      digits: 6 as const,
      manufacturer: '',
      model: '',
      issueNumber: '',
      issuer: '',
    },
    ...{ friendlyName: '', deviceBinding: '', deviceUserId: '', userId: '', pin: 'none' as const },
    ...{ algorithm: 'hotp' as const, hash: 'sha1' as const, counter: 0 },
  };
  const random = (length: number) => new Uint8Array(randomBytes(length));
  for (const [hash, size] of [
    ['sha1', 16],
    ['sha1', 24],
    ['sha256', 32],
  ] as const) {
    const shared = { kind: 'key', key: random(size) } as const;
    const derived = { kind: 'password', password: 'pässword', iterations: 1234 } as const;
    for (const protection of size === 24 ? [shared] : [shared, derived]) {
      const made = await pskcWriter({ protection, hash, random });
      if (!made.ok) throw new Error(made.reason);
      const record = made.writer.record(token);
      if (!record.ok) throw new Error(record.reason);
      const document = made.writer.head + record.xml;
      const inside = (name: string) =>
        [...document.matchAll(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`, 'g'))].map(
          (match) => match[1]!,
        );
      const octets = (name: string) => inside(name).map((text) => Buffer.from(text, 'base64'));
      const key =
        protection.kind === 'key'
          ? protection.key
          : pbkdf2Sync('pässword', octets('Specified')[0]!, Number(inside('IterationCount')[0]), size, hash);
      const open = (value: Buffer) => {
        const cipher = createDecipheriv(`aes-${size * 8}-cbc`, key, value.subarray(0, 16));
        return Buffer.concat([cipher.update(value.subarray(16)), cipher.final()]);
      };
      const [macKey, secret] = octets('CipherValue');
      expect(open(secret!)).toEqual(Buffer.from(seed));
      const mac = createHmac(hash, open(macKey!)).update(secret!).digest();
      expect(octets('ValueMAC')).toEqual([mac]);
    }
  }
});

test('otpauth reader and writer never throw', () => {
  const uris = [
    'otpauth://totp/A:b?secret=MZXW6YQ&digits=8',
    'otpauth://hotp/A%3Ab?secret=MZXW6YQ&counter=1',
  ];
  fc.assert(
    fc.property(fc.oneof(anyText, mutated(uris)), (uri) => {
      const result = parseOtpauth(uri);
      isResult(result);
      if (!result.ok) return;
      const again = makeOtpauth(result.otpauth);
      if (again.ok) expect(parseOtpauth(again.uri)).toEqual(result);
      else expect(['invalid-label', 'too-long']).toContain(again.reason);
    }),
    RUNS,
  );
});

test('submitted codes and PINs never throw and never match by their form', () => {
  const token = {
    algorithm: 'securid',
    seed: new Uint8Array(16),
    serial: '000000000001',
    digits: 6,
    intervalSeconds: 60,
  } as const;
  fc.assert(
    fc.property(anyText, anyText, (code, pin) => {
      const window = { from: 1, to: 3, expected: 2 };
      expect(verify({ token, code, pin, window })).toBe(undefined);
      const sum = addPin(code, pin);
      if (sum !== undefined) expect(subtractPin(sum, pin)).toBe(code);
      const split = splitPasscode(code, 6);
      if (split) expect(split.pin + split.tokencode).toBe(code);
    }),
    RUNS,
  );
});
