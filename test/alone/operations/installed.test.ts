/** What `npm run package` builds: what is in it and what is not, and that it runs where there is no tree. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { packNpm, stage, VERSION } from '../../../packaging/npm.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';

import { ready, stopped, walkThrough } from './installed.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
let folder: string;
let staged: string;
let tarball: string;
let installed: string;
const servers: ChildProcess[] = [];
const mebibytes = (octets: number): string => `${(octets / 2 ** 20).toFixed(1)} MiB`;
const npm = (...args: string[]): string =>
  execFileSync('npm', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sower-installed-'));
  staged = join(folder, 'staged');
  await stage(staged);
  tarball = packNpm(staged, folder);
  npm(
    'install',
    '--global',
    '--prefix',
    folder,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--silent',
    tarball,
  );
  installed = join(folder, 'lib/node_modules/sower');
});
afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the npm package has what runs, as JavaScript, and no source, test or data', () => {
  const files = globSync('**/*', { cwd: installed, exclude: ['node_modules'] }).filter((path) =>
    statSync(join(installed, path)).isFile(),
  );
  for (const path of ['apps/cli/bin/sower.js', 'apps/cli/dist/main.js', 'apps/server/dist/processes.js'])
    expect(files).toContain(path);
  for (const path of ['apps/console/dist/index.html', 'apps/authenticator/dist/service-worker.js', 'LICENSE'])
    expect(files).toContain(path);
  expect(files.filter((path) => /\.tsx?$|(^|\/)(test|vectors|data)\//.test(path))).toEqual([]);
  expect(readFileSync(join(installed, 'THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(
    /^find-my-way \d.*\n\n[^-]*MIT/m,
  );
});

test('every file that the server finds from its own place is there', () => {
  const dist = join(installed, 'apps/server/dist');
  const found = globSync('*.js', { cwd: dist }).flatMap((name) =>
    [
      ...readFileSync(join(dist, name), 'utf8').matchAll(
        /new URL\([`"']([^`"']+)[`"'],\s*import\.meta\.url\)/g,
      ),
    ].map(([, path = '']) => path),
  );
  expect(found).toContain('../device-types/');
  expect(found.filter((path) => !existsSync(new URL(path, pathToFileURL(join(dist, 'x')))))).toEqual([]);
});

test('what it brings is in the lock file, in that version, and nothing of it builds or tests', () => {
  const { packages } = json(join(root, 'package-lock.json')) as {
    packages: Record<string, { version?: string; dev?: boolean }>;
  };
  const known = Object.entries(packages)
    .filter(([, { dev }]) => !dev)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')} ${version}`);
  const brought = globSync('**/node_modules/{@*/*,[!.@]*}/package.json', { cwd: installed }).map((file) => {
    const { name, version } = json(join(installed, file));
    return `${name} ${version}`;
  });
  expect(brought).toContain(`pdfkit ${packages['node_modules/pdfkit']?.version}`);
  expect(brought.filter((each) => !known.includes(each))).toEqual([]);
  expect(brought.filter((each) => /^(typescript|vite|react|@types)/.test(each))).toEqual([]);
});

test('it starts, the first block of the README works with it, and it stops', async () => {
  const port = await freePort();
  const here = join(folder, 'operator');
  mkdirSync(here);
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
  const { XDG_DATA_HOME, ...rest } = process.env;
  const env = { ...rest, NODE_OPTIONS: '', HOME: here, PATH: path, SOWER_LISTEN: `127.0.0.1:${port}` };
  const inHere = (script: string) => ['sh', '-ec', `cd '${here}'; ${script}`] as const;
  const [program, ...args] = inHere('exec sower serve');
  const server = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(server);
  const start = await ready(server);
  expect(execFileSync('sower', ['--version'], { env, encoding: 'utf8' }).trim()).toBe(VERSION);
  await walkThrough({ port, dataFolder: join(here, 'data'), shell: inHere, env });
  const [code, stop] = await stopped(server);
  expect(code).toBe(0);
  console.info(`npm package: ${mebibytes(statSync(tarball).size)}; first start ${start} ms, stop ${stop} ms`);
  npm('uninstall', '--global', '--prefix', folder, 'sower', '--silent');
  expect([existsSync(installed), existsSync(join(folder, 'bin/sower'))]).toEqual([false, false]);
  expect(existsSync(join(here, 'data/sower.sqlite'))).toBe(true);
});
