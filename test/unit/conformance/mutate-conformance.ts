/**
 * Makes each fault of conformance-mutations.json, one at a time, in a copy of the tree, and runs the one test that has to find it:
 * `node test/unit/conformance/mutate-conformance.ts [part of a requirement]`. Ends with 1 when a fault is not found.
 *
 * The copy shares its files with the tree by hard links; a file is replaced there, never written into.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgresql } from '../../harness/postgresql.ts';

export type Mutation = {
  /** Section and requirement, as the rows of docs/conformance.md have them. */
  readonly requirements: readonly string[];
  readonly file: string;
  /** Occurs once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Where the test is, and its title: one that the rows name. */
  readonly test: readonly [file: string, title: string];
};

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export const mutations = (): readonly Mutation[] =>
  JSON.parse(readFileSync(join(ROOT, 'test/unit/conformance/conformance-mutations.json'), 'utf8'));

export function mutated(source: string, { find, replace }: Mutation): string {
  return source.replace(find, () => replace);
}

type Outcome = 'passed' | 'failed' | 'not run';

/** What became of one test in the tree at `folder`. A case of the portable suite runs in the file that runs them all. */
function outcomeOf(folder: string, [file, title]: Mutation['test'], postgresql: string): Outcome {
  const path = file.endsWith('.test.ts') ? file : 'packages/ctkip/test/portable.test.ts';
  const words = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('%s', '.*');
  // One database is enough to find a fault that is not about databases.
  const pattern = `^(?!.*PostgreSQL).*${words}`;
  const report = join(folder, 'mutation-report.json');
  rmSync(report, { force: true });
  const run: SpawnSyncReturns<string> = spawnSync(
    process.execPath,
    [
      ...[join(folder, 'node_modules/vitest/vitest.mjs'), 'run', path, '-t', pattern],
      ...['--reporter=json', `--outputFile=${report}`],
    ],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 240_000,
      env: { ...process.env, SOWER_TEST_POSTGRESQL: postgresql },
    },
  );
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: { title: string; status: string }[] }[];
    };
    const statuses = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter((result) => new RegExp(`^${words}$`).test(result.title) && result.status !== 'skipped')
      .map(({ status }) => status);
    if (statuses.includes('failed')) return 'failed';
    return statuses.length > 0 && statuses.every((status) => status === 'passed') ? 'passed' : 'not run';
  } catch {
    if (run.error === undefined) console.error(run.stdout, run.stderr);
    return 'not run';
  }
}

async function main(part: string): Promise<number> {
  const chosen = mutations().filter(({ requirements }) => requirements.some((text) => text.includes(part)));
  const folder = mkdtempSync(join(tmpdir(), 'sower-mutations-'));
  const postgresql = await startPostgresql();
  try {
    for (const entry of [
      'apps',
      'packages',
      'test',
      'vectors',
      'node_modules',
      'package.json',
      'package-lock.json',
    ]) {
      spawnSync('cp', ['-al', join(ROOT, entry), folder]);
    }
    for (const entry of ['vitest.config.ts', 'tsconfig.json', 'setup.js']) {
      spawnSync('cp', ['-al', join(ROOT, entry), folder]);
    }
    const url = postgresql?.url ?? '';
    const green = new Map<string, boolean>();
    let survived = 0;
    for (const mutation of chosen) {
      const { file, test, requirements } = mutation;
      const key = test.join('\n');
      if (!green.has(key)) green.set(key, outcomeOf(folder, test, url) === 'passed');
      const path = join(folder, file);
      const source = readFileSync(path, 'utf8');
      const { atime, mtime } = statSync(path);
      const put = (text: string): void => {
        rmSync(path);
        writeFileSync(path, text);
        // The web apps need not be built again for this.
        utimesSync(path, atime, mtime);
      };
      put(mutated(source, mutation));
      const outcome = outcomeOf(folder, test, url);
      put(source);
      const found = green.get(key) === true && outcome === 'failed';
      if (!found) survived += 1;
      const verdict = found ? 'found' : green.get(key) ? `NOT FOUND (${outcome})` : 'NOT GREEN BEFORE';
      console.log(`| ${requirements.join('; ')} | ${file} | ${test[1]} | ${verdict} |`);
    }
    const rows = new Set(chosen.flatMap(({ requirements }) => requirements)).size;
    console.log(`\n${rows} requirements, ${chosen.length} faults, ${chosen.length - survived} found`);
    return survived === 0 ? 0 : 1;
  } finally {
    await postgresql?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv[2] ?? '');
