/** What `sower serve` runs: built from the sources, complete, and never older than they are. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { beforeAll, expect, test } from 'vitest';
import { bundleIsCurrent } from '../../../apps/server/bundle-age.js';
import { deploy } from '../../harness/deployment.ts';
import { freshSqlite } from '../../harness/fresh-database.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const built = join(root, 'apps/server/dist');

beforeAll(() => {
  if (bundleIsCurrent()) return;
  const run = spawnSync(process.execPath, [join(root, 'apps/server/bundle.ts')], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
});

/** The file that `sower serve` takes the server from. */
function servedFrom(): string {
  const hooks = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { if (/server[/](dist|src[/]compose)[/]processes[.]/.test(url)) console.error(url); return next(url, context); } });`;
  const { stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(hooks)}`,
      'apps/cli/bin/sower.js',
      'serve',
      '--help',
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  return stderr.trim().replace(pathToFileURL(root).href, '');
}

test('sower serve runs the bundle, and the sources as soon as one of them is newer', () => {
  expect(servedFrom()).toBe('apps/server/dist/processes.js');
  const source = join(root, 'packages/bytes/src/base64.ts');
  const { atime, mtime } = statSync(source);
  try {
    utimesSync(source, atime, new Date(statSync(join(built, 'processes.js')).mtimeMs + 1000));
    expect(servedFrom()).toBe('apps/server/src/compose/processes.ts');
  } finally {
    utimesSync(source, atime, mtime);
  }
});

test('every file that the bundle finds from its own place is there', () => {
  const found: string[] = [];
  for (const file of globSync('*.js', { cwd: built })) {
    const text = readFileSync(join(built, file), 'utf8');
    const own = /new URL\([`"']([^`"']+)[`"'],\s*import\.meta\.url\)|\b__require\(`(\.\/[^`]+)`\)/g;
    for (const [, beside, later] of text.matchAll(own)) {
      const path = beside ?? later ?? '';
      found.push(path);
      expect(existsSync(new URL(path, pathToFileURL(join(built, file)))), `${file}: ${path}`).toBe(true);
    }
  }
  for (const thread of ['rsa-worker', 'password-strength-worker', 'letters-worker'])
    expect(found).toContain(`./${thread}.js`);
  expect(found.some((path) => path.includes('.later-'))).toBe(true);
});

test('what is large and seldom needed is read when it is first used', async () => {
  const report = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { const [, name] = /([a-z0-9]+)[.]later-/.exec(url) ?? []; if (name) console.error('reads ' + name); return next(url, context); } });`;
  const fresh = await freshSqlite();
  const deployment = await deploy(fresh, {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}` },
  });
  try {
    const reads = (): string[] =>
      [...(deployment.servers.at(-1)?.output() ?? '').matchAll(/reads (\w+)/g)].map(([, name = '']) => name);
    // The first start has made its certificate.
    await deployment.servers[0]?.kill('SIGTERM');
    await deployment.start(deployment.servers[0]?.port);
    await deployment.api('listTokens', {});
    expect(reads()).toEqual([]);
    await deployment.api('getCertificate', {});
    await expect.poll(reads).toEqual(['asn1']);
  } finally {
    await deployment.stop();
    await fresh.drop();
  }
});

test('V8 keeps the text of the bundle at one octet a character', () => {
  for (const file of globSync('*.js', { cwd: built }))
    expect(/[\u0100-\uffff]/.test(readFileSync(join(built, file), 'utf8')), file).toBe(false);
});

test('the thread that looks at passwords runs from the bundle', async () => {
  const worker = new Worker(join(built, 'password-strength-worker.js'));
  const answer = new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  worker.postMessage({ password: 'correct horse', words: [] });
  expect(await answer).toBeTypeOf('number');
  await worker.terminate();
});
