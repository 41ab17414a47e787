import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hotp } from '@sower/otp/hotp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { spawn } from '../../../test/harness/processes/spawn.ts';
import { openStore } from '../src/authenticator/store.ts';
import type { TokenRecord } from '../src/authenticator/token-record.ts';
import { secretsFor } from '../src/authenticator/unlock.ts';
import { fail, success } from '../src/outcome.ts';
import { processTerminal } from '../src/terminal/terminal.ts';
import { HOTP, record, SECURID } from './authenticator/token-records.ts';
import { sower, sowerTyping } from './fake-terminal.ts';

let folder: string;
let store: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-authenticator-'));
  store = join(folder, 'inner', 'authenticator.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const env = (more = {}) => ({ SOWER_AUTHENTICATOR: store, ...more });

async function put(tokens: TokenRecord[], more: Record<string, string> = {}) {
  const opened = await openStore(
    store,
    secretsFor({ ...processTerminal(() => '0.1.1'), env: env(more) }, {}),
  );
  if (!opened.ok) throw new Error(opened.message);
  const put = await opened.value.update((contents) =>
    success({ contents: { ...contents, tokens: [...contents.tokens, ...tokens] }, value: undefined }),
  );
  if (!put.ok) throw new Error(put.message);
}

const mode = (path: string) => statSync(path).mode & 0o777;

describe('the file', () => {
  test('and its key are for the owner only, and the folder too', async () => {
    await put([SECURID]);
    const key = join(folder, 'inner', 'authenticator.key');
    expect([mode(store), mode(key), mode(join(folder, 'inner'))]).toEqual([0o600, 0o600, 0o700]);
  });

  test('holds no seed, serial number or device id in clear', async () => {
    await put([SECURID]);
    const about = JSON.parse((await sower(['authenticator', 'about', '--json'], { env: env() })).out);
    const text = readFileSync(store, 'latin1');
    for (const secret of [SECURID.seed, SECURID.serial, about.deviceId]) expect(text).not.toContain(secret);
  });

  test('is not replaced by a part of the new one where the disk is full', async () => {
    await put([SECURID]);
    const before = readFileSync(store);
    const source = (name: string): string => JSON.stringify(import.meta.resolve(`../src/${name}.ts`));
    const script = join(folder, 'full.mjs');
    writeFileSync(
      script,
      `import { openStore } from ${source('authenticator/store')};
       import { secretsFor } from ${source('authenticator/unlock')};
       import { processTerminal } from ${source('terminal/terminal')};
       const opened = await openStore(process.env.SOWER_AUTHENTICATOR, secretsFor(processTerminal(() => '0.1.1'), {}));
       const changed = await opened.value.update((contents) =>
         ({ ok: true, value: { contents: { ...contents, deviceId: 'x'.repeat(100_000) }, value: undefined } }));
       console.log(changed.ok ? 'changed' : changed.reason);`,
    );
    // A limit of some kilobytes to a file ends a write as a full disk does: it takes a part, and only the next one fails.
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 16 && exec "$0" "$1"', process.execPath, script],
      { encoding: 'utf8', env: { ...process.env, ...env(), NODE_DISABLE_COMPILE_CACHE: '1' } },
    );
    expect(stderr + stdout).toBe('store-unusable\n');
    expect(readFileSync(store).equals(before)).toBe(true);
    expect(readdirSync(join(folder, 'inner')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('is opened by its key file alone', async () => {
    await put([SECURID]);
    const key = join(folder, 'inner', 'authenticator.key');
    const moved = join(folder, 'elsewhere.key');
    copyFileSync(key, moved);
    rmSync(key);
    expect((await sower(['authenticator', 'list'], { env: env() })).code).toBe(2);
    expect((await sower(['authenticator', 'list', '--key-file', moved], { env: env() })).code).toBe(0);
    writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64')}\n`, { mode: 0o600 });
    const wrong = await sower(['authenticator', 'list', '--json'], { env: env() });
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out).error.reason).toBe('wrong-key-file');
  });

  test('a key file that others can read is refused', async () => {
    await put([SECURID]);
    chmodSync(join(folder, 'inner', 'authenticator.key'), 0o640);
    expect((await sower(['authenticator', 'list'], { env: env() })).code).toBe(2);
  });

  test('is opened by its passphrase alone', async () => {
    await put([SECURID], { SOWER_PASSPHRASE: 'four words in Zürich' });
    expect(readdirSync(join(folder, 'inner'))).not.toContain('authenticator.key');
    const list = (passphrase?: string) =>
      sower(['authenticator', 'list', '--json'], { env: env({ SOWER_PASSPHRASE: passphrase }) });
    expect((await list('four words in Zu\u0308rich')).code).toBe(0);
    expect(JSON.parse((await list('five words in Zürich')).out).error.reason).toBe('wrong-passphrase');
    expect(JSON.parse((await list()).out).error.reason).toBe('passphrase-needed');
  });

  test('asks for a new passphrase twice, and refuses two different ones', async () => {
    const ran = await sowerTyping(
      ['authenticator', 'about', '--passphrase'],
      'one long phrase\r',
      'New passphrase',
      env({ XDG_DATA_HOME: folder }),
      { keys: 'another long phrase\r', awaited: 'The same again' },
    );
    expect(ran.code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['iv', 'ciphertext', 'tag', 'protection'])('a change of its %s is noticed', async (field) => {
    await put([SECURID]);
    const document = JSON.parse(readFileSync(store, 'utf8'));
    const flip = (text: string) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
    if (field === 'protection') document.protection.salt = flip(document.protection.salt);
    else document[field] = flip(document[field]);
    writeFileSync(store, JSON.stringify(document));
    expect((await sower(['authenticator', 'list'], { env: env() })).code).toBe(1);
  });

  test('a shortened tag is not accepted', async () => {
    await put([SECURID]);
    const document = JSON.parse(readFileSync(store, 'utf8'));
    document.tag = Buffer.from(document.tag, 'base64').subarray(0, 4).toString('base64');
    writeFileSync(store, JSON.stringify(document));
    expect((await sower(['authenticator', 'list'], { env: env() })).code).toBe(1);
  });

  test('that asks for absurd amounts of memory is no store', async () => {
    await put([SECURID], { SOWER_PASSPHRASE: 'four words in a row' });
    const document = JSON.parse(readFileSync(store, 'utf8'));
    document.protection.N = 2 ** 30;
    writeFileSync(store, JSON.stringify(document));
    const ran = await sower(['authenticator', 'list', '--json'], { env: env({ SOWER_PASSPHRASE: 'x' }) });
    expect(JSON.parse(ran.out).error.reason).toBe('not-a-store');
  });

  test('stays as it is, to the byte, when a change is refused or breaks off', async () => {
    await put([SECURID]);
    const before = readFileSync(store);
    const opened = await openStore(store, secretsFor({ ...processTerminal(() => '0.1.1'), env: env() }, {}));
    if (!opened.ok) throw new Error(opened.message);
    const refused = await opened.value.update(() => fail('refused', 'no', 'No.'));
    expect(refused).toMatchObject({ ok: false, reason: 'no' });
    const broken = opened.value.update(() => {
      throw new Error('in the middle');
    });
    await expect(broken).rejects.toThrow('in the middle');
    expect(readFileSync(store)).toEqual(before);
    // The lock of the failed change is free again.
    await put([HOTP]);
    expect(readdirSync(join(folder, 'inner')).sort()).toEqual([
      'authenticator.json',
      'authenticator.json.lock',
      'authenticator.key',
    ]);
  });

  test('is not made by looking', async () => {
    const ran = await sower(['authenticator', 'list'], { env: env() });
    expect(ran).toMatchObject({ code: 0, out: '' });
    expect((await sower(['authenticator', 'code'], { env: env() })).code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is looked for in the data folder of the user', async () => {
    const ran = await sower(['authenticator', 'about', '--json'], { env: { HOME: folder } });
    expect(JSON.parse(ran.out).store).toBe(join(folder, '.local/share/sower/authenticator.json'));
  });
});

describe('the device id', () => {
  test('is made once, 24 hex digits, and grouped for reading', async () => {
    const first = JSON.parse((await sower(['authenticator', 'about', '--json'], { env: env() })).out);
    expect(first.deviceId).toMatch(/^[0-9A-F]{24}$/);
    const second = await sower(['authenticator', 'about'], { env: env() });
    expect(second.out).toContain(first.deviceId.replace(/(.{4})/g, '$1 ').trim());
  });

  test('is one also when many make the store at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => sower(['authenticator', 'about', '--json'], { env: env() })),
    );
    expect(new Set(all.map(({ out }) => JSON.parse(out).deviceId)).size).toBe(1);
  });
});

describe('two at once', () => {
  test('lose nothing within a process', async () => {
    const tokens = Array.from({ length: 20 }, (_, index) => record({ serial: `0002000000${10 + index}` }));
    await Promise.all(tokens.map((token) => put([token])));
    const { items } = JSON.parse((await sower(['authenticator', 'list', '--json'], { env: env() })).out);
    expect(items.map(({ serial }: TokenRecord) => serial).sort()).toEqual(tokens.map(({ serial }) => serial));
  });

  test('never show the same counter code, in processes of their own', async () => {
    await put([HOTP]);
    const each = 6;
    const runs = await Promise.all(Array.from({ length: 4 }, () => counterCodes(each)));
    const expected = Array.from({ length: 4 * each }, (_, counter) =>
      hotp({ key: Buffer.from(HOTP.seed, 'base64'), counter, digits: 6 }),
    );
    expect(runs.flat().sort()).toEqual(expected.sort());
    expect(readdirSync(join(folder, 'inner')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('a holder that is killed leaves no lock, and the file is whole', async () => {
    await put([HOTP]);
    for (let round = 0; round < 5; round += 1) {
      const child = counting(1000);
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const ran = await sower(['authenticator', 'list', '--json'], { env: env() });
      expect(ran.code).toBe(0);
      const code = await sower(['authenticator', 'code', '--json'], { env: env() });
      expect(code.code).toBe(0);
    }
  });
});

function counting(times: number) {
  const script = fileURLToPath(new URL('./authenticator/counter-codes.ts', import.meta.url));
  return spawn(process.execPath, [script, String(times)], {
    env: { ...process.env, SOWER_AUTHENTICATOR: store },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function counterCodes(times: number): Promise<string[]> {
  const child = counting(times);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return text.trim().split('\n');
}
