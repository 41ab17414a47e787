/**
 * A distribution for many people from a file, as a job of a running server: how quick check, work and undo are, beside the database's own
 * update of as many rows; how much memory it takes; and what whoever authenticates meanwhile waits.
 *
 * `node test/bench/jobs.ts [--rows N] [--database sqlite|postgresql] [--tokens held|stock|mint]
 * [--cpu-profile DIR]`. Prints figures; judges nothing. Beside what is resident, it says what is in use after a forced collection: the difference
 * is garbage, and what V8 keeps for more. CPU is that of the server's process: it can be compared on a busy machine, rates cannot.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JobDetail } from '@sower/api/jobs';
import { openDatabase } from '@sower/server/store/db/open';
import { sql } from 'kysely';
import { type Deployment, deploy } from '../harness/deployment.ts';
import { type FreshDatabase, freshPostgresql, freshSqlite } from '../harness/fresh-database.ts';
import { jobEnded, jobSettled } from '../harness/jobs/ended.ts';
import { addPeople } from '../harness/jobs/many-people.ts';
import { startDurablePostgresql } from '../harness/postgresql.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    database: { type: 'string' },
    tokens: { type: 'string', default: 'held' },
    'cpu-profile': { type: 'string' },
  },
});
const ROWS = Number(values.rows);
const TOKENS = values.tokens as 'held' | 'stock' | 'mint';
const IDLE_SECONDS = 5;
/** Between two of an authenticating client, milliseconds. */
const PAUSE = 20;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const percentile = (times: readonly number[], part: number): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length * part)] ?? 0;

/** Authenticates a user with a wrong passcode, over and over, until it is stopped. */
function clients(deployment: Deployment): () => Promise<number[]> {
  const times: number[] = [];
  let stopped = false;
  const one = async (): Promise<void> => {
    while (!stopped) {
      const begun = performance.now();
      await deployment.api('authenticate', { body: { userId: 'nobody', passcode: '12345678' } });
      times.push(performance.now() - begun);
      await sleep(PAUSE);
    }
  };
  const running = one();
  return async () => {
    stopped = true;
    await running;
    return times;
  };
}

const residentOf = (deployment: Deployment): number => {
  const status = readFileSync(`/proc/${deployment.servers[0]?.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
};

/** In the server: on a signal, everything is collected, and what is left is written down. */
const COLLECT = `process.on('SIGUSR2', () => {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  require('node:fs').writeFileSync(process.env.BENCH_HEAP, String(heapUsed + external));
});`;
const collecting = (file: string) => ({
  NODE_OPTIONS: `--expose-gc --import=data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('/');${COLLECT}`)}`,
  BENCH_HEAP: file,
});

/** Megabytes in use after a forced collection. */
async function usedBy(deployment: Deployment, file: string): Promise<number> {
  rmSync(file, { force: true });
  deployment.servers[0]?.child.kill('SIGUSR2');
  for (let tries = 0; tries < 200; tries += 1) {
    await sleep(50);
    try {
      const text = readFileSync(file, 'utf8');
      if (text !== '') return Number(text) / 2 ** 20;
    } catch {}
  }
  return Number.NaN;
}

