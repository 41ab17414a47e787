/** A primary and its standby, both named in the URL of the database: whatever becomes of the primary, servers find the one that takes over. */
import { setTimeout as wait } from 'node:timers/promises';
import { hostsOf } from '@sower/server/store/db/postgresql/hosts';
import pg from 'pg';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { codeOf, openSupply } from '../bench/supply.ts';
import { type Deployment, deploy } from '../harness/deployment.ts';
import { startReplicated, type TestPostgresql } from '../harness/postgresql.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function sql(server: TestPostgresql, ...statements: string[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  let result: pg.QueryResult | undefined;
  for (const statement of statements) result = await client.query(statement);
  await client.end();
  return result as pg.QueryResult;
}

async function replicated(): Promise<{ first: TestPostgresql; standby: TestPostgresql; url: string }> {
  const pair = await startReplicated();
  if (!pair) throw new Error('no PostgreSQL here');
  const { first, standby } = pair;
  cleanups.push(async () => {
    await first.stop();
    await standby.stop();
  });
  const place = ({ url }: TestPostgresql): string => new URL(url).host;
  // The standby first: order says nothing about which is which.
  const url = `postgresql://sower@${place(standby)},${place(first)}/postgres?target_session_attrs=read-write&connect_timeout=2`;
  return { first, standby, url };
}

const waitForStandby = (first: TestPostgresql): Promise<void> =>
  expect
    .poll(async () => (await sql(first, 'select state from pg_stat_replication')).rows)
    .toEqual([{ state: 'streaming' }]);

async function serving(url: string) {
  const location = { kind: 'postgresql', url } as const;
  const deployment = await deploy({ location, option: url, drop: async () => {} });
  cleanups.push(() => deployment.stop());
  const supply = await openSupply(deployment, location);
  cleanups.push(() => supply.close());
  return { deployment, tokens: await supply.tokens(10) };
}

async function verify(
  { send, apiKey }: Deployment,
  userId: string,
  passcode: string,
): Promise<{ status: number; result?: string }> {
  const { status, body } = await send(0, {
    method: 'POST',
    path: '/api/v1/authentications',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId, passcode }),
  });
  return { status, ...JSON.parse(body.toString()) };
}

/** Once the answer is not 503. */
async function served(work: () => Promise<{ status: number; result?: string }>) {
  const begun = performance.now();
  for (;;) {
    const answer = await work();
    const milliseconds = performance.now() - begun;
    if (answer.status !== 503 || milliseconds > 30_000) return { ...answer, milliseconds };
    await wait(50);
  }
}

describe.skipIf(!inject('postgresql'))('several hosts', () => {
  test('the primary is killed, and the standby takes over: served, and no used code counts again', async () => {
    const { first, standby, url } = await replicated();
    const { deployment, tokens } = await serving(url);
    await waitForStandby(first);
    await sql(first, `alter system set synchronous_standby_names = 'standby'`, 'select pg_reload_conf()');
    const [used, fresh] = tokens as [(typeof tokens)[0], (typeof tokens)[0]];
    const code = codeOf(used);
    expect(await verify(deployment, used.userId, code)).toMatchObject({ result: 'accepted' });
    first.kill();
    await sql(standby, 'select pg_promote()');
    const answer = await served(() => verify(deployment, fresh.userId, codeOf(fresh)));
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(answer.milliseconds).toBeLessThan(3_000);
    expect(await verify(deployment, used.userId, code)).toMatchObject({ result: 'rejected' });
    // Commands that run once find it too, and so does a backup.
    const hosts = hostsOf(url);
    await hosts.known();
    expect(new URL(hosts.current).host).toBe(new URL(standby.url).host);
  });

  test('the primary accepts no writes any more: on to the one that does', async () => {
    const { first, standby, url } = await replicated();
    const { deployment, tokens } = await serving(url);
    await waitForStandby(first);
    expect(await verify(deployment, tokens[0]?.userId ?? '', codeOf(tokens[0] as never))).toMatchObject({
      result: 'accepted',
    });
    // What was open stays open, as behind a balancer.
    await sql(first, 'alter system set default_transaction_read_only = on', 'select pg_reload_conf()');
    await sql(standby, 'select pg_promote()');
    const answer = await served(() =>
      verify(deployment, tokens[1]?.userId ?? '', codeOf(tokens[1] as never)),
    );
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(answer.milliseconds).toBeLessThan(3_000);
  });

  test('of two that accept writes, the one that was promoted later', async () => {
    const { first, standby, url } = await replicated();
    await sql(first, 'select 1');
    await waitForStandby(first);
    await sql(standby, 'select pg_promote()');
    for (const each of [url, url.replace(/@(.*),(.*)\/postgres/, '@$2,$1/postgres')]) {
      const hosts = hostsOf(each);
      await hosts.known();
      expect(new URL(hosts.current).host).toBe(new URL(standby.url).host);
    }
    first.kill();
    await expect(hostsOf(url.replace(new URL(standby.url).host, '127.0.0.1:1')).find()).rejects.toThrow(
      /127\.0\.0\.1:1: connect ECONNREFUSED.*; 127\.0\.0\.1:\d+: connect ECONNREFUSED/,
    );
  });
});
