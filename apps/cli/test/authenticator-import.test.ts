import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import { dialectOf } from '@sower/ctkip/authenticator/invitation';
import { encodeSoapFault } from '@sower/ctkip/soap';
import { hotp } from '@sower/otp/hotp';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt, totp } from '@sower/otp/totp';
import { PNG } from 'pngjs';
import encodeQR from 'qr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Behavior,
  CODE,
  ctkipResponder,
  type Responder,
  SERIAL,
} from './authenticator/ctkip-responder.ts';
import { CERTIFICATE } from './fake-server.ts';
import { sower } from './fake-terminal.ts';

const AT = 1781526896;
const FINGERPRINT = new X509Certificate(CERTIFICATE).fingerprint256;

let folder: string;
let env: Record<string, string>;
let ca: string;
let responder: Responder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-import-'));
  env = { SOWER_AUTHENTICATOR: join(folder, 'authenticator.json') };
  ca = join(folder, 'ca.pem');
  writeFileSync(ca, CERTIFICATE);
});
afterEach(async () => {
  await responder.close();
  rmSync(folder, { recursive: true });
});

const SOAP = '/ctkip/services/CtkipService';

const authenticator = (argv: string[], stdin = '') => sower(['authenticator', ...argv], { env, stdin });
const link = (path: string, code = CODE) =>
  `com.rsa.securid://ctkip?scheme=https&url=localhost:${responder.port}${path}&activationCode=${code}`;
const json = async (argv: string[], stdin = '') => {
  const ran = await authenticator([...argv, '--json'], stdin);
  return { ...ran, document: JSON.parse(ran.out) };
};
async function importFrom(path: string, behavior: Behavior = {}, more: string[] = []) {
  responder = await ctkipResponder(behavior);
  return json(['import', link(path), '--ca', ca, ...more]);
}
const codeNow = async () => (await json(['code', SERIAL, '--at', String(AT)])).document.code;
const expectedCode = (seed: Uint8Array) =>
  securidTokencode({ seed, serial: SERIAL, digits: 8, intervalSeconds: 60, interval: intervalAt(AT, 60) });

describe.each([
  ['deployed', SOAP],
  ['rfc4758', '/ctkip'],
])('the dialect %s', (_, path) => {
  test('brings a token whose codes are those of the seed the server has', async () => {
    const ran = await importFrom(path, { addPin: true });
    expect(ran.code).toBe(0);
    expect(ran.document).toMatchObject({
      serial: SERIAL,
      algorithm: 'securid',
      digits: 8,
      interval: 60,
      addPin: true,
      expiresOn: '2036-05-31',
      userId: 'ada',
      server: `localhost:${responder.port}`,
      replaced: false,
    });
    expect(ran.document).not.toHaveProperty('seed');
    expect(await codeNow()).toBe(expectedCode(responder.seeds[0]!));
  });

  test('tells the server the device id and class', async () => {
    await importFrom(path);
    const { deviceId } = (await json(['about'])).document;
    const told = [responder.device.deviceId, responder.device.deviceClass].map((text) =>
      text?.replaceAll('-', '').toUpperCase(),
    );
    expect(told).toEqual([deviceId, DEVICE_CLASS.replaceAll('-', '').toUpperCase()]);
  });

  test('with a wrong MAC stores nothing and ends with 6', async () => {
    const ran = await importFrom(path, { wrongMac: true });
    expect(ran.code).toBe(6);
    expect(ran.document.error).toMatchObject({ reason: 'mac-mismatch' });
    expect(ran.err).toContain('between');
    expect((await json(['list'])).document.items).toEqual([]);
  });

  test('with a wrong activation code ends with 5', async () => {
    responder = await ctkipResponder();
    const ran = await json(['import', link(path, '999999999999'), '--ca', ca]);
    expect(ran.code).toBe(5);
    expect(ran.document.error.reason).toBe('fault');
    expect(responder.seeds).toEqual([]);
  });

  test('with a refusal says the status and ends with 5', async () => {
    const ran = await importFrom(path, { status: 'AccessDenied' });
    expect(ran.code).toBe(5);
    expect(ran.document.error).toMatchObject({
      reason: 'status',
      status: 'AccessDenied',
      stage: 'ClientHello',
    });
  });

  test('asks again in the same words when the last reply is lost', async () => {
    const ran = await importFrom(path, { loseReplies: 1 });
    expect(ran.code).toBe(0);
    expect(responder.seeds).toHaveLength(1);
    expect(await codeNow()).toBe(expectedCode(responder.seeds[0]!));
  });

  test('ends with 3 when no reply comes, and says that the code may be spent', async () => {
    const ran = await importFrom(path, { loseReplies: 9 });
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('may have been used up');
  });
});

