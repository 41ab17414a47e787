import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/**
 * These only compute or ask a fake server in their own process, and leave nothing behind in it: they run one after another in the same
 * processes, which saves starting one for each file and reading the same sources again. What starts servers, counts work or changes what is
 * global has a process of its own.
 */
const TOGETHER = [
  'packages/*/test/**/*.test.ts',
  'apps/cli/test/**/*.test.ts',
  'apps/console/test/**/*.test.ts',
  'apps/server/test/{activation-code,audit-linking,audit-tampering,authority,certificates,checkpoints,config,data-keys}.test.ts',
  'apps/server/test/{guess-limit,keys,log-on-limit,radius,radsec,row-marks,source-entry,store,transaction}.test.ts',
  'apps/server/test/{unsafe-characters,window}.test.ts',
  'test/{documents,hardening,language,structure,threat-model}.test.ts',
  'test/authority/{changed-meanwhile,domain-removal}.test.ts',
  'test/operations/{manifests,operators-command,production,throttled-log}.test.ts',
  'test/conformance/{conformance-mutations,message-schemas}.test.ts',
  'test/cluster/hosts.test.ts',
  'test/jobs/{yielding,schedules,waiting-requests}.test.ts',
];
const ALL = ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'test/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: ALL, exclude: TOGETHER } },
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
    ],
    // For what hangs. Whatever has to be quick says so itself.
    testTimeout: 180_000,
    hookTimeout: 180_000,
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
    sequence: { sequencer: LongestFirst },
    // For tests that wait more than they work: `test.concurrent`.
    maxConcurrency: 12,
    // What polls is right as soon as it is right; how soon depends on what else the machine does.
    expect: { poll: { timeout: 20_000 } },
    globalSetup: 'test/harness/global-setup.ts',
    setupFiles: 'test/harness/fast-check-seed.ts',
  },
});
