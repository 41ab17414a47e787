/** HOTP, TOTP, SecurID-AES, PIN arithmetic and verification: portable cases. */
import { approvalCode, approvalSeed } from '@sower/otp/approval';
import { hotp, hotpBy, type OtpHash } from '@sower/otp/hotp';
import { addPin, splitPasscode, subtractPin } from '@sower/otp/pin';
import { securidTokencode, securidTokencodeBy, securidTokencodes } from '@sower/otp/securid';
import { intervalAt, totp } from '@sower/otp/totp';
import { type OtpToken, verify } from '@sower/otp/verify';
import approvalVectors from '../../../vectors/otp-approval.json' with { type: 'json' };
import hotpVectors from '../../../vectors/otp-hotp.json' with { type: 'json' };
import securidVectors from '../../../vectors/otp-securid.json' with { type: 'json' };
import totpVectors from '../../../vectors/otp-totp.json' with { type: 'json' };
import { type Cases, equal, throws, unhex } from './assert.ts';

const hotpKey = unhex(hotpVectors.key);

const securid: OtpToken & { algorithm: 'securid' } = {
  algorithm: 'securid',
  seed: unhex(securidVectors.block.seed),
  serial: securidVectors.block.serial,
  digits: 8,
  intervalSeconds: 60,
};

/** Two counters of one six-digit HOTP code, an even distance apart and with none of it between them. */
function repeatedCode(): { first: number; second: number; code: string } {
  const seen = new Map<string, number>();
  for (let counter = 0; counter <= 10_000; counter += 1) {
    const code = hotp({ key: hotpKey, counter, digits: 6 });
    const first = seen.get(code);
    if (first !== undefined && (counter - first) % 2 === 0) return { first, second: counter, code };
    seen.set(code, counter);
  }
  throw new Error('no code repeats');
}

