/** Cases: what users are told around an exchange, by every authenticator alike. */
import vectors from '../../../vectors/ctkip-links.json' with { type: 'json' };
import { groupedDeviceId, isDeviceId, makeDeviceId } from '../src/authenticator/device.ts';
import { explain } from '../src/authenticator/explain.ts';
import { isActivationCode, readInvitation } from '../src/authenticator/invitation.ts';
import { keptToken } from '../src/authenticator/kept-token.ts';
import { printable } from '../src/authenticator/printable.ts';
import { wordsIn } from '../src/authenticator/words.ts';
import type { ProvisionedToken, ProvisionFailure } from '../src/provision.ts';
import { assert, type Cases, counter, different, same } from './assert.ts';

const HOST = new URL('https://otp.example.com/ctkip');
const failure = (fields: Partial<ProvisionFailure>): ProvisionFailure => ({
  ok: false,
  stage: 'ClientHello',
  error: 'malformed',
  detail: 'something',
  ...fields,
});
const said = (fields: Partial<ProvisionFailure>, language = 'en', silence?: string) =>
  explain(failure(fields), { url: HOST, about: 'ABOUT', silence, words: wordsIn(language) });

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

  'invitations: every refusal is said in both languages, with a way on'() {
    for (const link of [...vectors.refused, ...vectors.refusedEvenWithHttp]) {
      const read = readInvitation(link);
      assert(!read.ok, link);
      const [en, de] = ['en', 'de-AT'].map((tag) => wordsIn(tag).link[read.defect](read.host));
      assert(en?.message && en.next && de?.message && de.next, link);
      different(en, de, link);
    }
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
    same(said({ error: 'mac-mismatch' }).kind, 'mac', 'MAC');
    same(
      said({ error: 'transport', stage: 'ClientNonce', httpStatus: 503 }).next,
      wordsIn('en').maybeSpent,
      'spent',
    );
    same(said({ error: 'transport' }, 'en', 'WHY').message, 'WHY', 'the program knows why');
    same(said({ error: 'http', stage: 'trigger', httpStatus: 403 }).reason, 'fault', 'a wrong code');
    same(said({ error: 'http', httpStatus: 429 }).reason, 'too-many-attempts', 'too many');
    assert(said({ error: 'fault' }).next?.includes('ABOUT'), 'says where the device id is');
    assert(!said({ detail: 'a\u202eb\nc' }).message.includes('\n'), 'one line');
  },

  'failures: in both languages'() {
    const errors = [
      'malformed',
      'mac-mismatch',
      'mac-missing',
      'url-refused',
      'activation-code-missing',
      'transport',
      'fault',
      'status',
      'weak-key',
    ] as const;
    for (const error of errors) {
      different(
        said({ error, status: 'AccessDenied' }).message,
        said({ error, status: 'AccessDenied' }, 'de').message,
        error,
      );
    }
    for (const httpStatus of [200, 302, 404, 429, 500]) {
      different(
        said({ error: 'http', httpStatus }).message,
        said({ error: 'http', httpStatus }, 'de').message,
        `${httpStatus}`,
      );
    }
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
    same(groupedDeviceId('0123456789ABCDEF01234567'), '0123 4567 89AB CDEF 0123 4567', 'grouped');
  },

  'text of others stays in its line'() {
    same(printable('a\u001b[2J\u009b\u202e'), 'a\\u001b[2J\\u009b\\u202e', 'controls');
  },
};
