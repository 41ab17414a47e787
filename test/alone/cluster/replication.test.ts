/** What a failover and a crash would lose, as readiness and `sower doctor` say it. What a node does when it happened: promotion.test.ts. */

import { readConfig } from '@sower/server/config';
import { examine } from '@sower/server/host-commands/doctor/doctor';
import { replicationWatch } from '@sower/server/operations/nodes/replication-watch';
import { openAsItIs } from '@sower/server/store/db/loading';
import { Connection } from '@sower/server/store/db/postgresql/connection';
import { ConnectionLost } from '@sower/server/store/db/postgresql/failures';
import {
  type Replication,
  readReplication,
  readStandbyLag,
} from '@sower/server/store/db/postgresql/replication';
import type { Database } from '@sower/server/store/schema/schema';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { VerifyToken } from '../../bench/verifications.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { startPostgresql, type TestPostgresql } from '../../harness/postgresql.ts';
import {
  awaitStandby,
  type Cleanups,
  type Pair,
  replicated,
  served,
  serving,
  sql,
  verifyNow,
} from './replicated.ts';

const cleanups: Cleanups = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function readyz(deployment: Deployment): Promise<string> {
  const { status, body } = await deployment.send(0, { path: '/readyz' });
  return `${status} ${body}`;
}

