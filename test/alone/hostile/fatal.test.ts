/** However the server ends, its last line is one JSON line of level fatal that says why; nothing else is printed for it. */

import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { spawn } from '../../harness/processes/spawn.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const FATAL = 60;

type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** @param meanwhile called with everything printed, each time there is more */
function serve(
  options: readonly string[],
  env: Record<string, string> = {},
  meanwhile: (printed: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, 'serve', ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      meanwhile(stdout, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

describe('the last line of the server', () => {
  let folder: string;
  let taken: number;
  const blocker = createServer();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-fatal-'));
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    taken = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => {
    blocker.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const data = (name: string): readonly string[] => [
    '--data',
    join(folder, name),
    '--listen',
    '127.0.0.1:0',
    '--server-key-bits',
    '1024',
  ];

  function fatalLine({ stdout, stderr }: Ended, stack = false): Record<string, unknown> {
    expect(stderr).toBe('');
    const lines = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const fatal = lines.filter(({ level }) => level === FATAL);
    expect(fatal).toHaveLength(1);
    expect(lines.at(-1)).toBe(fatal[0]);
    expect(fatal[0]).toMatchObject({
      time: expect.any(Number),
      pid: expect.any(Number),
      msg: expect.any(String),
    });
    // Outside the JSON there is never a stack.
    expect(stdout.split('\n').filter((line) => /^\s+at /.test(line))).toEqual([]);
    if (!stack) expect(JSON.stringify(fatal[0])).not.toMatch(/\.ts:\d/);
    return fatal[0] as Record<string, unknown>;
  }

  test('settings that cannot be', async () => {
    const ended = await serve(['--listen', 'nowhere', '--plain', '--log-level', 'silent']);
    expect(ended.status).toBe(2);
    expect(fatalLine(ended).mistakes).toEqual([
      expect.stringContaining('--plain is not an option'),
      expect.stringContaining('HOST:PORT'),
    ]);
  });

  test('a port that is taken, by each option that names one, and with a silent log', async () => {
    const udp = createSocket('udp4');
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    const { port } = udp.address();
    for (const [option, place, ...more] of [
      ['--listen', taken],
      ['--metrics-listen', taken],
      ['--acme-listen', taken],
      ['--radsec', taken],
      ['--radius', port],
      ['--radius-accounting', port],
      ['--listen', taken, '--log-level', 'silent'],
      ['--acme-listen', taken, '--processes', '2'],
    ] as const) {
      const free = option === '--listen' ? [] : ['--listen', '127.0.0.1:0'];
      const ended = await serve([...data('port'), ...free, option, `127.0.0.1:${place}`, ...more]);
      expect(ended.status, option).toBe(1);
      const line = fatalLine(ended);
      expect(line, option).toMatchObject({ code: 'EADDRINUSE' });
      expect(line.msg, option).toMatch(new RegExp(`could not start: ${option}: .*EADDRINUSE`));
    }
    udp.close();
  });

  test('a master key that is none, a database file that is none, one of another master key', async () => {
    await serve(data('own'), {}, (printed, kill) => / is ready: /.test(printed) && kill('SIGTERM'));
    const other = await serve(data('own'), { SOWER_MASTER_KEY: '07'.repeat(32) });
    expect(other.status).toBe(1);
    expect(fatalLine(other).msg).toContain('another master key');

    writeFileSync(join(folder, 'text'), 'no database at all, and long enough to be one'.repeat(100));
    const none = await serve([...data('none'), '--database', `sqlite:${join(folder, 'text')}`]);
    expect(none.status).toBe(1);
    expect(fatalLine(none).msg).toContain('not a database');

    writeFileSync(join(folder, 'own', 'master.key'), 'short\n');
    chmodSync(join(folder, 'own', 'master.key'), 0o600);
    expect(fatalLine(await serve(data('own'))).msg).toContain('does not hold a master key');
  });

  test.skipIf(process.getuid?.() !== 0)(
    'a data folder that is read-only or full, new or in use',
    async () => {
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
      const remount = (how: 'ro' | 'rw') => execFileSync('mount', ['-o', `remount,${how}`, disk]);
      const reason = async (name: string): Promise<unknown> => {
        const ended = await serve(data(join('disk', name)));
        expect(ended.status).toBe(1);
        const { msg } = fatalLine(ended);
        // None of Node.js: EROFS: read-only file system, mkdir '…'.
        expect(msg).not.toMatch(/E[A-Z]{4,}|SQLITE|mkdir|unable to open/);
        return msg;
      };
      try {
        remount('ro');
        expect(await reason('new')).toMatch(/disk\/new is on a read-only file system\. Mount it writable/);
        remount('rw');
        await serve(
          data(join('disk', 'used')),
          {},
          (printed, kill) => / is ready: /.test(printed) && kill('SIGTERM'),
        );
        remount('ro');
        expect(await reason('used')).toMatch(/read-only/);
        remount('rw');
        const filler = join(disk, 'filler');
        for (const size of [65_536, 512, 1])
          try {
            for (;;) writeFileSync(filler, Buffer.alloc(size, 1), { flag: 'a' });
          } catch {
            // Full, but for less than this size.
          }
        expect(await reason('newer')).toMatch(/disk is full.*Free up space/);
        expect(await reason('used')).toMatch(/disk is full.*Free up space/);
        rmSync(filler);
        const again = await serve(
          data(join('disk', 'used')),
          {},
          (printed, kill) => / is ready: /.test(printed) && kill('SIGTERM'),
        );
        expect(again.status).toBe(0);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );

  test.skipIf(!inject('postgresql'))('a PostgreSQL that refuses us', async () => {
    const url = new URL(inject('postgresql') as string);
    url.pathname = '/there_is_no_such_database';
    const ended = await serve([...data('refused')], { SOWER_DATABASE: url.href });
    expect(ended.status).toBe(1);
    expect(fatalLine(ended)).toMatchObject({ code: '3D000', msg: expect.stringContaining('does not exist') });
  });

  test('an error that nobody caught, thrown or rejected: with its stack, inside the line', async () => {
    for (const [name, cause] of [
      ['thrown', "throw new Error('planted')"],
      ['rejected', "Promise.reject(new Error('planted'))"],
    ] as const) {
      const plant = join(folder, `${name}.mjs`);
      // Seldom is it only one: what follows while the line is written adds none.
      writeFileSync(
        plant,
        `process.on('SIGUSR2', () => { setImmediate(() => { ${cause}; }); process.nextTick(() => { ${cause}; }); ${cause}; });`,
      );
      const ended = await serve(
        data('uncaught'),
        { NODE_OPTIONS: `--import=${plant}` },
        (printed, kill) => / is ready: /.test(printed) && kill('SIGUSR2'),
      );
      expect([name, ended.status]).toEqual([name, 1]);
      expect(fatalLine(ended, true)).toMatchObject({
        err: { message: 'planted', stack: expect.any(String) },
      });
    }
  });

  test('a second signal', async () => {
    let first = true;
    const ended = await serve([...data('signals'), '--drain-seconds', '20'], {}, (printed, kill) => {
      if (!first || !/ is ready: /.test(printed)) return;
      first = false;
      kill('SIGTERM');
      setTimeout(() => kill('SIGTERM'), 1_000);
    });
    expect(ended.status).toBe(1);
    expect(fatalLine(ended).msg).toContain('second signal');
  });

  test.skipIf(!existsSync('/dev/full'))('no log: a full disk below it does not end the server', async () => {
    const full = openSync('/dev/full', 'w');
    const where = join(folder, 'full', 'server.json');
    const child = spawn(
      process.execPath,
      [LAUNCHER, 'serve', ...data('full'), '--audit-forward', 'stdout:'],
      {
        stdio: ['ignore', full, 'pipe'],
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    closeSync(full);
    const ended = once(child, 'exit');
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    try {
      await expect.poll(() => child.exitCode !== null || existsSync(where), { timeout: 30_000 }).toBe(true);
      // Until the trail of the start was forwarded, too.
      await wait(3_000);
      expect([child.exitCode, stderr]).toEqual([null, '']);
      const { url } = JSON.parse(readFileSync(where, 'utf8')) as { url: string };
      const asked = get(`${url}/readyz`, { rejectUnauthorized: false, agent: false });
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(200);
    } finally {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    }
    expect(child.exitCode).toBe(0);
  });
});
