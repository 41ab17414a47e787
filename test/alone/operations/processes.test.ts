/** Several processes behind one listener: one that dies is replaced, no passcode counts twice, a signal ends all of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { codeOf, openSupply } from '../../bench/supply.ts';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy, type ServerProcess } from '../../harness/deployment.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { amount, randomness } from '../../harness/randomness.ts';

const WORKERS = 3;
/** On each database. */
const KILLS = amount({ usual: 2, long: 20 });
const PASSCODES = 40;
/** How often each is sent at once. */
const TIMES = 4;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function workersOf({ child: { pid } }: ServerProcess): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await what()) return;
    await wait(100);
  }
  throw new Error('it did not come to this within a minute');
}

/** Those that serve: they answer when they are asked for metrics. */
async function serving(deployment: Deployment): Promise<number> {
  // Whoever was asked may have died.
  const text = await deployment.metrics(0).catch(() => '');
  return [...text.matchAll(/^process_cpu_seconds_total\{process="\d"\}/gm)].length;
}

onBothDatabases(`${WORKERS} processes`, (kind) => {
  test(`${KILLS} times one dies under load: it is replaced, and of the same passcode sent ${TIMES} times one is accepted`, async () => {
    const database = await kind.fresh();
    cleanups.push(() => database.drop());
    const deployment = await deploy(database, { workers: WORKERS });
    cleanups.push(() => deployment.stop());
    const supply = await openSupply(deployment, database.location);
    cleanups.push(() => supply.close());
    const server = deployment.servers[0] as ServerProcess;
    await eventually(async () => (await serving(deployment)) === WORKERS);
    const random = randomness('processes');
    let accepted = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const victim = workersOf(server)[Math.floor(random() * WORKERS)] as number;
      const tokens = await supply.tokens(PASSCODES);
      const answered = Promise.withResolvers<void>();
      const results = Promise.all(
        tokens.map(async (token) => {
          const { userId } = token;
          const passcode = codeOf(token);
          const answers = await Promise.allSettled(
            Array.from({ length: TIMES }, async () => {
              const { result } = await deployment.api('authenticate', { body: { userId, passcode } });
              answered.resolve();
              return result;
            }),
          );
          return answers.filter((answer) => answer.status === 'fulfilled' && answer.value === 'accepted')
            .length;
        }),
      );
      await Promise.race([answered.promise, results]);
      process.kill(victim, 'SIGKILL');
      for (const times of await results) {
        expect(times).toBeLessThanOrEqual(1);
        accepted += times;
      }
      await eventually(() => workersOf(server).length === WORKERS && !workersOf(server).includes(victim));
      await eventually(async () => (await serving(deployment)) === WORKERS);
      const [late] = await supply.tokens(1);
      const token = late as NonNullable<typeof late>;
      const { userId } = token;
      const { result } = await deployment.api('authenticate', { body: { userId, passcode: codeOf(token) } });
      expect(result).toBe('accepted');
    }
    expect(accepted).toBeGreaterThan(0);
    expect(server.output().match(/another takes its place/g)).toHaveLength(KILLS);

    const workers = workersOf(server);
    await server.kill('SIGTERM');
    expect(server.child.exitCode).toBe(0);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

test('each metric stands once, with a sample for every process; processes end with the one that started them', async () => {
  const database = await SQLITE.fresh();
  cleanups.push(() => database.drop());
  const deployment = await deploy(database, { workers: 2 });
  cleanups.push(() => deployment.stop());
  await eventually(async () => (await serving(deployment)) === 2);
  const text = await deployment.metrics(0);
  const names = [...text.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name);
  expect(names).toContain('sower_authentications_total');
  expect(new Set(names).size).toBe(names.length);
  expect(text).toMatch(
    /resident_memory_bytes\{process="1"\} \d+\n.*resident_memory_bytes\{process="2"\} \d+/,
  );

  const server = deployment.servers[0] as ServerProcess;
  const workers = workersOf(server);
  expect(workers).toHaveLength(2);
  await server.kill('SIGKILL');
  await eventually(() =>
    workers.every((pid) => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    }),
  );
});

test('stopped while some of its processes still start, it ends with 0', async () => {
  const database = await SQLITE.fresh();
  cleanups.push(() => database.drop());
  const deployment = await deploy(database, { workers: WORKERS, described: false });
  cleanups.push(() => deployment.stop());
  const server = deployment.servers[0] as ServerProcess;
  await eventually(() => workersOf(server).length === WORKERS);
  await server.kill('SIGTERM');
  expect([server.child.exitCode, server.child.signalCode]).toEqual([0, null]);
});

test('one that cannot be started is tried again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-processes-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const plant = join(folder, 'third.mjs');
  // As where the host allows no more processes for a moment.
  writeFileSync(
    plant,
    `import cluster from 'node:cluster';
     const [{ fork }, { execPath }] = [cluster, process];
     let forks = 0;
     cluster.fork = (env) => {
       forks += 1;
       process.execPath = forks === 3 ? '/nowhere' : execPath;
       return fork.call(cluster, env);
     };`,
  );
  const database = await SQLITE.fresh();
  cleanups.push(() => database.drop());
  const deployment = await deploy(database, {
    ...{ workers: 2, described: false },
    env: { NODE_OPTIONS: `--import=${plant}` },
  });
  cleanups.push(() => deployment.stop());
  const server = deployment.servers[0] as ServerProcess;
  await eventually(() => workersOf(server).length === 2);
  process.kill(workersOf(server)[1] as number, 'SIGKILL');
  await eventually(() => server.output().includes('spawn /nowhere ENOENT'));
  await eventually(() => workersOf(server).length === 2);
});

test('a RADIUS port that another server listens on is refused, not shared', async () => {
  const options = { workers: 2, arguments: ['--radius', `127.0.0.1:${await freePort()}`] };
  const databases = [await SQLITE.fresh(), await SQLITE.fresh()] as const;
  for (const database of databases) cleanups.push(() => database.drop());
  const first = await deploy(databases[0], options);
  cleanups.push(() => first.stop());
  await expect(deploy(databases[1], options)).rejects.toThrow(/--radius: .*EADDRINUSE/);
});