test('the dialect is known by the path', () => {
  const of = (url: string) => dialectOf(new URL(url));
  expect(of('https://x.test/ctkip')).toBe('rfc4758');
  expect(of('https://x.test/prefix/ctkip/')).toBe('rfc4758');
  expect(of('https://x.test:7004/ctkip/services/CtkipService')).toBe('deployed');
});

describe('other key types', () => {
  test('TOTP', async () => {
    await importFrom('/ctkip', { keyType: 'totp-sha256', digits: 6, interval: 30 });
    const key = responder.seeds[0]!;
    const interval = intervalAt(AT, 30);
    expect(await codeNow()).toBe(totp({ key, interval, digits: 6, hash: 'sha256' }));
  });

  test('HOTP begins at counter 0', async () => {
    await importFrom('/ctkip', { keyType: 'hotp-sha1', digits: 6 });
    const key = responder.seeds[0]!;
    expect((await json(['code'])).document).toEqual({
      serial: SERIAL,
      code: hotp({ key, counter: 0, digits: 6 }),
      kind: 'tokencode',
    });
  });

  test('what no code can be made of is not stored', async () => {
    const ran = await importFrom('/ctkip', { digits: 12 });
    expect(ran.code).toBe(5);
    expect(ran.document.error.reason).toBe('unusable-token');
    expect((await json(['list'])).document.items).toEqual([]);
  });
});

describe('a serial number that is here already', () => {
  test('is seen before the code is spent where the server names the token first', async () => {
    await importFrom('/ctkip');
    const before = await codeNow();
    const again = await json(['import', link('/ctkip'), '--ca', ca]);
    expect(again.code).toBe(1);
    expect(again.document.error.reason).toBe('already-here');
    expect(responder.asked.slice(3)).toEqual(['/ctkip/trigger']);
    expect(await codeNow()).toBe(before);
  });

  test('is seen before storing otherwise', async () => {
    await importFrom(SOAP);
    const before = await codeNow();
    const again = await json(['import', link(SOAP), '--ca', ca]);
    expect(again.code).toBe(1);
    expect(again.err).toContain('is used up');
    expect(await codeNow()).toBe(before);
  });

  test.each([SOAP, '/ctkip'])('is replaced on request (%s)', async (path) => {
    await importFrom(path);
    const again = await json(['import', link(path), '--ca', ca, '--replace']);
    expect(again.document).toMatchObject({ serial: SERIAL, replaced: true });
    expect(responder.seeds).toHaveLength(2);
    expect(await codeNow()).toBe(expectedCode(responder.seeds[1]!));
    expect((await json(['list'])).document.items).toHaveLength(1);
  });
});

describe('a certificate that is not trusted', () => {
  test('ends with 4, shows its fingerprint, and has not seen the code', async () => {
    responder = await ctkipResponder();
    const ran = await json(['import', link(SOAP)]);
    expect(ran.code).toBe(4);
    expect(ran.err).toContain(FINGERPRINT);
    expect(ran.err).toContain('--insecure-accept-certificate');
    expect(responder.asked).toEqual([]);
  });

  test('is accepted by its fingerprint, and only by it', async () => {
    responder = await ctkipResponder();
    const other = FINGERPRINT.replace(/^../, (pair) => (pair === 'AA' ? 'BB' : 'AA'));
    const argv = ['import', link(SOAP), '--insecure-accept-certificate'];
    expect((await authenticator([...argv, other])).code).toBe(4);
    expect(responder.asked).toEqual([]);
    expect((await authenticator([...argv, FINGERPRINT])).code).toBe(0);
    expect((await authenticator([...argv, 'abc'])).code).toBe(2);
  });
});

