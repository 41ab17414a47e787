/** Cases: what users are told around an exchange, by every authenticator alike. */

import { printable } from '@sower/bytes/printable';
import vectors from '../../../vectors/ctkip-links.json' with { type: 'json' };
import { isDeviceId, makeDeviceId } from '../src/authenticator/device.ts';
import { explain, explainDefect } from '../src/authenticator/explain.ts';
import { isActivationCode, readInvitation } from '../src/authenticator/invitation.ts';
import { keptToken } from '../src/authenticator/kept-token.ts';
import type { ProvisionedToken, ProvisionFailure } from '../src/provision.ts';
import { assert, type Cases, counter, same } from './assert.ts';

const HOST = new URL('https://otp.example.com/ctkip');
const failure = (fields: Partial<ProvisionFailure>): ProvisionFailure => ({
  ok: false,
  stage: 'ClientHello',
  error: 'malformed',
  detail: 'something',
  ...fields,
});
const explained = (fields: Partial<ProvisionFailure>) =>
  explain(failure(fields), { url: HOST, about: 'ABOUT' });

const TOKEN: ProvisionedToken = {
  serial: '000100000042',
  tokenId: new Uint8Array(),
  keyId: new Uint8Array(),
  keyType: 'securid-aes',
  seed: new Uint8Array(16),
  format: 'Decimal',
  digits: 8,
  modes: ['Time'],
  interval: 60,
  expiry: 2_095_286_399,
  addPin: true,
  pinType: 0,
  serviceId: undefined,
  userId: 'ada',
};

export const cases: Cases = {
  'invitations: every form of link in use'() {
    for (const { link, url, activationCode } of vectors.accepted as {
      link: string;
      url: string;
      activationCode?: string;
    }[]) {
      const read = readInvitation(link, { mayUseHttp: () => true });
      assert(read.ok, link);
      same(read.invitation.url.href, url, link);
      same(read.invitation.activationCode, activationCode, link);
      if (url.startsWith('http:'))
        same(readInvitation(link), { ok: false, defect: 'not-https', host: new URL(url).host }, link);
    }
  },

  'invitations: the dialect is known by the path'() {
    const of = (url: string) => {
      const read = readInvitation(url);
      return read.ok && read.invitation.dialect;
    };
    same(of('https://x.test/ctkip'), 'rfc4758', 'bare');
    same(of('https://x.test/prefix/ctkip/'), 'rfc4758', 'below a prefix');
    same(of('https://x.test:7004/ctkip/services/CtkipService'), 'deployed', 'deployed');
  },

  'invitations: every refusal is explained, with a next step'() {
    for (const { link } of [...vectors.refused, ...vectors.refusedEvenWithHttp]) {
      const read = readInvitation(link);
      assert(!read.ok, link);
      const { message, next } = explainDefect(read.defect, read.host);
      assert(message.code.startsWith(`importing.link.${read.defect}.`), link);
      same(next.code, `importing.link.${read.defect}.next`, link);
    }
    same(
      explainDefect('not-https', 'otp.example.com').message,
      { code: 'importing.link.not-https.message', values: { host: 'otp.example.com' } },
      'names the host',
    );
    const defects = {
      '': 'empty',
      'https://user@otp.example.com/ctkip': 'user-information',
      'com.rsa.securid://ctkip?activationCode=1': 'no-address',
      'x://ctkip?url=a.example&url=b.example': 'ambiguous',
      'otpauth://totp/x?secret=AAAA': 'otpauth',
      'com.rsa.securid://ctf?ctfData=200012345678': 'ctf',
      hello: 'not-a-link',
      [`x://ctkip?url=h.example/${'a'.repeat(2048)}`]: 'too-long',
      [`x://ctkip?url=h.example&activationCode=${'1'.repeat(129)}`]: 'code-too-long',
    };
    for (const [text, defect] of Object.entries(defects))
      same(readInvitation(text), { ok: false, defect }, text);
  },

  'activation codes that people type'() {
    same(
      [' 1234-5678 9012', '', ' - ', 'x'.repeat(129)].map(isActivationCode),
      [true, false, false, false],
      'codes',
    );
  },

  'failures: what each kind means'() {
    same(explained({ error: 'mac-mismatch' }).kind, 'mac', 'MAC');
    same(
      explained({ error: 'transport', stage: 'ClientNonce', httpStatus: 503 }).next,
      { code: 'importing.maybeSpent' },
      'the code may be spent',
    );
    same(explained({ error: 'transport' }).next, { code: 'importing.notSpent' }, 'the code is not spent');
    same(explained({ error: 'http', stage: 'trigger', httpStatus: 403 }).reason, 'fault', 'a wrong code');
    same(explained({ error: 'http', httpStatus: 429 }).reason, 'too-many-attempts', 'too many');
    same(
      explained({ error: 'fault' }).next,
      { code: 'importing.codeRefused', values: { about: 'ABOUT' } },
      'says where the device ID is',
    );
    const { values } = explained({ detail: 'a\u202eb\nc' }).message;
    assert(!JSON.stringify(values).includes('\\n'), 'one line');
  },

  'failures: each kind has a text of its own'() {
    const errors = [
      'malformed',
      'mac-mismatch',
      'url-refused',
      'activation-code-missing',
      'transport',
      'fault',
      'status',
      'weak-key',
    ] as const;
    const codes = errors.map((error) => explained({ error, status: 'AccessDenied' }).message.code);
    same(new Set(codes).size, errors.length, codes.join(' '));
    const http = [200, 302, 404, 429, 500].map(
      (httpStatus) => explained({ error: 'http', httpStatus }).message.code,
    );
    same(new Set(http).size, 5, http.join(' '));
  },

  'tokens that can be kept, and what cannot'() {
    same(
      keptToken(TOKEN),
      {
        serial: TOKEN.serial,
        algorithm: 'securid',
        hash: 'sha1',
        digits: 8,
        interval: 60,
        addPin: true,
        expiresOn: '2036-05-24',
        userId: 'ada',
      },
      'securid',
    );
    same(keptToken({ ...TOKEN, keyType: 'totp-sha256', digits: 6, interval: 30 })?.hash, 'sha256', 'totp');
    for (const wrong of [
      { digits: 9 },
      { digits: 5 },
      { interval: 45 },
      { format: 'Hexadecimal' },
      { serial: 'x' },
    ] as const) {
      same(keptToken({ ...TOKEN, ...wrong }), undefined, JSON.stringify(wrong));
    }
  },

  'device ids: made once, grouped for reading'() {
    const made = makeDeviceId(counter(1));
    assert(isDeviceId(made), made);
  },

  'text of others stays in its line'() {
    same(printable('a\u001b[2J\u009b\u202e'), 'a\\u001b[2J\\u009b\\u202e', 'controls');
  },
};
