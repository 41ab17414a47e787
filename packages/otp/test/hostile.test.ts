/** Hostile input: the carriers' readers and `verify` answer with a value, whatever they are given. */

import { encodeCtf, readCtf } from '@sower/otp/ctf';
import { ctfData } from '@sower/otp/ctf-link';
import { decodeCtfV3 } from '@sower/otp/ctf-v3';
import { makeOtpauth, parseOtpauth } from '@sower/otp/otpauth';
import { addPin, splitPasscode, subtractPin } from '@sower/otp/pin';
import { readSdtid, type SdtidToken } from '@sower/otp/sdtid';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { verify } from '@sower/otp/verify';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import ctf from '../../../vectors/otp-ctf.json' with { type: 'json' };
import ctfV3 from '../../../vectors/otp-ctf-v3.json' with { type: 'json' };
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
