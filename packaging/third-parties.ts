/** The licenses of what is in the built files: whoever passes them on passes these on too. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closure, type Packages } from './lock.ts';

/** They build or check, and nothing of them is in what they build. */
const TOOLS = /^(@types\/|@vitejs\/|@sower\/|typescript|vite|jsdom|tsx|rolldown|marked$)/;
const LICENSE = '{LICENSE,LICENCE,License,license,NOTICE,COPYING}{,.md,.txt,-MIT,.MIT}';

export type ThirdParty = {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
};

/** Each package that something of is in the built files, by name. */
export function thirdPartyPackages(root: string): ThirdParty[] {
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  const packages: Packages = read('package-lock.json').packages;
  const paths = new Set(
    globSync('{apps,packages}/*/package.json', { cwd: root }).flatMap((manifest) => {
      const { dependencies, devDependencies } = read(manifest);
      const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !TOOLS.test(name));
      return closure(packages, manifest.replace('/package.json', ''), names);
    }),
  );
  return [...paths]
    .filter((path) => path.includes('node_modules/') && existsSync(join(root, path)))
    .sort()
    .map((path) => {
      const { name, version, license } = read(`${path}/package.json`);
      return { path, name, version, license: license ?? 'see below' };
    });
}

/** @returns one text: each package with its license */
export function thirdParties(root: string): string {
  return thirdPartyPackages(root)
    .map(({ path, name, version, license }) => {
      const texts = globSync(LICENSE, { cwd: join(root, path) }).map((file) =>
        readFileSync(join(root, path, file), 'utf8').trim(),
      );
      return [`${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}
