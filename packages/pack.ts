/**
 * `npm run pack`: the packages in the form for publishing, JavaScript with declarations, one tarball each.
 *
 * In the tree a package is its sources, which Node 24 and the bundlers read directly (docs/decisions/0001-run-the-sources.md). Others need
 * JavaScript, so the packages are built in a temporary folder: the same files, compiled, under the same names.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const PUBLISHED = ['bytes', 'xml', 'ctkip', 'otp', 'radius', 'api'] as const;

type Manifest = { name: string; version: string; private?: boolean; exports: Record<string, string> };

/** @returns paths of the tarballs, written to `to` */
export function packAll(to: string): string[] {
  const compiled = mkdtempSync(join(tmpdir(), 'sower-packages-'));
  try {
    execFileSync(
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      [
        ...['-p', join(ROOT, 'packages/tsconfig.json'), '--noEmit', 'false', '--incremental', 'false'],
        ...['--declaration', '--rewriteRelativeImportExtensions', '--rootDir', join(ROOT, 'packages')],
        ...['--outDir', compiled],
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    return PUBLISHED.map((name) => pack(name, join(compiled, name, 'src'), to));
  } finally {
    rmSync(compiled, { recursive: true });
  }
}

function pack(name: string, folder: string, to: string): string {
  const source = join(ROOT, 'packages', name);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    // The compiler rewrites imports in the JavaScript, but not in the declarations.
    if (!file.endsWith('.d.ts')) continue;
    const declarations = readFileSync(join(folder, file), 'utf8');
    writeFileSync(
      join(folder, file),
      declarations.replace(/((?:from|import\()\s*['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'),
    );
  }
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([path, file]) => {
      const built = file.replace(/^\.\/src\//, './').replace(/\.ts$/, '');
      return [path, { types: `${built}.d.ts`, default: `${built}.js` }];
    }),
  );
  const published = { ...manifest, exports, engines: { node: '>=20' }, sideEffects: false };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
  for (const text of [join(source, 'README.md'), join(ROOT, 'LICENSE')]) {
    if (existsSync(text)) cpSync(text, join(folder, text.slice(text.lastIndexOf('/') + 1)));
  }
  mkdirSync(to, { recursive: true });
  execFileSync('npm', ['pack', folder, '--pack-destination', to, '--silent'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return join(to, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const tarball of packAll(process.argv[2] ?? join(ROOT, 'packages/dist'))) console.log(tarball);
}
