/** A failover that loses a commit accepts a code twice: so a node is not ready without a standby that is waited for, unless it was told. */

import { readConfig } from '@sower/server/config';
import { replicationWatch } from '@sower/server/jobs/nodes/replication-watch';
import { examine } from '@sower/server/start/doctor/doctor';
import { openAsItIs } from '@sower/server/store/db/loading';
import { Connection, ConnectionLost } from '@sower/server/store/db/postgresql/connection';
import { type Replication, readReplication } from '@sower/server/store/db/postgresql/replication';
import type { Database } from '@sower/server/store/tables/schema';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { VerifyToken } from '../bench/verifications.ts';
import { type Deployment, deploy } from '../harness/deployment.ts';
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

  test('nobody waits for the standby: not ready, and it says why; unless told', async () => {
    expect(await readyz(deployment)).toMatch(
      /^503 not ready: doctor\.replication-later: 1 standby replicates asynchronously.*--asynchronous-replication\n$/,
    );
    expect(await doctor()).toEqual(['bad doctor.replication-later']);
    expect(await doctor('--asynchronous-replication')).toEqual(['warn doctor.replication-later']);
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
  });

  test('a role without privileges sees the same', async () => {
    await sql(pair.first, 'create role plain login');
    const db = openAsItIs({ kind: 'postgresql', url: pair.url.replace('sower@', 'plain@') });
    expect(await readReplication(db)).toEqual({ state: 'not-awaited', standbys: 1, names: '' });
    await db.destroy();
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

test('a moment after a failover is no reason yet, and a start has no such moment', async () => {
  let now = 0;
  let state: Replication['state'] = 'awaited';
  const read = async (): Promise<Replication> => ({ state, standbys: 1, names: '' });
  const watch = () => replicationWatch({ db: {} as Database, clock: () => now, read });
  const running = watch();
  expect(await running()).toBeUndefined();
  state = 'not-awaited';
  expect(await watch()()).toMatchObject({ code: 'doctor.replication-later' });
  for (now of [10_000, 59_000]) expect(await running()).toBeUndefined();
  now = 70_000;
  expect(await running()).toMatchObject({ code: 'doctor.replication-later' });
  state = 'awaited';
  expect(await running()).toBeDefined();
  now = 76_000;
  expect(await running()).toBeUndefined();
  for (state of ['alone', 'missing', 'standby'] as const) expect(await watch()()).toBeUndefined();
  state = 'not-durable';
  expect(await watch()()).toMatchObject({ code: 'doctor.commits-later' });
});