describe.skipIf(!inject('postgresql'))('replication', () => {
  let pair: Pair;
  let deployment: Deployment;
  let tokens: VerifyToken[];
  beforeAll(async () => {
    pair = await replicated(cleanups);
    ({ deployment, tokens } = await serving(pair.url, cleanups));
  });

  async function doctor(...more: string[]): Promise<string[]> {
    const args = ['--data', deployment.dataFolder, '--database', pair.url, ...more];
    const result = readConfig([...args, '--public-url', deployment.servers[0]?.url ?? ''], {});
    if (result.kind !== 'config') throw new Error(JSON.stringify(result));
    const found = await examine(result.config);
    return found
      .filter(({ area }) => area === 'replication')
      .map(({ state, text }) => `${state} ${text.code}`);
  }

  test('commits do not wait for the standby: ready, and doctor says what a failover costs', async () => {
    expect(await readyz(deployment)).toBe('200 ready\n');
    expect(await doctor()).toEqual(['warn doctor.replication-later']);
  });

  test('commits do not wait for the disk: not ready, and it says why; unless the operator accepts it', async () => {
    await sql(pair.first, 'alter database postgres set synchronous_commit = off');
    await sql(
      pair.first,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sower %'`,
    );
    await expect
      .poll(() => readyz(deployment), { timeout: 20_000 })
      .toMatch(/^503 not ready: doctor\.commits-later: synchronous_commit is off/);
    expect(await doctor()).toEqual(['bad doctor.commits-later']);
    expect(await doctor('--asynchronous-replication')).toEqual(['warn doctor.commits-later']);
    const database = { location: { kind: 'postgresql', url: pair.url }, option: pair.url } as const;
    const told = await deploy(
      { ...database, drop: async () => {} },
      {
        arguments: ['--asynchronous-replication', '--drain-seconds', '0'],
        dataFolder: deployment.dataFolder,
        dataIn: 'kept',
      },
    );
    expect(await readyz(told)).toBe('200 ready\n');
    await told.stop();
    await sql(pair.first, 'alter database postgres reset synchronous_commit');
    await sql(
      pair.first,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sower %'`,
    );
    await expect.poll(() => readyz(deployment), { timeout: 20_000 }).toBe('200 ready\n');
  });

  test('a role without privileges sees the same', async () => {
    await sql(pair.first, 'create role plain login');
    const db = openAsItIs({ kind: 'postgresql', url: pair.url.replace('sower@', 'plain@') });
    expect(await readReplication(db)).toEqual({
      state: 'not-awaited',
      standbys: 1,
      names: '',
      subscriptions: [],
    });
    // But not how far it is, unless it may.
    const [hidden] = await readStandbyLag(db);
    expect(hidden).toEqual({ name: expect.any(String) });
    await sql(pair.first, 'grant pg_monitor to plain');
    await expect.poll(async () => (await readStandbyLag(db))[0]?.bytes, { timeout: 20_000 }).toBe(0);
    await db.destroy();
  });

  test('how far the standby is behind: nothing, and more while it applies nothing', async () => {
    const lag = async () => (await deployment.api('listNodes', {})).database.standbyLag;
    await expect.poll(async () => (await lag())[0]?.bytes, { timeout: 20_000 }).toBe(0);
    pair.standby.freeze();
    await sql(pair.first, `select pg_logical_emit_message(true, 'x', repeat('x', 100000))`);
    const [behind] = await lag();
    expect(behind?.bytes).toBeGreaterThan(100_000);
    pair.standby.thaw();
    await expect.poll(async () => (await lag())[0]?.bytes, { timeout: 20_000 }).toBe(0);
  });

  test('the standby is waited for: ready', async () => {
    await awaitStandby(pair.first);
    await expect.poll(() => readyz(deployment)).toBe('200 ready\n');
    expect(await doctor()).toEqual(['good doctor.replication']);
  });

  test('the standby is lost: 503 within seconds, never "accepted", and served when it is back', async () => {
    const [token, other] = tokens.splice(-2) as [VerifyToken, VerifyToken];
    pair.standby.freeze();
    const begun = performance.now();
    expect(await verifyNow(deployment, token)).toMatchObject({ status: 503, code: 'unavailable' });
    expect(performance.now() - begun).toBeLessThan(9_000);
    await expect.poll(() => readyz(deployment)).toMatch(/^503 not ready: node\.database-unusable: /);
    pair.standby.thaw();
    expect(await served(() => verifyNow(deployment, other))).toMatchObject({ result: 'accepted' });
    await expect.poll(() => readyz(deployment)).toBe('200 ready\n');
  });

  test('somebody ends the wait, and PostgreSQL reports the commit as done: it is not', async () => {
    pair.standby.freeze();
    const connection = new Connection({ connectionString: pair.first.url, pipeline: true } as object);
    await connection.connect();
    const texts = ['select 1', 'update installation set key_check = key_check', 'select 2'];
    const asked = Promise.allSettled(texts.map((text): Promise<unknown> => connection.query(text)));
    const cancel = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and query like 'update installation set key_check%'`;
    await expect.poll(async () => (await sql(pair.first, cancel)).rowCount).toBe(1);
    const answers = await asked;
    pair.standby.thaw();
    await connection.end();
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((answers[1] as PromiseRejectedResult).reason).toBeInstanceOf(ConnectionLost);
  });
});

describe.skipIf(!inject('postgresql'))('two primaries that replicate logically into each other', () => {
  type Site = { readonly postgresql: TestPostgresql; readonly deployment: Deployment };
  let sites: readonly Site[];
  beforeAll(async () => {
    const made: Site[] = [];
    for (let count = 0; count < 2; count += 1) {
      const postgresql = await startPostgresql(['wal_level=logical']);
      if (!postgresql) throw new Error('no PostgreSQL');
      cleanups.push(() => postgresql.stop());
      const { url } = postgresql;
      const deployment = await deploy({
        ...{ location: { kind: 'postgresql', url }, option: url },
        drop: async () => {},
      });
      cleanups.push(() => deployment.stop());
      made.push({ postgresql, deployment });
    }
    sites = made;
  });

  const replicate = async (from: Site, into: Site, name: string): Promise<void> => {
    await sql(from.postgresql, `create publication ${name} for all tables`);
    const how = `publication ${name} with (copy_data = false, origin = none)`;
    await sql(into.postgresql, `create subscription ${name} connection '${from.postgresql.url}' ${how}`);
  };
  async function doctor({ postgresql, deployment }: Site, ...more: string[]): Promise<string[]> {
    const args = ['--data', deployment.dataFolder, '--database', postgresql.url, ...more];
    const result = readConfig([...args, '--public-url', deployment.servers[0]?.url ?? ''], {});
    if (result.kind !== 'config') throw new Error(JSON.stringify(result));
    const found = (await examine(result.config)).filter(({ area }) => area === 'replication');
    return found.map(({ state, text }) => `${state} ${text.code}`);
  }

  test('both are not ready within five seconds and doctor says why; disabled, both are ready again', async () => {
    const [one, two] = sites as [Site, Site];
    for (const { deployment } of sites) expect(await readyz(deployment)).toBe('200 ready\n');
    await replicate(one, two, 'eastwards');
    await replicate(two, one, 'westwards');
    const begun = performance.now();
    for (const { deployment } of sites)
      await expect
        .poll(() => readyz(deployment), { timeout: 10_000 })
        .toMatch(/^503 not ready: doctor\.subscribed: .*wards/);
    expect(performance.now() - begun).toBeLessThan(5_500);
    for (const site of sites) {
      expect(await doctor(site)).toContain('bad doctor.subscribed');
      expect(await doctor(site, '--logical-subscription')).toContain('warn doctor.subscribed');
    }
    await sql(two.postgresql, 'alter subscription eastwards disable');
    await sql(one.postgresql, 'alter subscription westwards disable');
    for (const { deployment } of sites)
      await expect.poll(() => readyz(deployment), { timeout: 10_000 }).toBe('200 ready\n');
  });
});

const NOTHING_ACCEPTED = { asynchronousReplication: false, logicalSubscription: false };

test('only commits that do not wait for the disk, and another writer, make a node unready', async () => {
  let state: Replication['state'] = 'not-durable';
  let subscriptions: readonly string[] = [];
  const read = async (): Promise<Replication> => ({ state, standbys: 1, names: '', subscriptions });
  const watch = (accepted = NOTHING_ACCEPTED) =>
    replicationWatch({ db: {} as Database, clock: () => 0, accepted, read });
  expect(await watch()()).toMatchObject({ code: 'doctor.commits-later' });
  for (state of ['alone', 'missing', 'standby', 'awaited', 'not-awaited'] as const)
    expect(await watch()()).toBeUndefined();
  subscriptions = ['eastwards'];
  expect(await watch()()).toMatchObject({ code: 'doctor.subscribed', values: { names: 'eastwards' } });
  expect(await watch({ ...NOTHING_ACCEPTED, asynchronousReplication: true })()).toBeDefined();
  expect(await watch({ ...NOTHING_ACCEPTED, logicalSubscription: true })()).toBeUndefined();
});
