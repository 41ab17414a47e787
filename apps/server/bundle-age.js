// Whether what `sower` runs was built from the sources as they are. Plain JavaScript that Node 20 can read: setup.js and the launcher
// both ask.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGES = ['api', 'bytes', 'ctkip', 'look', 'otp', 'radius', 'texts', 'xml'];
const SOURCES = [
  'package-lock.json',
  'apps/cli/package.json',
  'apps/cli/src',
  'apps/server/package.json',
  'apps/server/bundle.ts',
  'apps/server/outside.ts',
  'apps/server/build-version.js',
  'apps/server/src',
  ...PACKAGES.map((name) => `packages/${name}/src`),
];

/** Time of the latest change below these paths; 0 if there is nothing. */
export function changed(...paths) {
  return Math.max(
    ...paths.map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats) return 0;
      if (!stats.isDirectory()) return stats.mtimeMs;
      return Math.max(0, ...readdirSync(path).map((name) => changed(`${path}/${name}`)));
    }),
  );
}

/** An installed package has no sources to build from, and npm gives its files the time of the installation. */
export const bundleIsCurrent = () =>
  !existsSync(`${root}apps/server/src/main.ts`) ||
  changed(...SOURCES.map((source) => root + source)) <= changed(`${root}apps/server/dist/processes.js`);
