/**
 * The npm package `sower`: what runs, built, in the places where the tree has it, so that the launcher and the server find each other as they
 * do there. Only what the bundle leaves outside comes as packages, in the versions of the lock file. No sources, no tests, nothing that builds.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildVersion, versionOfChanged } from '../apps/server/build-version.js';
import { OUTSIDE } from '../apps/server/outside.ts';
import { closure, type Packages } from './lock.ts';
import { thirdParties } from './third-parties.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const MANIFEST = json('package.json');
/** `git status` says nothing if what is built is what was committed. */
function versionOfBuild(): string {
  const root = pathToFileURL(`${ROOT}/`);
  const version = buildVersion(root);
  if (!existsSync(join(ROOT, '.git'))) return version;
  const changes = execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
  return changes === '' ? version : versionOfChanged(version, Date.now());
}
export const VERSION = versionOfBuild();
/** What files of the tree say in its place. */
export const UNTAGGED = '0.0.0-untagged';
/** For images, whose tags have no plus sign. */
export const TAG = VERSION.replace('+', '-');

const NATIVE: readonly string[] = ['@node-rs/argon2'];
const LAUNCHER = 'apps/cli/bin/sower.js';
const AS_IT_IS = [
  'LICENSE',
  'README.md',
  'apps/authenticator/dist',
  'apps/authenticator/headers.json',
  LAUNCHER,
  'apps/console/dist',
  'apps/server/build-version.js',
  'apps/server/bundle-age.js',
  'apps/server/device-types',
  'monitoring',
];

/** What the launcher starts, and all that this names: earlier builds have left parts beside it. And the files that it serves as they are. */
function partsOf(dist: string, asLauncherHasIt: string): string[] {
  const folder = join(ROOT, dist);
  const all = globSync('*.js', { cwd: folder });
  const launcher = readFileSync(join(ROOT, LAUNCHER), 'utf8');
  const parts = new Set(all.filter((name) => launcher.includes(`'${asLauncherHasIt}/${name}'`)));
  for (const part of parts) {
    const text = readFileSync(join(folder, part), 'utf8');
    for (const name of all) if (text.includes(`./${name}`)) parts.add(name);
    for (const [name] of text.matchAll(/\.\.\/src\/[\w./-]+/g)) parts.add(name);
  }
  return [...parts].map((part) => join(dist, part));
}

/** The part of our lock file that `manifest` needs. */
function lockOf(manifest: { readonly dependencies: Record<string, string> }) {
  const packages: Packages = json('package-lock.json').packages;
  const brought = closure(packages, 'apps/server', OUTSIDE).map((path) => {
    if (!path.startsWith('node_modules/')) throw new Error(`${path}: not where an installed package has it`);
    const { dev, devOptional, ...entry } = packages[path] as Record<string, unknown>;
    return [path, entry] as const;
  });
  return {
    ...manifest,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries(brought) },
  };
}

/** What stands in packages and no program reads. */
const UNREAD = [
  'node_modules/**/*.{map,ts,cts,mts}',
  'node_modules/**/.*',
  'node_modules/{*,@*/*}/{.github,.yarn,test,tests,bench,benchmark,benchmarks,docs,example,examples}',
];

/** The package with all that it brings for this platform, in an empty folder. */
export async function stage(folder: string): Promise<void> {
  const built = [...partsOf('apps/server/dist', '../../server/dist'), ...partsOf('apps/cli/dist', '../dist')];
  for (const path of [...AS_IT_IS, ...built]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  const { dependencies } = json('apps/server/package.json');
  const { name, description, license, type } = MANIFEST;
  const version = VERSION;
  const manifest = {
    ...{ name, version, description, license, type },
    bin: { sower: LAUNCHER },
    engines: { node: '>=24' },
    dependencies: Object.fromEntries(OUTSIDE.map((each) => [each, dependencies[each]])),
    // In the tarball, since npm reads no lock file of a tarball. What is native comes with a binary for each platform, in its exact version.
    bundleDependencies: OUTSIDE.filter((each) => !NATIVE.includes(each)),
  };
  const write = (path: string, content: unknown): void =>
    writeFileSync(join(folder, path), `${JSON.stringify(content, undefined, 2)}\n`);
  write('package.json', manifest);
  write('package-lock.json', lockOf(manifest));
  write('apps/server/package.json', { name: '@sower/server', version, type });
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), `${thirdParties(ROOT)}\n`);
  const ci = [
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--silent',
  ];
  execFileSync('npm', ci, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  for (const pattern of UNREAD)
    for (const file of globSync(pattern, { cwd: folder }))
      rmSync(join(folder, file), { recursive: true, force: true });
}

/** @returns path of the tarball made of a staged folder, written to `to` */
export function packNpm(folder: string, to: string): string {
  mkdirSync(to, { recursive: true });
  const name = execFileSync('npm', ['pack', folder, '--pack-destination', to, '--silent'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  // npm leaves out what follows the plus sign.
  const tarball = join(to, `${MANIFEST.name}-${VERSION}.tgz`);
  if (join(to, name) !== tarball) renameSync(join(to, name), tarball);
  return tarball;
}