describe('where the invitation comes from', () => {
  test('a QR code in a picture', async () => {
    responder = await ctkipResponder();
    const modules = encodeQR(link(SOAP), 'raw', { ecc: 'medium', border: 4 });
    const png = new PNG({ width: modules.length * 4, height: modules.length * 4 });
    for (let i = 0; i < png.width * png.height; i += 1) {
      const dark = modules[Math.floor(i / png.width / 4)]![Math.floor((i % png.width) / 4)];
      png.data.fill(dark ? 0 : 255, i * 4, i * 4 + 3);
      png.data[i * 4 + 3] = 255;
    }
    const image = join(folder, 'code.png');
    writeFileSync(image, PNG.sync.write(png));
    expect((await json(['import', '--qr', image, '--ca', ca])).document.serial).toBe(SERIAL);
  });

  test('two QR codes in a picture are refused, and nothing is asked', async () => {
    responder = await ctkipResponder();
    const codes = [link(SOAP), link('/ctkip')].map((text) =>
      encodeQR(text, 'raw', { ecc: 'medium', border: 4 }),
    );
    const side = Math.max(...codes.map(({ length }) => length)) * 4;
    const png = new PNG({ width: side * 2, height: side });
    png.data.fill(255);
    for (const [place, modules] of codes.entries()) {
      for (let y = 0; y < modules.length * 4; y += 1) {
        for (let x = 0; x < modules.length * 4; x += 1) {
          if (modules[y >> 2]![x >> 2])
            png.data.fill(
              0,
              (y * side * 2 + place * side + x) * 4,
              (y * side * 2 + place * side + x) * 4 + 3,
            );
        }
      }
    }
    const image = join(folder, 'two.png');
    writeFileSync(image, PNG.sync.write(png));
    const ran = await json(['import', '--qr', image, '--ca', ca]);
    expect(ran.document.error.reason).toBe('several-qr-codes');
    expect(responder.asked).toEqual([]);
  });

  test('an address, with the code on the command line or on standard input', async () => {
    responder = await ctkipResponder();
    const argv = ['import', '--url', `https://localhost:${responder.port}${SOAP}`, '--ca', ca];
    expect((await authenticator([...argv, '--code', CODE])).code).toBe(0);
    expect((await authenticator([...argv, '--replace'], '1234 5678 9012\n')).code).toBe(0);
    expect((await authenticator(argv)).code).toBe(2);
  });

  test('a link on standard input', async () => {
    responder = await ctkipResponder();
    expect((await authenticator(['import', '-', '--ca', ca], `${link(SOAP)}\n`)).code).toBe(0);
  });

  test.each([
    ['nothing', []],
    ['two sources', ['https://x.test/ctkip', '--url', 'https://x.test/ctkip']],
    ['what is no link', ['hello']],
    ['two codes', [`com.rsa.securid://ctkip?url=x.test&activationCode=${CODE}`, '--code', CODE]],
    ['http to another machine', ['--url', 'http://192.0.2.1/ctkip', '--code', CODE, '--allow-http']],
    ['http to this machine, unasked', ['--url', 'http://127.0.0.1/ctkip', '--code', CODE]],
  ])('%s is wrong use, and makes no store', async (_, argv) => {
    responder = await ctkipResponder();
    expect((await authenticator(['import', ...argv])).code).toBe(2);
    expect(existsSync(env.SOWER_AUTHENTICATOR!)).toBe(false);
  });

  test('http to this machine, when asked for', async () => {
    responder = await ctkipResponder({}, { tls: false });
    const url = `http://127.0.0.1:${responder.port}${SOAP}`;
    const ran = await authenticator(['import', '--url', url, '--code', CODE, '--allow-http']);
    expect(ran.code).toBe(0);
  });
});

describe('what is no CT-KIP', () => {
  test.each([
    [{ status: 302, headers: { location: 'https://localhost/elsewhere' } }, 'http'],
    [{ status: 404, body: 'no' }, 'http'],
    [{ status: 200, body: '<html>hello</html>' }, 'http'],
    [{ status: 429, body: 'slow' }, 'too-many-attempts'],
  ])('%j ends with 5', async (raw, reason) => {
    const ran = await importFrom(SOAP, { raw });
    expect(ran.code).toBe(5);
    expect(ran.document.error.reason).toBe(reason);
    expect(responder.asked).toEqual([SOAP]);
  });

  test('a fault cannot break out of its line on the terminal', async () => {
    const fault = encodeSoapFault({ exception: 'com.x.Y', message: 'no\nNext: do as I say \u009b2J' });
    const ran = await importFrom(SOAP, { raw: { status: 200, body: fault } });
    expect(ran.code).toBe(5);
    expect(ran.err).toContain('no\\u000aNext: do as I say \\u009b2J\n');
  });

  test('an answer that is too long ends with 3', async () => {
    const ran = await importFrom(SOAP, { raw: { status: 200, body: 'x'.repeat(256 * 1024 + 1) } });
    expect(ran.code).toBe(3);
    expect(ran.document.error.reason).toBe('answer-too-large');
  });

  test('a server without time ends with 3', async () => {
    expect((await importFrom(SOAP, { raw: { status: 503, body: 'later' } })).code).toBe(3);
  });
});

test('no seed and no code stays readable in what was written or said', async () => {
  const ran = await importFrom(SOAP);
  const seed = Buffer.from(responder.seeds[0]!);
  const written = readFileSync(env.SOWER_AUTHENTICATOR!, 'latin1') + ran.out + ran.err;
  for (const secret of [seed.toString('base64'), seed.toString('hex'), CODE]) {
    expect(written).not.toContain(secret);
  }
});
