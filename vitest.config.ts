import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // For what hangs. Whatever has to be quick says so itself.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: 'forks',
    // Node.js reads the sources itself, as it does for the product. Modules are not replaced in any test.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    execArgv: [`--import=${fileURLToPath(new URL('test/compile-cache.ts', import.meta.url))}`],
    // Tests read what the command line says, on a machine of whatever locale.
    env: { SOWER_LANGUAGE: 'en' },
    // Each file has a browser, a server and a database of its own, and some mostly wait: three keep two processors busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // For tests that wait more than they work: `test.concurrent`.
    maxConcurrency: 12,
    // What polls is right as soon as it is right; how soon depends on what else the machine does.
    expect: { poll: { timeout: 20_000 } },
    globalSetup: 'test/harness/global-setup.ts',
    setupFiles: 'test/harness/fast-check-seed.ts',
  },
});