const TICKS_PER_SECOND = 100;
/** Seconds that the server's process has used so far. */
const cpuOf = (deployment: Deployment): number => {
  const stat = readFileSync(`/proc/${deployment.servers[0]?.child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};

async function measure(kind: string, database: FreshDatabase): Promise<void> {
  const folder = values['cpu-profile'];
  const scratch = mkdtempSync(join(tmpdir(), 'sower-bench-'));
  const heap = join(scratch, 'heap');
  const deployment = await deploy(
    database,
    folder === undefined
      ? { env: collecting(heap) }
      : { env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } },
  );
  const stored = await openDatabase(database.location);
  try {
    const { api } = deployment;
    await api('addProfile', {
      body: { name: 'qr', deviceType: 'sower', delivery: 'qr', authenticationType: 'tokencode' },
    });
    const held = { held: 'held', stock: 'none', mint: 'none' } as const;
    const { userIds } = await addPeople(stored.db, 'p', ROWS, { tokens: held[TOKENS] });
    if (TOKENS === 'stock') await addPeople(stored.db, 'f', ROWS, { tokens: 'free' });
    const begun = performance.now();
    await sql`update users set version = version + 1 where user_id_key >= 'p' and user_id_key < 'q'`.execute(
      stored.db,
    );
    const own = (performance.now() - begun) / 1000;
    console.log(
      `${kind}: ${ROWS} rows, tokens ${TOKENS}; the database's own update: ${Math.round(ROWS / own)} rows/s`,
    );

    const before = cpuOf(deployment);
    const idle = clients(deployment);
    await sleep(IDLE_SECONDS * 1000);
    const quiet = await idle();
    /** Of the client's calls, seconds: not of the job. */
    const cpuOfCall = (cpuOf(deployment) - before) / quiet.length;
    console.log(
      `  authenticate, idle: p50 ${percentile(quiet, 0.5).toFixed(1)} ms, p95 ${percentile(quiet, 0.95).toFixed(1)} ms (${quiet.length} calls of ${(cpuOfCall * 1000).toFixed(1)} ms CPU)`,
    );
    const used = async () => (folder === undefined ? await usedBy(deployment, heap) : Number.NaN);
    const resting = residentOf(deployment);
    const restingUsed = await used();

    const phase = async (name: string, work: () => Promise<JobDetail>): Promise<JobDetail> => {
      let [least, most] = [Number.POSITIVE_INFINITY, 0];
      const look = setInterval(() => {
        const now = residentOf(deployment);
        least = Math.min(least, now);
        most = Math.max(most, now);
      }, 100);
      const busy = clients(deployment);
      const from = performance.now();
      const cpuBefore = cpuOf(deployment);
      const job = await work();
      const seconds = (performance.now() - from) / 1000;
      const after = cpuOf(deployment);
      const times = await busy();
      const cpu = after - cpuBefore - cpuOfCall * times.length;
      clearInterval(look);
      const inUse = await used();
      const counts = `${job.done} done, ${job.leftOut} left out, ${job.failed} failed, ${JSON.stringify(job.states)}`;
      console.log(
        `  ${name}: ${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)}/s, CPU ${((cpu / ROWS) * 1e6).toFixed(0)} µs a row; ${counts}; memory ${least.toFixed(0)} to ${most.toFixed(0)} MB (before: ${resting.toFixed(0)}), in use ${inUse.toFixed(1)} MB (before: ${restingUsed.toFixed(1)}); authenticate p50 ${percentile(times, 0.5).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms (${times.length} calls)`,
      );
      return job;
    };
    let id = '';
    await phase('file sent', async () => {
      const file = `userId\n${userIds.join('\n')}\n`;
      ({ id } = await api('distributeMany', {
        body: { name: 'bench', profile: 'qr', tokens: TOKENS, choose: { file } },
      }));
      return api('getJob', { params: { id } });
    });
    await phase('checked', () => jobSettled(api, id, 600));
    await phase('distributed', async () => {
      await api('startJob', { params: { id }, body: { name: 'bench' } });
      return jobEnded(api, id, 600);
    });
    await phase('undone', async () => {
      const undo = await api('undoJob', { params: { id } });
      return jobEnded(api, undo.id, 600);
    });
  } finally {
    await stored.close();
    await deployment.stop();
    await database.drop();
    rmSync(scratch, { recursive: true });
  }
}

if (values.database !== 'postgresql') await measure('SQLite', await freshSqlite());
if (values.database !== 'sqlite') {
  const postgresql = await startDurablePostgresql();
  if (postgresql) {
    try {
      await measure('PostgreSQL', await freshPostgresql(postgresql.url));
    } finally {
      await postgresql.stop();
    }
  }
}
