/**
 * An import of many users from a file, as a job of a running server: how quick check and work are, how much memory they take, and what
 * whoever authenticates meanwhile waits.
 *
 * `node test/bench/imports/users.ts [--rows N] [--database sqlite|postgresql]`. Prints figures; judges nothing.
 */
import { parseArgs } from 'node:util';
import { csvText } from '@sower/api/csv';
import { deploy } from '../../harness/deployment.ts';
import { freshPostgresql, freshSqlite } from '../../harness/fresh-database.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { startDurablePostgresql } from '../../harness/postgresql.ts';
import { watched } from './watched.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, database: { type: 'string' } },
});
const ROWS = Number(values.rows);

for (const name of ['sqlite', 'postgresql'] as const) {
  if (values.database !== undefined && values.database !== name) continue;
  const server = name === 'postgresql' ? await startDurablePostgresql() : undefined;
  if (name === 'postgresql' && !server) continue;
  const database = server ? await freshPostgresql(server.url) : await freshSqlite();
  const deployment = await deploy(database, { described: false });
  const { api } = deployment;
  const file = csvText([
    ['userId', 'firstName', 'lastName', 'email', 'telephone', 'language'],
    ...Array.from({ length: ROWS }, (_, index) => [
      `user${index}`,
      'Some',
      `Body ${index}`,
      `user${index}@example.com`,
      `+49 89 ${index}`,
      'de',
    ]),
  ]);
  console.log(`${name}: ${ROWS} rows, ${(file.length / 1e6).toFixed(1)} MB`);
  const run = async (existing: 'skip' | 'update'): Promise<void> => {
    const body = { name: existing, file, existing };
    const { id } = await watched(deployment, `${name} ${existing}, given`, ROWS, () =>
      api('importUsers', { body }),
    );
    const checked = await watched(deployment, `${name} ${existing}, checked`, ROWS, () =>
      jobSettled(api, id, 900),
    );
    if (checked.done === 0) return console.log(`${name} ${existing}: ${checked.leftOut} left out`);
    await api('startJob', { params: { id }, body: { name: existing } });
    const ended = await watched(deployment, `${name} ${existing}, done`, ROWS, () => jobEnded(api, id, 900));
    console.log(`${name} ${existing}: ${ended.done} done, ${ended.failed} failed`);
  };
  await run('skip');
  await run('update');
  await deployment.stop();
  await database.drop();
  await server?.stop();
}
