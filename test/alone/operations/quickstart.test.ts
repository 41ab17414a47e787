/** The README's five minutes, copied line by line. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';
import { readmeBlocks } from './installed.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let server: ReturnType<typeof spawn>;
let env: NodeJS.ProcessEnv;
let blocks: string[];

beforeAll(async () => {
  // A checkout of its own, as far as data goes.
  folder = mkdtempSync(join(tmpdir(), 'sower-quickstart-'));
  for (const entry of readdirSync(root)) {
    if (entry !== 'data' && entry !== '.git') symlinkSync(join(root, entry), join(folder, entry));
  }
  blocks = readmeBlocks();
  env = { ...process.env, HOME: folder, NODE_OPTIONS: '', SOWER_LISTEN: `127.0.0.1:${await freePort()}` };
  delete env.XDG_DATA_HOME;
  server = spawn('sh', ['-c', blocks[0] as string], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await new Promise<void>((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('is ready')) resolve();
    });
    server.once('exit', () => reject(new Error(output)));
  });
});

afterAll(async () => {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  // npm, its shell and the server are one group.
  if (server.pid && server.exitCode === null) process.kill(-server.pid, 'SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
});

test('npm start, then the commands as they stand: the tokencode is accepted, and a second time it is not', async () => {
  // Within the minute, as the README says: after it the token shows another tokencode.
  await roomInTheMinute({ now: Date.now }, 30_000);
  expect(blocks[0]).toContain('npm start');
  const commands = blocks[1] as string;
  const run = spawnSync('sh', ['-e', '-c', commands], { cwd: folder, env, encoding: 'utf8' });
  expect(run.stderr + run.stdout).toContain('accepted');
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/accepted/);
  const verify = commands.split('\n').find((line) => line.includes('sower verify'));
  const again = spawnSync('sh', ['-c', `SERIAL=000100000001; ${verify}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect(again.stdout).toContain('rejected');
});

test('as it starts by itself, the port that clients reach says nothing of its metrics or of how the API is called', async () => {
  const port = Number((env.SOWER_LISTEN as string).split(':')[1]);
  const status = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
  expect(await status('/healthz')).toBe(200);
  for (const path of ['/metrics', '/api/docs', '/api/docs/', '/api/openapi.json'])
    expect([path, await status(path)]).toEqual([path, 404]);
});

test.each(['bench', 'screenshots', 'pack', 'package'])(
  'npm run %s works at its first call, when it brings its own Node',
  (script) => {
    const clone = mkdtempSync(join(tmpdir(), 'sower-first-call-'));
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    writeFileSync(join(clone, 'package.json'), JSON.stringify({ scripts }));
    // As setup.js does in a fresh clone: before it runs there is the Node of the system, after it the one that the lock file names.
    const ours = join(clone, 'node_modules/.bin/node');
    writeFileSync(
      join(clone, 'setup.js'),
      [
        "const fs = require('node:fs');",
        `fs.mkdirSync(${JSON.stringify(join(clone, 'node_modules/.bin'))}, { recursive: true });`,
        `fs.writeFileSync(${JSON.stringify(ours)}, ${JSON.stringify('#!/bin/sh\necho the Node of the lock file\n')}, { mode: 0o755 });`,
      ].join('\n'),
    );
    const system = join(clone, 'system');
    mkdirSync(system);
    symlinkSync(process.execPath, join(system, 'node'));
    const path = [join(clone, 'node_modules/.bin'), system, process.env.PATH].join(':');
    const command = scripts[script] as string;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: clone,
      env: { ...process.env, PATH: path },
      encoding: 'utf8',
    });
    rmSync(clone, { recursive: true });
    expect(stderr + stdout).toBe('the Node of the lock file\n');
  },
);
