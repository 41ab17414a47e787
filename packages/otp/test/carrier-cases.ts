/** CTF and otpauth: portable cases. */
import { fromBase32, toBase32 } from '@sower/otp/base32';
import { encodeCtf, readCtf } from '@sower/otp/ctf';
import { makeOtpauth, type Otpauth, parseOtpauth } from '@sower/otp/otpauth';
import { addPin } from '@sower/otp/pin';
import { securidTokencode } from '@sower/otp/securid';
import { securidMac, shortMac } from '@sower/otp/securid-mac';
import type { SecuridToken } from '@sower/otp/securid-token';
import { intervalAt } from '@sower/otp/totp';
import ctfVectors from '../../../vectors/otp-ctf.json' with { type: 'json' };
import ctfV3Vectors from '../../../vectors/otp-ctf-v3.json' with { type: 'json' };
import otpauthVectors from '../../../vectors/otp-otpauth.json' with { type: 'json' };
import { accepted, type Cases, equal, hex, unhex } from './assert.ts';

type Row = {
  readonly digits: string;
  readonly form: string;
  readonly password?: string;
  readonly deviceId?: string;
  readonly token: object;
};
const rows: readonly Row[] = ctfVectors.rows;

const LINK = 'com.rsa.securid.iphone://ctf?ctfData=';

function tokenOf(vector: { readonly token: object }): SecuridToken {
  const token = vector.token as Omit<SecuridToken, 'seed'> & { readonly seed: string };
  return { ...token, seed: unhex(token.seed) };
}

function keysOf(row: { readonly password?: string; readonly deviceId?: string }): {
  password?: string;
  deviceId?: string;
} {
  return {
    ...(row.password === undefined ? {} : { password: row.password }),
    ...(row.deviceId === undefined ? {} : { deviceId: row.deviceId }),
  };
}

const reasonOf = (result: { readonly ok: boolean; readonly reason?: string }): string =>
  result.ok ? 'accepted' : String(result.reason);

