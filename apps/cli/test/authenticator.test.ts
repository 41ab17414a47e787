import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCtf } from '@sower/otp/ctf';
import { readSdtid } from '@sower/otp/sdtid';
import { PNG } from 'pngjs';
import encodeQR from 'qr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import approvalVectors from '../../../vectors/otp-approval.json' with { type: 'json' };
import { readQrImage } from '../src/authenticator/qr-image.ts';
import { openStore } from '../src/authenticator/store.ts';
import type { TokenRecord } from '../src/authenticator/token-record.ts';
import { secretsFor } from '../src/authenticator/unlock.ts';
import { success } from '../src/outcome.ts';
import { processTerminal } from '../src/terminal/terminal.ts';
import { HOTP, PINPAD, record, SECURID, TOTP } from './authenticator/token-records.ts';
import { sower } from './fake-terminal.ts';

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-authenticator-'));
  env = { SOWER_AUTHENTICATOR: join(folder, 'authenticator.json') };
});
afterEach(() => rmSync(folder, { recursive: true }));

async function put(...tokens: TokenRecord[]) {
  const store = await openStore(
    env.SOWER_AUTHENTICATOR!,
    secretsFor({ ...processTerminal(() => '0.1.1'), env }, {}),
  );
  if (!store.ok) throw new Error(store.message);
  await store.value.update((contents) => success({ contents: { ...contents, tokens }, value: undefined }));
}

const authenticator = (line: string, around: { stdin?: string; now?: number } = {}) =>
  sower(['authenticator', ...line.split(' ')], { env, ...around });

describe('approve', () => {
  test('gives the approval of the minute as a number and as a link', async () => {
    const { seed, serial, moment, code } = approvalVectors.rows[0]!;
    await put(record({ seed: Buffer.from(seed, 'hex').toString('base64'), serial }));
    const now = (moment * 60 + 59) * 1000;
    const shown = JSON.parse((await authenticator('approve --json', { now })).out) as { link: string };
    expect(shown).toMatchObject({ serial, approval: code });
    const link = new URL(shown.link);
    expect(link.href).toBe(`https://sower.test/self-service/move#serial=${serial}&approval=${code}`);
    const text = await authenticator(`approve ${serial}`, { now });
    expect(text.out).toContain(code.replace(/(....)(?=.)/g, '$1 '));
    expect(text.err).toContain('Give neither to anyone');
    expect((await authenticator('approve 000000000009')).code).not.toBe(0);
  });
});

describe('code', () => {
  // Published vectors: wire facts of SecurID-AES, RFC 6238 Appendix B.
  test.each([
    ['SecurID', SECURID, 1709251199, '85148278', 1],
    ['SecurID, 30 seconds', record({ interval: 30, digits: 6 }), 1781526930, '726116', 30],
    ['TOTP', TOTP, 1111111111, '14050471', 29],
  ])('%s', async (_, token, at, code, validFor) => {
    await put(token);
    const ran = await authenticator(`code ${token.serial} --at ${at} --json`);
    expect(JSON.parse(ran.out)).toEqual({ serial: token.serial, code, kind: 'tokencode', validFor });
    expect(JSON.parse((await authenticator('code --json', { now: at * 1000 })).out).code).toBe(code);
  });

  test('of a PINPad token takes the PIN from standard input', async () => {
    await put(PINPAD);
    const at = '--at 1781526896';
    expect((await authenticator(`code ${at} --pin`, { stdin: '98765432\n' })).out).toBe('01732090\n');
    const without = await authenticator(`code ${at}`);
    expect(without.out).toBe('13077668\n');
    expect(without.err).toContain('--pin');
    expect((await authenticator(`code ${at} --pin`, { stdin: '12ab\n' })).code).toBe(2);
  });

  test('of another token refuses a PIN', async () => {
    await put(SECURID);
    expect((await authenticator('code --pin', { stdin: '1234\n' })).code).toBe(2);
  });

  test('of a counter token is another one each time, and has no time', async () => {
    await put(HOTP);
    const codes = [await authenticator('code'), await authenticator('code'), await authenticator('code')];
    expect(codes.map(({ out }) => out)).toEqual(['755224\n', '287082\n', '359152\n']);
    expect((await authenticator('code --at 1')).code).toBe(2);
    expect((await authenticator('code')).out).toBe('969429\n');
  });

  test('needs a serial number when there are several tokens', async () => {
    await put(SECURID, PINPAD);
    const ran = await authenticator('code');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(PINPAD.serial);
    expect((await authenticator('code 111111111111')).code).toBe(1);
  });

  test('says that a token has expired', async () => {
    await put(record({ expiresOn: '2026-06-15' }));
    expect((await authenticator('code --at 1781568000')).err).toContain('expired');
    expect((await authenticator('code --at 1781567999')).err).not.toContain('expired');
  });
});

test('list names every token and no seed', async () => {
  await put(SECURID, HOTP);
  const text = (await authenticator('list')).out + (await authenticator('list --json')).out;
  expect(text).toContain(SECURID.serial);
  expect(text).toContain(HOTP.serial);
  for (const { seed } of [SECURID, HOTP]) expect(text).not.toContain(seed);
});

