/** For the whole run: the web apps as they are shipped, and one PostgreSQL, in which each test makes a database of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { startPostgresql } from './postgresql.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prepared = spawnSync(process.execPath, [fileURLToPath(new URL('../../setup.js', import.meta.url))], {
    stdio: ['ignore', 2, 2],
  });
  if (prepared.status !== 0) throw new Error('The web apps could not be built.');
  const given = process.env.SOWER_TEST_POSTGRESQL;
  if (given) {
    project.provide('postgresql', given);
    return async () => {};
  }
  const server = await startPostgresql();
  project.provide('postgresql', server?.url ?? '');
  if (!server)
    console.warn('No PostgreSQL here: its tests are skipped. Set SOWER_TEST_POSTGRESQL to the URL of one.');
  return async () => server?.stop();
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresql: string;
  }
}
