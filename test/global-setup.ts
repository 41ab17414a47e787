/** One PostgreSQL for the whole run; each test makes a database of its own in it. */
import type { TestProject } from 'vitest/node';
import { startPostgresql } from './postgresql.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
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
