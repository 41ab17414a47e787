import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BySize } from './test/by-size.ts';

/** How a test runs is said by its folder: docs/decisions/0113-the-folder-of-a-test-says-how-it-runs.md. */
const FOLDERS = {
  /** In processes that files share, one after another. */
  unit: {
    isolate: false,
    include: ['packages/*/test/*.test.ts', 'apps/*/test/*.test.ts', 'test/unit/**/*.test.ts'],
  },
  /** With servers of its own, asked from processes that files share. */
  server: { isolate: false, include: ['test/server/**/*.test.ts'] },
  /** In a process of its own. */
  alone: { include: ['apps/*/test/alone/*.test.ts', 'test/alone/**/*.test.ts'] },
};

export default defineConfig({
  test: {
    projects: Object.entries(FOLDERS).map(([name, how]) => ({ extends: true, test: { name, ...how } })),
    // For what hangs. Whatever has to be quick says so itself.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    pool: 'forks',
    // Node.js reads the sources itself, as it does for the product. Modules are not replaced in any test.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    execArgv: [
      // Loading sources and test libraries is mostly garbage.
      '--min-semi-space-size=16',
      `--import=${fileURLToPath(new URL('test/compile-cache.ts', import.meta.url))}`,
    ],
    // Tests read what the command line says, on a machine of whatever locale.
    env: { SOWER_LANGUAGE: 'en' },
    // Each file has a browser, a server and a database of its own, and some mostly wait: three keep two processors busy.
    maxWorkers: 3,
    sequence: { sequencer: BySize },
    // For tests that wait more than they work: `test.concurrent`.
    maxConcurrency: 12,
    // What polls is right as soon as it is right; how soon depends on what else the machine does.
    expect: { poll: { timeout: 60_000 } },
    globalSetup: 'test/harness/global-setup.ts',
    setupFiles: 'test/harness/fast-check-seed.ts',
  },
});
