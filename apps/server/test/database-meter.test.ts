/** What Prometheus learns of the database: each kind of work, group commits by path, queues while callers wait, and why it could not be used. */

import { setTimeout as wait } from 'node:timers/promises';
import { Registry } from '@prometheus-io/client';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../test/harness/databases.ts';
import { appMetrics, databaseMetrics } from '../src/core/metrics.ts';
import { unavailabilityOf } from '../src/store/db/errors.ts';
import { groupCommit } from '../src/store/db/group-commit.ts';
import { type OpenDatabase, openDatabase } from '../src/store/db/open.ts';

onBothDatabases('the meter of a database', (kind) => {
  let database: FreshDatabase;
  let open: OpenDatabase;
  let registry: Registry;

  beforeEach(async () => {
    database = await kind.fresh();
    registry = new Registry();
    open = await openDatabase(database.location, { meter: databaseMetrics(registry) });
  });
  afterEach(async () => {
    await open.close();
    await database.drop();
  });
  const metric = async (name: string): Promise<number> => {
    const line = (await registry.metrics()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  const took = (work: string) => metric(`sower_database_seconds_count{work="${work}"}`);
  test('reads, writes and commits are timed apart', async () => {
    const before = [await took('read'), await took('write'), await took('commit')];
    await open.db.selectFrom('users').selectAll().execute();
    await open.db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ version: 1 }).execute();
      await trx.updateTable('users').set({ version: 2 }).execute();
    });
    const after = [await took('read'), await took('write'), await took('commit')];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 2, 1]);
  });

  test('a group commit says how many shared it, by path', async () => {
    const call = groupCommit<number, number>(
      open.db,
      'test',
      String,
      async () => [],
      async (trx, calls) => {
        await trx.updateTable('users').set({ version: 1 }).execute();
        if (calls.includes(-1)) throw new Error('this one fails');
        return calls;
      },
    );
    await Promise.all(Array.from({ length: 30 }, (_, n) => call(n)));
    await expect(call(-1)).rejects.toThrow('this one fails');
    expect(await metric('sower_commit_group_calls_count{path="test"}')).toBe(2);
    expect(await metric('sower_commit_group_calls_sum{path="test"}')).toBe(31);
    expect(await metric('sower_commit_group_calls_bucket{le="1",path="test"}')).toBe(1);
    expect(await metric('sower_commit_wait_seconds_count{path="test"}')).toBe(2);
    expect(await metric('sower_commit_seconds_sum{path="test"}')).toBeGreaterThan(0);
  });

  test('callers that wait for the database are counted while they wait', async () => {
    const queue = kind.name === 'SQLite' ? 'writer' : 'pool';
    const waiting = () => metric(`sower_database_waiting{queue="${queue}"}`);
    expect(await waiting()).toBe(0);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const work = Array.from({ length: 20 }, () =>
      open.db.transaction().execute(async (trx) => {
        await sql`select 1`.execute(trx);
        await held;
      }),
    );
    await expect.poll(waiting).toBeGreaterThanOrEqual(10);
    if (queue === 'pool')
      expect(await metric('sower_database_used{queue="pool"}')).toBe(20 - (await waiting()));
    release();
    await Promise.all(work);
    expect(await waiting()).toBe(0);
  });

  test('why the database could not be used is counted; a row that is there already is no such error', async () => {
    const failed = (reason: string) => metric(`sower_database_errors_total{reason="${reason}"}`);
    await sql`insert into security_domains (id, path, name, name_key, parent_id, created_at, version)
      values ('top', '/', 'Top', 'top', null, 1, 1)`.execute(open.db);
    await expect(
      sql`insert into security_domains select * from security_domains`.execute(open.db),
    ).rejects.toThrow();
    expect((await registry.metrics()).includes('sower_database_errors_total{')).toBe(false);
    if (kind.name === 'SQLite') {
      await sql`pragma max_page_count = 1`.execute(open.db);
      const large = 'x'.repeat(1_000_000);
      await expect(sql`update security_domains set name = ${large}`.execute(open.db)).rejects.toThrow(/full/);
      expect(await failed('resources')).toBe(1);
    } else {
      const begun = open.db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(open.db);
        await wait(50);
        await sql`select 1`.execute(trx);
      });
      // The cause, and not that the connection cannot roll back either.
      await expect(begun).rejects.toThrow(/terminating connection due to administrator command/);
      expect(await failed('connection')).toBeGreaterThanOrEqual(1);
    }
  });
});

test('each error of a database that means that it is unavailable has a reason, and no other error has', () => {
  const postgresql = (code: string) => unavailabilityOf({ code, severity: 'ERROR' });
  expect(
    ['08006', '57P01', '40P01', '55P03', '57014', '53100', '53300', '25006', '58030', '3D000'].map(
      postgresql,
    ),
  ).toEqual([
    ...['connection', 'connection', 'lock', 'lock', 'time', 'resources', 'resources', 'read-only'],
    ...['other', 'other'],
  ]);
  expect(['23505', '42601', '22P02'].map(postgresql)).toEqual([undefined, undefined, undefined]);
  expect(unavailabilityOf(new Error('x'))).toBeUndefined();
});

test('an answer with 503 has a class of its own', async () => {
  const registry = new Registry();
  const { http } = appMetrics(registry);
  http('/api/v1/users', 503, 1);
  http('/api/v1/users', 500, 1);
  http('/api/v1/users', 502, 1);
  const lines = (await registry.metrics()).match(/^sower_http_response_seconds_count.*$/gm);
  expect(lines?.toSorted()).toEqual([
    'sower_http_response_seconds_count{edge="api",status="503"} 1',
    'sower_http_response_seconds_count{edge="api",status="5xx"} 2',
  ]);
});
