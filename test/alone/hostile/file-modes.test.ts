/** Nobody but the user of the server can read what it keeps, under any umask, and what could be read before is corrected. */
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SQLITE } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';

const cleanups: (() => unknown)[] = [];
const mask = process.umask();
afterEach(async () => {
  process.umask(mask);
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const open = (paths: readonly string[]): string[] =>
  paths.filter((path) => (statSync(path).mode & 0o077) !== 0);
const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

test('files are made for the user alone; those that were open are closed at the next start, and the log says so', async () => {
  const database = await SQLITE.fresh();
  cleanups.push(() => database.drop());
  const file = database.location.kind === 'sqlite' ? database.location.file : '';
  // As a shell has it, or worse.
  process.umask(0);
  const deployment = await deploy(database);
  cleanups.push(() => deployment.stop());
  const kept = () => [deployment.dataFolder, ...below(deployment.dataFolder), ...below(join(file, '..'))];
  expect(kept().filter((path) => path.endsWith('sower.sqlite-wal'))).toHaveLength(1);
  expect(open(kept())).toEqual([]);

  await deployment.servers[0]?.kill('SIGKILL');
  const closed = [file, `${file}-wal`, join(deployment.dataFolder, 'master.key'), deployment.dataFolder];
  for (const path of closed) chmodSync(path, path === deployment.dataFolder ? 0o755 : 0o644);
  const again = await deployment.start();
  expect(open(kept())).toEqual([]);
  const line = again
    .output()
    .split('\n')
    .find((text) => text.includes('could read these; not any more'));
  expect(JSON.parse(line ?? '{}').files.sort()).toEqual(closed.toSorted());
});
