/** The version of a build: from its commit, greater for each later one, by the rules of npm and of Debian. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVersion, versionOfChanged } from '../../../apps/server/build-version.js';
import { ROOT, TAG, UNTAGGED, VERSION } from '../../../packaging/npm.ts';

let folder: string;
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const versionIn = (path: string): string => buildVersion(pathToFileURL(`${path}/`));
const commit = (): string => {
  run('git', '-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '--allow-empty', '--quiet', '-m', 'x');
  return versionIn(folder);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-version-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '0.1.0' }));
  run('git', 'init', '--quiet');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newerForDebian = (one: string, other: string): boolean => {
  try {
    execFileSync('dpkg', ['--compare-versions', one, 'gt', other]);
    return true;
  } catch {
    return false;
  }
};
/** As npm orders them: what follows the plus sign does not count. */
const newerForNpm = (one: string, other: string): boolean => {
  const [first = [], second = []] = [one, other].map((version) =>
    (version.split('+')[0] as string).split('.').map(Number),
  );
  const at = first.findIndex((number, index) => number !== second[index]);
  return at !== -1 && (first[at] as number) > (second[at] as number);
};

test('each commit has a version of its own, and a later one is greater', () => {
  const versions = Array.from({ length: 12 }, commit);
  expect(versions[0]).toMatch(/^0\.1\.1\+g[0-9a-f]{12}$/);
  expect(versions[11]).toBe(`0.1.12+g${run('git', 'rev-parse', '--short=12', 'HEAD')}`);
  for (const [index, version] of versions.entries())
    for (const earlier of versions.slice(0, index))
      expect([newerForNpm(version, earlier), newerForDebian(version, earlier)]).toEqual([true, true]);
});

test('a build of changes that are not committed is later than its commit, and earlier than the next', () => {
  const version = commit();
  const first = versionOfChanged(version, Date.UTC(2026, 0, 2, 3, 4, 5));
  const second = versionOfChanged(version, Date.UTC(2026, 0, 2, 3, 4, 6));
  expect(first).toBe(`${version}.d20260102030405`);
  expect(newerForDebian(first, version)).toBe(true);
  expect(newerForDebian(second, first)).toBe(true);
  expect(newerForDebian(commit(), second)).toBe(true);
});

test('a clone without its history does not claim a place in the order; a package has what its manifest says', () => {
  const clone = mkdtempSync(join(tmpdir(), 'sower-shallow-'));
  try {
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${folder}`, join(clone, 'tree')], {
      stdio: 'ignore',
    });
    writeFileSync(join(clone, 'tree/package.json'), JSON.stringify({ version: '0.1.0' }));
    expect(versionIn(join(clone, 'tree'))).toBe(`0.1.0+g${run('git', 'rev-parse', '--short=12', 'HEAD')}`);
    writeFileSync(join(clone, 'package.json'), JSON.stringify({ version: '0.1.77+gabc' }));
    expect(versionIn(clone)).toBe('0.1.77+gabc');
  } finally {
    rmSync(clone, { recursive: true });
  }
});

test('this tree, its command line and its images have the version of its commit', () => {
  const version = versionIn(ROOT);
  expect(VERSION.startsWith(version)).toBe(true);
  expect(TAG).toMatch(/^[\w][\w.-]{0,127}$/);
  const said = execFileSync(process.execPath, ['apps/cli/bin/sower.js', '--version'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(said.trim()).toBe(version);
  for (const file of ['container/Dockerfile', 'kubernetes/kustomization.yaml'])
    expect(readFileSync(join(ROOT, 'packaging', file), 'utf8').split(UNTAGGED)).toHaveLength(2);
});
