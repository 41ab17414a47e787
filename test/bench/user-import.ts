/**
 * An import of many users from a file, as a job of a running server: how quick check and work are, how much memory they take, and what
 * whoever authenticates meanwhile waits.
 *
 * `node test/bench/user-import.ts [--rows N] [--database sqlite|postgresql]`. Prints figures; judges nothing.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { csvText } from '@sower/api/csv';
import { type Deployment, deploy } from '../harness/deployment.ts';
import { freshPostgresql, freshSqlite } from '../harness/fresh-database.ts';
import { jobEnded, jobSettled } from '../harness/jobs/ended.ts';
import { startDurablePostgresql } from '../harness/postgresql.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, database: { type: 'string' } },
});
const ROWS = Number(values.rows);
const SAMPLE_MILLISECONDS = 100;

const residentOf = ({ servers }: Deployment): number => {
  const status = readFileSync(`/proc/${servers[0]?.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
};

/** Of resident memory, and of the longest wait of somebody who authenticates, while `work` is done. */
async function watched<T>(deployment: Deployment, what: string, work: () => Promise<T>): Promise<T> {
  const resident: number[] = [residentOf(deployment)];
  const waits: number[] = [];
  const sampling = setInterval(() => resident.push(residentOf(deployment)), SAMPLE_MILLISECONDS);
  let stopped = false;
  const client = (async () => {
    while (!stopped) {
      const begun = performance.now();
      await deployment.api('authenticate', { body: { userId: 'nobody', passcode: '12345678' } });
      waits.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const begun = performance.now();
  const done = await work();
  const seconds = (performance.now() - begun) / 1000;
  stopped = true;
  await client;
  clearInterval(sampling);
  waits.sort((one, other) => one - other);
  const [first = 0] = resident;
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)} rows/s; resident ${first.toFixed(0)} MB before, at most ${Math.max(...resident).toFixed(0)}; authenticate p95 ${(waits[Math.floor(waits.length * 0.95)] ?? 0).toFixed(1)} ms`,
  );
  return done;
}

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
    const { id } = await watched(deployment, `${name} ${existing}, given`, () =>
      api('importUsers', { body }),
    );
    const checked = await watched(deployment, `${name} ${existing}, checked`, () => jobSettled(api, id, 900));
    if (checked.done === 0) return console.log(`${name} ${existing}: ${checked.leftOut} left out`);
    await api('startJob', { params: { id }, body: { name: existing } });
    const ended = await watched(deployment, `${name} ${existing}, done`, () => jobEnded(api, id, 900));
    console.log(`${name} ${existing}: ${ended.done} done, ${ended.failed} failed`);
  };
  await run('skip');
  await run('update');
  await deployment.stop();
  await database.drop();
  await server?.stop();
}