export const carrierCases: Cases = {
  'ctf: every row, decoded and encoded': () => {
    equal(rows.length, 12);
    for (const row of rows) {
      const token = tokenOf(row);
      const keys = keysOf(row);
      for (const input of [row.digits, LINK + row.digits]) {
        const read = accepted(readCtf(input, keys));
        equal(read.token, token, row.digits);
        equal(read.passwordProtected, row.password !== undefined);
        equal(read.deviceBound, row.deviceId !== undefined);
        equal(read.version, 2);
      }
      equal(accepted(encodeCtf(token, row.form as 'link' | 'plain', keys)).digits, row.digits);
    }
  },
  'ctf: parts of a row, and the hash at block boundaries': () => {
    const { digits, encryptedSeed, seedCheck } = ctfVectors.parts;
    const { seed } = tokenOf(rows[0]!);
    const bits = BigInt(`0o${digits.slice(13, 76)}`);
    equal((bits >> 61n).toString(16), encryptedSeed);
    equal(shortMac(seed), seedCheck);
    const hashes = [0, 15, 16, 17, 31, 32, 33, 48].map((length) => hex(securidMac(new Uint8Array(length))));
    equal(new Set(hashes).size, hashes.length, 'lengths tell apart');
  },
  'ctf: dashes and white space do not matter': () => {
    const row = rows[0]!;
    const blocks = row.digits.match(/.{1,5}/g)!.join('-');
    equal(accepted(readCtf(blocks)).token, tokenOf(row));
    equal(accepted(readCtf(`  ${blocks.replaceAll('-', ' ')}\n`)).token, tokenOf(row));
    equal(accepted(readCtf(LINK + blocks)).token, tokenOf(row));
  },
  'ctf: however a link was wrapped': () => {
    const { digits } = rows[1]!;
    const forms = [
      `http://127.0.0.1/securid/ctf?ctfData=${digits}`,
      `http://127.0.0.1/securid/ctf?ctfData=3D${digits}`,
      `http://127.0.0.1/securid/ctf?x=1&ctfdata=${digits}&y=2#z`,
      `Open <a href="http://127.0.0.1/securid/ctf?ctfData=${digits}">this</a>.`,
      `Open ${LINK}${digits}.\r\nThen enter your code.`,
      `${LINK}3D${digits.slice(0, 30)}=\r\n${digits.slice(30)}`,
      encodeURIComponent(LINK + digits),
    ];
    for (const form of forms) equal(accepted(readCtf(form)).token, tokenOf(rows[1]!), form);
  },
  'ctf: any changed digit is refused': () => {
    for (const { digits } of rows.slice(0, 3)) {
      for (let i = 1; i < digits.length; i += 1) {
        const changed = digits.slice(0, i) + ((Number(digits[i]) + 1) % 8) + digits.slice(i + 1);
        equal(reasonOf(readCtf(changed)), 'damaged', `digit ${i}`);
      }
      equal(reasonOf(readCtf(digits.slice(0, -1))), 'damaged');
      equal(reasonOf(readCtf(`${digits}0`)), 'damaged');
      equal(reasonOf(readCtf(`1${digits.slice(1)}`)), 'unsupported-version');
    }
  },
  'ctf: the wrong password and the wrong device are told apart': () => {
    const bound = rows.find((row) => row.password && row.deviceId)!;
    const { password, deviceId } = bound as { password: string; deviceId: string };
    equal(reasonOf(readCtf(bound.digits, { password: 'hunter3', deviceId })), 'wrong-password');
    equal(
      reasonOf(readCtf(bound.digits, { password, deviceId: deviceId.replace('5', '6') })),
      'wrong-device-id',
    );
    equal(reasonOf(readCtf(bound.digits, { deviceId })), 'password-needed');
    equal(reasonOf(readCtf(bound.digits, { password })), 'device-id-needed');
    equal(reasonOf(readCtf(bound.digits, { password: 'pässword', deviceId })), 'wrong-password');
    const upper = deviceId.toUpperCase();
    equal(reasonOf(readCtf(bound.digits, { password, deviceId: upper })), 'accepted');
  },
  'ctf: password and device id are ignored by a token without': () => {
    equal(accepted(readCtf(rows[0]!.digits, { password: 'x', deviceId: 'abc' })).token, tokenOf(rows[0]!));
  },
  'ctf: the device-id check counts only for a bound token': () => {
    /** Another device-id check under a right checksum. */
    const altered = (digits: string): string => {
      const head = digits.slice(0, 71) + (digits.slice(71, 76) === '12345' ? '54321' : '12345');
      const checksum = shortMac(new TextEncoder().encode(head));
      return head + checksum.toString(8).padStart(5, '0');
    };
    const open = rows.find((row) => !row.deviceId)!;
    const bound = rows.find((row) => row.deviceId)!;
    equal(accepted(readCtf(altered(open.digits))).token, tokenOf(open));
    equal(reasonOf(readCtf(altered(bound.digits), keysOf(bound))), 'wrong-device-id');
  },
  'ctf: what cannot be written is refused': () => {
    const token = tokenOf(rows[0]!);
    const refusals = [
      [{ ...token, serial: '123' }, {}, 'invalid-token'],
      [{ ...token, seed: new Uint8Array(8) }, {}, 'invalid-token'],
      [{ ...token, digits: 9 as 8 }, {}, 'invalid-token'],
      [{ ...token, expiryDay: '2027-02-29' }, {}, 'invalid-token'],
      [{ ...token, expiryDay: '1999-12-31' }, {}, 'expiry-out-of-range'],
      [{ ...token, expiryDay: '2044-11-09' }, {}, 'expiry-out-of-range'],
      [token, { password: 'x'.repeat(41) }, 'unusable-password'],
      [token, { password: 'pässword' }, 'unusable-password'],
      [token, { deviceId: '--' }, 'unusable-device-id'],
    ] as const;
    for (const [bad, keys, reason] of refusals) equal(reasonOf(encodeCtf(bad, 'plain', keys)), reason);
    for (const expiryDay of ['2000-01-01', '2044-11-08']) {
      const { digits } = accepted(encodeCtf({ ...token, expiryDay }, 'link'));
      equal(accepted(readCtf(LINK + digits)).token.expiryDay, expiryDay);
    }
  },
  'ctf 3 and 4: every row, and the tokencode it gives': () => {
    equal(ctfV3Vectors.rows.length, 3);
    for (const row of ctfV3Vectors.rows) {
      const read = accepted(readCtf(row.link, keysOf(row)));
      equal(read.token, tokenOf(row), row.source);
      equal(read.version, row.version);
      if (!row.tokencode) continue;
      const { unixSeconds, pin, code } = row.tokencode;
      const { token } = read;
      const interval = intervalAt(unixSeconds, token.intervalSeconds);
      equal(addPin(securidTokencode({ ...token, interval }), pin), code);
    }
  },
  'ctf 3 and 4: bare, decoded, and inside a quoted-printable mail': () => {
    const { link } = ctfV3Vectors.rows[0]!;
    const data = link.slice(link.indexOf('=') + 1);
    const folded = link.replace('=', '=3D').replace(/.{70}/g, '$&=\r\n');
    for (const input of [data, decodeURIComponent(data), folded, encodeURIComponent(link)]) {
      equal(accepted(readCtf(input)).token, tokenOf(ctfV3Vectors.rows[0]!), input);
    }
  },
  'ctf 3 and 4: wrong keys and changed bytes are refused': () => {
    const [open, full] = ctfV3Vectors.rows;
    const keys = { password: full!.password!, deviceId: full!.deviceId! };
    const read = (over: object): string => reasonOf(readCtf(full!.link, { ...keys, ...over }));
    equal(read({}), 'accepted');
    equal(read({ password: 'wrong' }), 'wrong-password');
    equal(read({ password: '' }), 'password-needed');
    equal(read({ deviceId: '556f1985-33dd-442c-9155-3a0e994f21b1' }), 'wrong-device-id');
    equal(read({ deviceId: '' }), 'device-id-needed');
    const data = decodeURIComponent(open!.link.slice(open!.link.indexOf('=') + 1));
    for (const at of [4, 40, 60, 100, 150, 300, 380]) {
      const changed = data.slice(0, at) + (data[at] === 'A' ? 'B' : 'A') + data.slice(at + 1);
      equal(reasonOf(readCtf(changed)), 'damaged', `character ${at}`);
    }
    equal(reasonOf(readCtf(`BQ${data.slice(2)}`)), 'unsupported-version');
    equal(reasonOf(readCtf(data.slice(4))), 'not-ctf');
  },
  'ctf: something else': () => {
    for (const input of ['', ' ', 'ctfData=', 'https://example.org/', '%', 'ctfData=%E0%A4%A', `${LINK}x`]) {
      equal(reasonOf(readCtf(input)), 'not-ctf', input);
    }
    equal(reasonOf(readCtf('2'.repeat(10_000))), 'too-long');
  },
  'base32: RFC 4648 §10': () => {
    for (const [text = '', encoded = ''] of otpauthVectors.base32) {
      const bytes = new TextEncoder().encode(text);
      equal(toBase32(bytes), encoded);
      equal(fromBase32(encoded), bytes);
      equal(fromBase32(`${encoded.toLowerCase()}======`), bytes);
    }
    for (const bad of ['A', 'ABC', 'ABCDEF', 'A1', 'A0', 'A=A', 'É2']) equal(fromBase32(bad), undefined, bad);
  },
  'otpauth: made, and read back': () => {
    const key = unhex(otpauthVectors.secret.hex);
    const both: Otpauth[] = [
      {
        type: 'totp',
        issuer: 'ACME Co',
        account: 'jörg:1@example.org',
        key,
        hash: 'sha256',
        digits: 8,
        intervalSeconds: 60,
      },
      { type: 'hotp', issuer: '', account: 'a&b=c+d%', key, hash: 'sha1', digits: 6, counter: 42 },
    ];
    for (const otpauth of both) {
      equal(accepted(parseOtpauth(accepted(makeOtpauth(otpauth)).uri)).otpauth, otpauth);
    }
    equal(
      accepted(makeOtpauth(both[0]!)).uri,
      `otpauth://totp/ACME%20Co:j%C3%B6rg%3A1%40example.org?secret=${otpauthVectors.secret.base32}&issuer=ACME%20Co&algorithm=SHA256&digits=8&period=60`,
    );
    equal(
      accepted(makeOtpauth(both[1]!)).uri,
      `otpauth://hotp/a%26b%3Dc%2Bd%25?secret=${otpauthVectors.secret.base32}&algorithm=SHA1&digits=6&counter=42`,
    );
  },
  'otpauth: defaults and forgiven spellings': () => {
    const key = unhex(otpauthVectors.secret.hex);
    const spaced = otpauthVectors.secret.base32.toLowerCase().replace(/.{4}/g, '$& ');
    const read = accepted(
      parseOtpauth(`OTPAUTH://TOTP/Ex%3A%20me?secret=${encodeURIComponent(spaced)}&image=x`),
    );
    const expected = {
      type: 'totp',
      issuer: 'Ex',
      account: 'me',
      key,
      hash: 'sha1',
      digits: 6,
      intervalSeconds: 30,
    };
    equal(read.otpauth, expected);
    const hashed = accepted(parseOtpauth('otpauth://totp/A:b?secret=MY&issuer=C&algorithm=sha-512')).otpauth;
    equal([hashed.issuer, hashed.account, hashed.hash], ['C', 'b', 'sha512']);
  },
  'otpauth: what is refused, and as what': () => {
    const refusals: Record<string, string> = {
      'https://totp/a?secret=MY': 'not-otpauth',
      'otpauth://motp/a?secret=MY': 'not-otpauth',
      'otpauth://totp/%E0%A4?secret=MY': 'not-otpauth',
      'otpauth://totp/a': 'not-otpauth',
      'otpauth://totp/a?secret=MY&secret=MY': 'duplicate-parameter',
      'otpauth://totp/a?secret=': 'invalid-secret',
      'otpauth://totp/a?issuer=x': 'invalid-secret',
      'otpauth://totp/a?secret=M1': 'invalid-secret',
      'otpauth://totp/a?secret=MY&algorithm=MD5': 'invalid-algorithm',
      'otpauth://totp/a?secret=MY&digits=5': 'invalid-digits',
      'otpauth://totp/a?secret=MY&digits=6x': 'invalid-digits',
      'otpauth://totp/a?secret=MY&period=0': 'invalid-period',
      'otpauth://totp/a?secret=MY&period=1e3': 'invalid-period',
      'otpauth://hotp/a?secret=MY': 'invalid-counter',
      'otpauth://hotp/a?secret=MY&counter=-1': 'invalid-counter',
      'otpauth://hotp/a?secret=MY&counter=9007199254740993': 'invalid-counter',
    };
    for (const [uri, reason] of Object.entries(refusals)) equal(reasonOf(parseOtpauth(uri)), reason, uri);
    equal(reasonOf(parseOtpauth(`otpauth://totp/${'a'.repeat(5000)}?secret=MY`)), 'too-long');
    const good: Otpauth = {
      type: 'totp',
      issuer: 'x',
      account: 'y',
      key: Uint8Array.of(1),
      hash: 'sha1',
      digits: 6,
      intervalSeconds: 30,
    };
    equal(reasonOf(makeOtpauth(good)), 'accepted');
    equal(reasonOf(makeOtpauth({ ...good, issuer: 'a:b' })), 'invalid-label');
    equal(reasonOf(makeOtpauth({ ...good, issuer: '', account: 'a:b' })), 'invalid-label');
    equal(reasonOf(makeOtpauth({ ...good, account: '' })), 'invalid-label');
    equal(reasonOf(makeOtpauth({ ...good, account: '\ud800' })), 'invalid-label');
    equal(reasonOf(makeOtpauth({ ...good, key: new Uint8Array(0) })), 'invalid-secret');
    equal(reasonOf(makeOtpauth({ ...good, digits: 9 })), 'invalid-digits');
    equal(reasonOf(makeOtpauth({ ...good, intervalSeconds: 0.5 })), 'invalid-period');
  },
};
