/** Readiness tells the truth: it says 503 while verifications fail, whyever they do, and 200 when they succeed again; within a second. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, inject, type TestContext, test } from 'vitest';
import { codeOf, openSupply, type Supply } from '../../bench/supply.ts';
import { type FreshDatabase, POSTGRESQL } from '../../harness/databases.ts';
import { type Deployment, deploy, timedReadiness } from '../../harness/deployment.ts';
import { meddlingWire } from './meddling-wire.ts';

type Served = { readonly deployment: Deployment; readonly supply: Supply };

/** @param after what is to be done when the test has ended, the last first */
async function served(
  after: TestContext['onTestFinished'],
  database: FreshDatabase,
  direct = database,
): Promise<Served> {
  after(() => database.drop());
  const deployment = await deploy(database);
  after(() => deployment.stop());
  const supply = await openSupply(deployment, direct.location);
  after(() => supply.close());
  return { deployment, supply };
}

async function readyz({ deployment }: Served): Promise<number> {
  const { status, took } = await timedReadiness(deployment);
  expect(took).toBeLessThan(5_000);
  return status;
}

/** @returns the status of verifications that ought to be accepted, until `is` comes, or for ten seconds */
async function verifications(
  { deployment }: Served,
  tokens: Awaited<ReturnType<Supply['tokens']>>,
  is: number,
) {
  for (let last = 0; ; ) {
    const token = tokens.pop();
    if (!token || last === is) return last;
    const { status } = await deployment.send(0, {
      method: 'POST',
      path: '/api/v1/authentications',
      headers: { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: token.userId, passcode: codeOf(token) }),
    });
    last = status;
    if (status !== is) await wait(50);
  }
}

/** Both are so, and stay so together: whatever readiness says, the next verification finds. */
async function agree(
  all: Served,
  tokens: Awaited<ReturnType<Supply['tokens']>>,
  is: 200 | 503,
): Promise<void> {
  expect(await verifications(all, tokens, is)).toBe(is);
  const end = performance.now() + 3_000;
  while ((await readyz(all)) !== is && performance.now() < end) await wait(50);
  for (let count = 0; count < 12; count += 1) {
    expect(await readyz(all)).toBe(is);
    expect(await verifications(all, tokens.splice(-1), is)).toBe(is);
    await wait(200);
  }
}

/** A SQLite database on a file system of its own. */
function onFileSystem(mount: (folder: string) => void): FreshDatabase & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sower-small-'));
  mount(folder);
  const file = join(folder, 'sower.sqlite');
  return {
    folder,
    location: { kind: 'sqlite', file },
    option: `sqlite:${file}`,
    drop: async () => {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

const root = process.getuid?.() === 0;

describe.skipIf(!root)('SQLite', { concurrent: true }, () => {
  test('on a full disk', async ({ onTestFinished }) => {
    const database = onFileSystem((folder) =>
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]),
    );
    const all = await served(onTestFinished, database);
    const tokens = await all.supply.tokens(400);
    await agree(all, tokens, 200);
    const filler = join(database.folder, 'filler');
    for (const size of [64 * 1024, 4096, 512, 1]) {
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(size, 1), { flag: 'a' });
      } catch {
        // Full, but for less than this size.
      }
    }
    await agree(all, tokens, 503);
    rmSync(filler);
    await agree(all, tokens, 200);
  });

  const loops = spawnSync('losetup', ['-f']).status === 0;
  test.skipIf(!loops)(
    'on a disk that became read-only, where a stop ends in order all the same',
    async ({ onTestFinished }) => {
      const image = join(mkdtempSync(join(tmpdir(), 'sower-image-')), 'disk');
      onTestFinished(() => rmSync(join(image, '..'), { recursive: true }));
      execFileSync('truncate', ['-s', '32M', image]);
      execFileSync('mkfs.ext4', ['-q', '-F', '-e', 'remount-ro', image]);
      const database = onFileSystem((folder) => execFileSync('mount', ['-o', 'loop', image, folder]));
      const all = await served(onTestFinished, database);
      const tokens = await all.supply.tokens(100);
      await agree(all, tokens, 200);
      // As the kernel does when the disk fails. A remount is refused while files are open for writing.
      const device = execFileSync('findmnt', ['-no', 'SOURCE', database.folder], { encoding: 'utf8' }).trim();
      writeFileSync(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, '1');
      await agree(all, tokens, 503);
      const [server] = all.deployment.servers;
      await server?.kill('SIGTERM');
      expect(server?.child.exitCode).toBe(0);
      expect(server?.output()).not.toMatch(/^ +at /m);
    },
  );
});

describe.skipIf(!inject('postgresql'))('PostgreSQL', { concurrent: true }, () => {
  test('that became read-only', async ({ onTestFinished }) => {
    const database = await POSTGRESQL.installed();
    const all = await served(onTestFinished, database);
    const tokens = await all.supply.tokens(200);
    await agree(all, tokens, 200);
    const name = database.option.slice(database.option.lastIndexOf('/') + 1);
    const readOnly = async (is: 'on' | 'off'): Promise<void> => {
      const client = new pg.Client({ connectionString: inject('postgresql') });
      await client.connect();
      await client.query(`alter database ${name} set default_transaction_read_only = ${is}`);
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
      await client.end();
    };
    await readOnly('on');
    await agree(all, tokens, 503);
    await readOnly('off');
    await agree(all, tokens, 200);
  });

  test.for(['seeds', 'users', 'audit'])(
    'of which a table (%s) is locked: verifications get 503 within seconds, readiness says so at once, and both are back with the table',
    async (table, { onTestFinished }) => {
      const database = await POSTGRESQL.installed();
      const all = await served(onTestFinished, database);
      const tokens = await all.supply.tokens(40);
      const other = new pg.Client({ connectionString: database.option });
      onTestFinished(() => other.end());
      expect(await verifications(all, tokens, 200)).toBe(200);
      await other.connect();
      await other.query(`begin; lock table ${table} in access exclusive mode`);
      const begun = performance.now();
      const asked = Promise.all(
        tokens.splice(-20).map(async (token) => {
          const status = await verifications(all, [token], 503);
          return { status, took: performance.now() - begun };
        }),
      );
      await wait(1_100);
      expect(await readyz(all)).toBe(503);
      for (const { status, took } of await asked) {
        expect(status).toBe(503);
        expect(took).toBeLessThan(10_000);
      }
      expect(await readyz(all)).toBe(503);
      await other.query('rollback');
      await expect.poll(() => readyz(all)).toBe(200);
      expect(await verifications(all, tokens, 200)).toBe(200);
    },
  );

  test('that says nothing: 503 within a second, however many ask, and 200 when it speaks again', async ({
    onTestFinished,
  }) => {
    const database = await POSTGRESQL.installed();
    const { port } = new URL(database.option);
    const wire = await meddlingWire(Number(port));
    onTestFinished(() => wire.close());
    const wired = { ...database, option: database.option.replace(port, String(wire.port)) };
    const all = await served(onTestFinished, wired, database);
    expect(await readyz(all)).toBe(200);
    await wait(1_100);
    wire.silence(true);
    const asked = await Promise.all(Array.from({ length: 20 }, () => readyz(all)));
    expect(asked).toEqual(Array(20).fill(503));
    await wait(5_000);
    expect(await readyz(all)).toBe(503);
    wire.speak();
    // About three seconds in which the process gets to run, which is longer where others use the processor.
    await expect.poll(() => readyz(all), { interval: 50, timeout: 60_000 }).toBe(200);
  });
});