export const codeCases: Cases = {
  'hotp: RFC 4226 Appendix D, number and bigint counters': () => {
    equal(hotpVectors.codes.length, 10);
    hotpVectors.codes.forEach((code, counter) => {
      equal(hotp({ key: hotpKey, counter, digits: hotpVectors.digits }), code);
      equal(hotp({ key: hotpKey, counter: BigInt(counter), digits: hotpVectors.digits }), code);
    });
  },
  'hotp: a counter above 2^32 uses all eight bytes': () => {
    const low = hotp({ key: hotpKey, counter: 1, digits: 6 });
    const high = hotp({ key: hotpKey, counter: 2n ** 32n + 1n, digits: 6 });
    equal(low === high, false);
    equal(hotp({ key: hotpKey, counter: 2 ** 32 + 1, digits: 6 }), high);
  },
  'hotp: arguments out of range are a bug': () => {
    for (const counter of [-1, 0.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n]) {
      throws(() => hotp({ key: hotpKey, counter, digits: 6 }), `counter ${counter}`);
    }
    for (const digits of [0, 5, 11, 6.5, Number.NaN]) {
      throws(() => hotp({ key: hotpKey, counter: 0, digits }), `digits ${digits}`);
    }
  },
  'totp: RFC 6238 Appendix B': () => {
    equal(totpVectors.rows.length, 6);
    for (const row of totpVectors.rows) {
      for (const hash of ['sha1', 'sha256', 'sha512'] satisfies OtpHash[]) {
        const key = unhex(totpVectors.keys[hash]);
        const interval = intervalAt(row.unixSeconds, totpVectors.intervalSeconds);
        equal(
          totp({ key, interval, digits: totpVectors.digits, hash }),
          row[hash],
          `${row.unixSeconds} ${hash}`,
        );
      }
    }
  },
  'intervalAt: whole intervals, fractions cut off': () => {
    equal(
      [0, 29, 29.999, 30, 59, 60].map((at) => intervalAt(at, 30)),
      [0, 0, 0, 1, 1, 2],
    );
    for (const at of [-1, Number.NaN, Number.POSITIVE_INFINITY]) throws(() => intervalAt(at, 30), `${at}`);
    for (const length of [0, -30, 0.5, Number.NaN]) throws(() => intervalAt(0, length), `length ${length}`);
  },
  'securid: every row': () => {
    equal(securidVectors.rows.length, 29);
    for (const row of securidVectors.rows) {
      const intervalSeconds = row.intervalSeconds as 30 | 60;
      const tokencode = securidTokencode({
        seed: unhex(row.seed),
        serial: row.serial,
        digits: row.digits,
        intervalSeconds,
        interval: intervalAt(row.unixSeconds, intervalSeconds),
      });
      equal(addPin(tokencode, row.pin ?? ''), row.code, `row ${row.id}`);
    }
  },
  'securid: of a key that cannot be read, every row': async () => {
    for (const row of securidVectors.rows) {
      const intervalSeconds = row.intervalSeconds as 30 | 60;
      const key = await crypto.subtle.importKey('raw', Uint8Array.from(unhex(row.seed)), 'AES-CBC', false, [
        'encrypt',
      ]);
      const tokencode = await securidTokencodeBy({
        serial: row.serial,
        digits: row.digits,
        intervalSeconds,
        interval: intervalAt(row.unixSeconds, intervalSeconds),
        // CBC of one block under a zero vector is that block's encryption; a block of padding follows.
        encryptWithSeed: async (block) =>
          new Uint8Array(
            await crypto.subtle.encrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, key, block),
          ).slice(0, 16),
      });
      equal(addPin(tokencode, row.pin ?? ''), row.code, `row ${row.id}`);
    }
  },
  'hotp: of a key that cannot be read, all hashes': async () => {
    for (const hash of ['sha1', 'sha256', 'sha512'] satisfies OtpHash[]) {
      const raw = Uint8Array.from(unhex(totpVectors.keys[hash]));
      const algorithm = { name: 'HMAC', hash: hash.replace('sha', 'SHA-') };
      const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['sign']);
      const mac = async (data: Uint8Array<ArrayBuffer>) =>
        new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
      for (const counter of [0, 1, 2 ** 32, 2 ** 53 - 1]) {
        equal(await hotpBy({ mac, counter, digits: 8 }), hotp({ key: raw, counter, digits: 8, hash }), hash);
      }
    }
  },
  'securid: four intervals share one last key': () => {
    const { block } = securidVectors;
    const first = intervalAt(block.firstUnixSeconds, block.intervalSeconds);
    const expected = block.lastKey
      .match(/.{8}/g)!
      .map((code) => String(Number.parseInt(code, 16) % 1e8).padStart(8, '0'));
    equal(securidTokencodes({ ...securid, first, last: first + 3 }), expected);
  },
  'securid: a window equals its single codes, across hour, day and year': () => {
    for (const intervalSeconds of [30, 60] as const) {
      const token = { ...securid, intervalSeconds };
      // 2026-01-01T00:00:00Z is the 1,767,225,600th second.
      const first = intervalAt(1_767_225_600 - 3700, intervalSeconds);
      const last = intervalAt(1_767_225_600 + 3700, intervalSeconds);
      const single: string[] = [];
      for (let interval = first; interval <= last; interval += 1) {
        single.push(securidTokencode({ ...token, interval }));
      }
      equal(securidTokencodes({ ...token, first, last }), single);
      equal(new Set(single).size, single.length, 'distinct codes');
    }
  },
  'securid: arguments out of range are a bug': () => {
    const good = { ...securid, first: 0, last: 0 };
    equal(securidTokencodes(good).length, 1);
    throws(() => securidTokencodes({ ...good, seed: new Uint8Array(15) }), 'seed');
    throws(() => securidTokencodes({ ...good, serial: '12345678901' }), 'serial');
    throws(() => securidTokencodes({ ...good, digits: 9 }), 'digits');
    throws(() => securidTokencodes({ ...good, intervalSeconds: 45 as 30 }), 'intervalSeconds');
    throws(() => securidTokencodes({ ...good, first: -1 }), 'first');
    throws(() => securidTokencodes({ ...good, first: 1 }), 'order');
    throws(() => securidTokencodes({ ...good, last: 2 ** 52 }), 'last');
  },
  'pin: added and taken off without carry, right-aligned': () => {
    equal(addPin('13077668', '1234'), '13078892');
    equal(addPin('999999', '1'), '999990');
    equal(addPin('123456', '12345678'), addPin('123456', '345678'));
    equal(addPin('00000000', ''), '00000000');
    for (const pin of ['', '0000', '1234', '98765432', '123456789012']) {
      equal(subtractPin(addPin('13077668', pin) ?? '', pin), '13077668', pin);
    }
    for (const [code, pin] of [
      ['', '1'],
      ['12a456', '1'],
      ['123456', 'x'],
      ['١٢٣٤٥٦', '1'],
    ] as const) {
      equal(addPin(code, pin), undefined, `${code}+${pin}`);
      equal(subtractPin(code, pin), undefined, `${code}-${pin}`);
    }
  },
  'pin: a fob passcode is split at the length of the code': () => {
    equal(splitPasscode('1234681909', 6), { pin: '1234', tokencode: '681909' });
    equal(splitPasscode('abc159681909', 8), { pin: 'abc1', tokencode: '59681909' });
    equal(splitPasscode('681909', 6), { pin: '', tokencode: '681909' });
    equal(splitPasscode('81909', 6), undefined);
    equal(splitPasscode('123468190x', 6), undefined);
    equal(splitPasscode('1'.repeat(65), 6), undefined);
  },
  'verify: SecurID, only within the window': () => {
    const row = securidVectors.rows[4]!;
    const at = intervalAt(row.unixSeconds, 60);
    const check = (from: number, to: number): number | undefined =>
      verify({ token: securid, code: row.code, window: { from: at + from, to: at + to, expected: at } });
    equal(check(-1, 1), at);
    equal(check(0, 0), at);
    equal(check(-10, 0), at);
    equal(check(0, 10), at);
    equal(check(1, 10), undefined);
    equal(check(-10, -1), undefined);
    equal(check(1, -1), undefined);
  },
  'verify: what was accepted once, and all before it, is refused': () => {
    const at = intervalAt(securidVectors.rows[4]!.unixSeconds, 60);
    const code = securidVectors.rows[4]!.code;
    const window = { from: at - 2, to: at + 2, expected: at };
    equal(verify({ token: securid, code, window, after: at - 1 }), at);
    equal(verify({ token: securid, code, window, after: at - 1000 }), at);
    equal(verify({ token: securid, code, window, after: at }), undefined);
    equal(verify({ token: securid, code, window, after: at + 1 }), undefined);
    equal(verify({ token: securid, code, window, after: at + 1000 }), undefined);
  },
  'verify: PINPad passcode with its PIN, not with another': () => {
    const row = securidVectors.rows[17]!;
    const token = { ...securid, seed: unhex(row.seed), serial: row.serial };
    const at = intervalAt(row.unixSeconds, 60);
    const window = { from: at - 1, to: at + 1, expected: at };
    equal(verify({ token, code: row.code, pin: '1234', window }), at);
    equal(verify({ token, code: row.code, pin: '1235', window }), undefined);
    equal(verify({ token, code: row.code, window }), undefined);
    equal(verify({ token, code: row.code, pin: '12e4', window }), undefined);
  },
  'verify: HOTP look-ahead and TOTP hash': () => {
    const token: OtpToken = { algorithm: 'hotp', key: hotpKey, digits: 6 };
    const window = { from: 3, to: 7, expected: 3 };
    hotpVectors.codes.forEach((code, counter) => {
      equal(
        verify({ token, code, window }),
        counter >= 3 && counter <= 7 ? counter : undefined,
        `${counter}`,
      );
    });
    const row = totpVectors.rows[3]!;
    const at = intervalAt(row.unixSeconds, 30);
    const totp256: OtpToken = {
      algorithm: 'totp',
      key: unhex(totpVectors.keys.sha256),
      digits: 8,
      hash: 'sha256',
    };
    const around = { from: at - 1, to: at + 1, expected: at };
    equal(verify({ token: totp256, code: row.sha256, window: around }), at);
    equal(verify({ token: totp256, code: row.sha1, window: around }), undefined);
  },
  'verify: of several matches the nearest, of two equally near the later': () => {
    const token: OtpToken = { algorithm: 'hotp', key: hotpKey, digits: 6 };
    const { first, second, code } = repeatedCode();
    const check = (expected: number, after?: number): number | undefined =>
      verify({
        token,
        code,
        window: { from: first, to: second, expected },
        ...(after === undefined ? {} : { after }),
      });
    const middle = (first + second) / 2;
    equal(check(first), first);
    equal(check(second), second);
    equal(check(middle - 1), first);
    equal(check(middle + 1), second);
    equal(check(first, first), second, 'after the first');
    equal(check(-1000), first, 'expected before the window');
    equal(check(2 ** 40), second, 'expected beyond the window');
    equal(check(middle), second, 'equally near');
  },
  'approval: the vectors, of bytes and of keys that cannot be read': async () => {
    equal(approvalVectors.rows.length, 5);
    for (const { algorithm, hash, seed, serial, moment, code } of approvalVectors.rows) {
      const use = approvalSeed(
        { algorithm: algorithm as 'securid' | 'totp' | 'hotp', hash: hash as 'sha1' | 'sha256' },
        unhex(seed),
      );
      equal(await approvalCode({ ...use, serial, moment }), code);
      const bytes = Uint8Array.from(unhex(seed));
      const name = hash === 'sha1' ? 'SHA-1' : 'SHA-256';
      const key =
        algorithm === 'securid'
          ? await crypto.subtle.importKey('raw', bytes, 'AES-CBC', false, ['encrypt'])
          : await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: name }, false, ['sign']);
      const iv = new Uint8Array(16);
      const kept =
        algorithm === 'securid'
          ? {
              encryptWithSeed: async (block: Uint8Array<ArrayBuffer>) =>
                new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, block), 0, 16),
            }
          : {
              mac: async (data: Uint8Array<ArrayBuffer>) =>
                new Uint8Array(await crypto.subtle.sign('HMAC', key, data)),
            };
      equal(await approvalCode({ ...kept, serial, moment }), code);
      equal((await approvalCode({ ...use, serial, moment: moment + 1 })) === code, false);
      equal((await approvalCode({ ...use, serial: `1${serial.slice(1)}`, moment })) === code, false);
    }
  },
  'verify: wrong length or alphabet is no match, whatever it is': () => {
    const window = { from: 0, to: 3, expected: 0 };
    const codes = [
      '',
      '1',
      '1234567',
      '123456789',
      '1234567a',
      ' 1234567',
      '１２３４５６７８',
      '-1234567',
      '1e345678',
    ];
    for (const code of codes) equal(verify({ token: securid, code, window }), undefined, code);
    const good = securidTokencode({ ...securid, interval: 1 });
    equal(verify({ token: securid, code: good, window }), 1);
    for (const code of [`${good}0`, `0${good}`, good.slice(1), good.slice(0, -1), `${good} `, `${good}\n`]) {
      equal(verify({ token: securid, code, window }), undefined, code);
    }
  },
  'verify: a window reaching before the first interval is cut, one without end is a bug': () => {
    const code = securidTokencode({ ...securid, interval: 0 });
    equal(verify({ token: securid, code, window: { from: -5, to: 5, expected: 0 } }), 0);
    equal(verify({ token: securid, code, window: { from: -5, to: -1, expected: -3 } }), undefined);
    for (const to of [2 ** 21, Number.NaN, Number.POSITIVE_INFINITY, 0.5]) {
      throws(() => verify({ token: securid, code, window: { from: 0, to, expected: 0 } }), `to ${to}`);
    }
    throws(
      () => verify({ token: securid, code, window: { from: 0, to: 1, expected: 0 }, after: Number.NaN }),
      'after',
    );
  },
};