test('remove takes one token, when it is meant', async () => {
  await put(SECURID, PINPAD);
  expect((await authenticator(`remove ${SECURID.serial}`)).code).toBe(2);
  expect((await authenticator(`remove ${SECURID.serial} --yes`)).code).toBe(0);
  const { items } = JSON.parse((await authenticator('list --json')).out);
  expect(items.map(({ serial }: TokenRecord) => serial)).toEqual([PINPAD.serial]);
});

describe('export, read back', () => {
  const { seed, serial } = PINPAD;
  const expected = { serial, digits: 8, intervalSeconds: 60, addPin: true, expiryDay: '2037-12-31' };

  test.each([
    ['without a password', undefined],
    ['with a password', 'hunter2'],
  ])('sdtid %s', async (_, password) => {
    await put(PINPAD);
    const file = join(folder, 'token.sdtid');
    const line = `export ${serial} --to sdtid --out ${file}${password === undefined ? '' : ' --password'}`;
    const ran = await authenticator(line, { stdin: password ?? '' });
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('seed');
    expect(ran.out).not.toContain(seed);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const read = readSdtid(readFileSync(file), password === undefined ? {} : { password });
    expect(read).toMatchObject({ ok: true, tokens: [expected] });
    if (read.ok) expect(Buffer.from(read.tokens[0]!.seed).toString('base64')).toBe(seed);
    if (password !== undefined) expect(readSdtid(readFileSync(file)).ok).toBe(false);
    // Once more, onto the same file.
    const before = readFileSync(file, 'utf8');
    expect((await authenticator(line, { stdin: password ?? '' })).code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test.skipIf(process.getuid?.() !== 0)('a file for which there is no room is not left behind', async () => {
    await put(PINPAD);
    const small = join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', small]);
    try {
      writeFileSync(join(small, 'other'), 'x'.repeat(4096));
      const file = join(small, 'token.sdtid');
      expect((await authenticator(`export ${serial} --to sdtid --out ${file}`)).code).toBe(2);
      expect(existsSync(file)).toBe(false);
    } finally {
      execFileSync('umount', ['-l', small]);
    }
  });

  test('ctf', async () => {
    await put(PINPAD);
    const { content } = JSON.parse((await authenticator(`export ${serial} --to ctf --json`)).out);
    const read = readCtf(content);
    expect(read).toMatchObject({ ok: true, token: expected });
    if (read.ok) expect(Buffer.from(read.token.seed).toString('base64')).toBe(seed);
  });

  test('only of SecurID tokens', async () => {
    await put(TOTP);
    expect((await authenticator(`export ${TOTP.serial} --to ctf`)).code).toBe(1);
  });
});

describe('a QR code in a PNG', () => {
  const link = `com.rsa.securid://ctkip?scheme=https&url=sower.test:8443/ctkip/services/CtkipService&activationCode=123456789012`;

  function picture(scale: number, paint: { dark: number[]; light: number[] }): string {
    const modules = encodeQR(link, 'raw', { ecc: 'medium', border: 4 });
    const side = modules.length * scale;
    const png = new PNG({ width: side, height: side });
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        const dark = modules[Math.floor(y / scale)]![Math.floor(x / scale)];
        png.data.set(dark ? paint.dark : paint.light, (y * side + x) * 4);
      }
    }
    const path = join(folder, 'code.png');
    writeFileSync(path, PNG.sync.write(png));
    return path;
  }

  test.each([1, 2, 5, 12])('is read at %i pixels a module', async (scale) => {
    const path = picture(scale, { dark: [0, 0, 0, 255], light: [255, 255, 255, 255] });
    expect(await readQrImage(path)).toEqual({ ok: true, value: link });
  });

  test('is read on a transparent ground', async () => {
    const path = picture(6, { dark: [0, 0, 0, 255], light: [0, 0, 0, 0] });
    expect(await readQrImage(path)).toEqual({ ok: true, value: link });
  });

  test('a picture without one, a cut one, a bomb and no picture at all are refused by name', async () => {
    const white = picture(4, { dark: [255, 255, 255, 255], light: [255, 255, 255, 255] });
    expect(await readQrImage(white)).toMatchObject({ ok: false, reason: 'no-qr-code' });
    const file = readFileSync(picture(4, { dark: [0, 0, 0, 255], light: [255, 255, 255, 255] }));
    const path = join(folder, 'other.png');
    writeFileSync(path, file.subarray(0, file.length / 2));
    expect(await readQrImage(path)).toMatchObject({ ok: false, reason: 'damaged-image' });
    file.writeUInt32BE(100_000, 16);
    file.writeUInt32BE(100_000, 20);
    writeFileSync(path, file);
    expect(await readQrImage(path)).toMatchObject({ ok: false, reason: 'image-too-large' });
    writeFileSync(path, 'GIF89a and so on, long enough to be looked at');
    expect(await readQrImage(path)).toMatchObject({ ok: false, reason: 'not-png' });
    expect(await readQrImage(join(folder, 'none.png'))).toMatchObject({
      ok: false,
      reason: 'unreadable-file',
    });
  });
});
