/** The packages as others get them: packed, installed in an empty folder outside the tree, used from JavaScript, from types, bundled. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PUBLISHED, packAll } from '../../packages/pack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One thing of each package, with what is known of it from elsewhere. */
const PROGRAM = `
import { base64 } from '@sower/bytes/base64';
import { utf8 } from '@sower/bytes/octets';
import { problemDocument } from '@sower/api/problems';
import { OPERATIONS } from '@sower/api/operations';
import { parseLink } from '@sower/ctkip/links';
import { hotp } from '@sower/otp/hotp';
import { readCtf } from '@sower/otp/ctf';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import { parsePacket, CODE } from '@sower/radius/packet';
import { readXml } from '@sower/xml';

const ctf = readCtf('200012345678973042071776752216050450744647071253341607664170166156001302716707042');
const link = parseLink('com.rsa.securid://ctkip?scheme=https&url=otp.example.com:7004/ctkip/services/CtkipService&activationCode=123456789012');
export const shown = {
  base64: base64(utf8('Sower')),
  problem: problemDocument('not-found', 'No such token.').status,
  operations: Object.keys(OPERATIONS).length > 100,
  link: link.ok && link.activationCode,
  // RFC 4226, Appendix D.
  hotp: hotp({ key: utf8('12345678901234567890'), counter: 0, digits: 6 }),
  tokencode: securidTokencode({ ...ctf.token, interval: intervalAt(1781526896, ctf.token.intervalSeconds) }),
  radius: parsePacket(Uint8Array.of(1, 2, 3)).ok,
  accessRequest: CODE.accessRequest,
  xml: readXml('<a><!DOCTYPE b></a>').ok,
};
`;
const EXPECTED = {
  base64: 'U293ZXI=',
  problem: 404,
  operations: true,
  link: '123456789012',
  hotp: '755224',
  tokencode: '59681909',
  radius: false,
  accessRequest: 1,
  xml: false,
};

let folder: string;
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-installed-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const tarballs = packAll(join(folder, 'tarballs'));
  run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', ...tarballs);
  writeFileSync(join(folder, 'program.js'), PROGRAM);
  writeFileSync(
    join(folder, 'print.js'),
    "import { shown } from './program.js';\nconsole.log(JSON.stringify(shown));\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The Node that runs the tests, and the one of the system, which is often older. */
const NODES = [process.execPath, '/usr/bin/node'].filter(
  (path, index, all) => existsSync(path) && all.indexOf(path) === index,
);

test.each(NODES)('from plain JavaScript on %s', (node) => {
  expect(Number(run(node, '--version').slice(1).split('.')[0])).toBeGreaterThanOrEqual(20);
  expect(JSON.parse(run(node, 'print.js'))).toEqual(EXPECTED);
});

test('nothing but JavaScript, declarations, a manifest and texts is in a package', () => {
  for (const name of PUBLISHED) {
    const installed = join(folder, 'node_modules/@sower', name);
    const files = run('find', installed, '-type', 'f').trim().split('\n');
    expect(
      files.filter((file) => !/\.js$|\.d\.ts$|\/(package\.json|README\.md|LICENSE)$/.test(file)),
    ).toEqual([]);
    for (const file of files.filter((each) => /\.(js|ts)$/.test(each)))
      expect(readFileSync(file, 'utf8')).not.toMatch(/(from|import\() ?['"]\.[^'"]*\.ts['"]/);
  }
});

test('through a bundler, for a browser', async () => {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      lib: { entry: join(folder, 'program.js'), formats: ['es'], fileName: () => 'bundle.js' },
      outDir: 'out',
    },
  });
  const bundle = join(folder, 'out/bundle.js');
  // Nothing is left to be resolved, and nothing of Node was needed.
  expect(readFileSync(bundle, 'utf8')).not.toMatch(/(?<!['"])\bfrom ?['"]|require\(|node:/);
  const { shown } = (await import(/* @vite-ignore */ bundle)) as { shown: unknown };
  expect(shown).toEqual(EXPECTED);
});

test('the declarations are types for a program that knows nothing of the tree', () => {
  writeFileSync(
    join(folder, 'typed.ts'),
    `import { readCtf } from '@sower/otp/ctf';
const ctf = readCtf('2000');
if (ctf.ok) { const digits: number = ctf.token.digits; console.log(digits); }
// @ts-expect-error the reason is there only when it could not be read
console.log(ctf.reason.length);
// @ts-expect-error not a number
readCtf(2000);
`,
  );
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', 'typed.ts'];
  expect(compiled('typescript', options)).toBe('');
});

const compiled = (compiler: string, options: readonly string[]): string =>
  spawnSync(process.execPath, [join(ROOT, 'node_modules', compiler, 'bin/tsc'), ...options], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;

test('every declaration is read by the oldest TypeScript that the READMEs name, and by ours', () => {
  const modules = PUBLISHED.flatMap((name) =>
    readdirSync(join(folder, 'node_modules/@sower', name), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.d.ts'))
      .map((file) => `./node_modules/@sower/${name}/${file.replace(/\.d\.ts$/, '.js')}`),
  );
  expect(modules.length).toBeGreaterThan(80);
  writeFileSync(
    join(folder, 'all.ts'),
    modules.map((path, index) => `export * as m${index} from '${path}';\n`).join(''),
  );
  // What it declares is looked at too, not only what is used of it.
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', 'all.ts'];
  for (const compiler of ['typescript-oldest', 'typescript'])
    expect(compiled(compiler, options), compiler).toBe('');
  const { version } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules/typescript-oldest/package.json'), 'utf8'),
  ) as { version: string };
  for (const name of ['api', 'ctkip', 'otp', 'radius'])
    expect(
      readFileSync(join(ROOT, 'packages', name, 'README.md'), 'utf8').replace(/\s+/g, ' '),
      name,
    ).toContain(`TypeScript ${version.replace(/\.\d+$/, '')} or later`);
});
