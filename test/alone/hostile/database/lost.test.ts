/** PostgreSQL breaks a connection that is in use, or falls silent: the process lives, callers are told, and service comes back by itself. */
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '@sower/server/store/db/open';
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { provisioned, tokencode } from '../../../harness/authenticator.ts';
import { POSTGRESQL } from '../../../harness/databases.ts';
import { type Deployment, deploy } from '../../../harness/deployment.ts';
import { type MeddlingWire, meddlingWire } from '../meddling-wire.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Verification = { readonly status: number; readonly code?: string; readonly result?: string };
type Wired = {
  readonly deployment: Deployment;
  /** A connection to the same database beside the wire. */
  readonly direct: pg.Client;
  readonly wire: MeddlingWire;
  /** @param offset of the tokencode's interval from the present one */
  verify(offset: number): Promise<Verification>;
};

/** Deploys to a database behind a wire that can be cut. */
async function wired(before: (wire: MeddlingWire) => void = () => {}): Promise<Wired> {
  const database = await POSTGRESQL.installed();
  cleanups.push(() => database.drop());
  const { port } = new URL(database.option);
  const wire = await meddlingWire(Number(port));
  cleanups.push(() => wire.close());
  before(wire);
  const deployment = await deploy({ ...database, option: database.option.replace(port, String(wire.port)) });
  cleanups.push(() => deployment.stop());
  const { api } = deployment;
  await api('addProfile', {
    body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
  });
  await api('addUser', { body: { userId: 'u' } });
  const { first: serial } = await api('mintTokens', { body: {} });
  await api('assignToken', { params: { serial }, body: { userId: 'u' } });
  const token = await provisioned(
    deployment,
    await api('distributeToken', { params: { serial }, body: { profile: 'p' } }),
  );
  const direct = new pg.Client({ connectionString: database.option });
  await direct.connect();
  cleanups.push(() => direct.end());
  return {
    deployment,
    direct,
    wire,
    async verify(offset) {
      const { status, body } = await deployment.send(0, {
        method: 'POST',
        path: '/api/v1/authentications',
        headers: { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ userId: 'u', passcode: tokencode(token, offset) }),
      });
      return { status, ...JSON.parse(body.toString()) };
    },
  };
}

/** Until another connection waits for what this one has locked. */
async function waitsForLock(direct: pg.Client): Promise<void> {
  await expect
    .poll(async () => {
      // In a transaction the list stays as it was seen first.
      await direct.query('select pg_stat_clear_snapshot()');
      const { rowCount } = await direct.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rowCount;
    })
    .toBeGreaterThan(0);
}

const alive = (deployment: Deployment): boolean => deployment.servers[0]?.child.exitCode === null;

/** The first answer that is not 503, and the milliseconds until it came. */
async function served(
  verify: () => Promise<Verification>,
): Promise<{ answer: Verification; milliseconds: number }> {
  const start = performance.now();
  for (;;) {
    const answer = await verify();
    const milliseconds = performance.now() - start;
    if (answer.status !== 503 || milliseconds > 30_000) return { answer, milliseconds };
    await wait(50);
  }
}

describe.skipIf(!inject('postgresql'))('a lost connection to the database', () => {
  test.each(['terminated', 'reset'])(
    '%s in use: 503, the process lives, the passcode counts once',
    async (how) => {
      const { deployment, direct, wire, verify } = await wired();
      expect(await verify(-1)).toMatchObject({ result: 'accepted' });
      await direct.query('begin');
      await direct.query('lock table seeds in exclusive mode');
      const held = verify(0);
      await waitsForLock(direct);
      if (how === 'reset') wire.reset();
      else
        await direct.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
      expect(await held).toMatchObject({ status: 503, code: 'unavailable' });
      await direct.query('rollback');
      expect((await served(() => verify(0))).answer).toMatchObject({ result: 'accepted' });
      expect(await verify(0)).toMatchObject({ result: 'rejected' });
      expect(alive(deployment)).toBe(true);
    },
  );

  test('the answer to a commit is lost: 503, and the passcode is used', async () => {
    const { direct, wire, verify } = await wired();
    expect(await verify(-1)).toMatchObject({ result: 'accepted' });
    const { rows } = await direct.query<{ id: string }>('select id from seeds');
    // By the seed: readiness runs the same statement for none.
    wire.loseCommitOf(rows[0]?.id ?? '');
    expect(await verify(0)).toMatchObject({ status: 503, code: 'unavailable' });
    expect((await served(() => verify(0))).answer).toMatchObject({ result: 'rejected' });
  });

  test('silent while the database is reachable: served within three seconds, and no lock stays behind', async () => {
    const { deployment, direct, wire, verify } = await wired();
    expect(await verify(-1)).toMatchObject({ result: 'accepted' });
    // All connections of the pool are open, one of them in a transaction that waits for a lock.
    await direct.query('begin');
    await direct.query('lock table seeds in exclusive mode');
    const held = verify(0);
    await Promise.all(Array.from({ length: 20 }, () => deployment.api('listUsers', {})));
    wire.silence();
    await direct.query('rollback');
    expect(await held).toMatchObject({ status: 503, code: 'unavailable' });
    const { answer, milliseconds } = await served(() => verify(0));
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(milliseconds).toBeLessThan(3_000);
    // It may meet another connection that was cut off.
    expect((await served(() => verify(0))).answer).toMatchObject({ result: 'rejected' });
    // Background work had been cut off too, and notices by itself a little later.
    const leftBehind = async (): Promise<unknown[]> => {
      const { rows } = await direct.query(
        `select 1 from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'
          and state_change < now() - interval '1 second'`,
      );
      return rows;
    };
    await expect.poll(leftBehind).toEqual([]);
    expect(alive(deployment)).toBe(true);
  });

  test('silent altogether: callers are told within seconds, and served within three seconds of its return', async () => {
    const { deployment, wire, verify } = await wired();
    expect(await verify(-1)).toMatchObject({ result: 'accepted' });
    wire.silence(true);
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: 16 }, () => verify(0)));
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(503));
    // Five seconds, and more where others use the processor; without it they would wait for minutes.
    expect(performance.now() - start).toBeLessThan(20_000);
    await wait(4_000);
    // Each error of what is tried again twice a second, once.
    const lines = deployment.servers[0]?.output().match(/"a job could not go on/g);
    expect(lines?.length ?? 0).toBeLessThan(6);
    wire.speak();
    const { answer, milliseconds } = await served(() => verify(0));
    expect(answer).toMatchObject({ result: 'accepted' });
    expect(milliseconds).toBeLessThan(3_000);
    expect(alive(deployment)).toBe(true);
  });

  test('a query that takes long is not taken for a silent one', async () => {
    const { direct, verify } = await wired();
    expect(await verify(-1)).toMatchObject({ result: 'accepted' });
    await direct.query('begin');
    await direct.query('lock table seeds in exclusive mode');
    const held = verify(0);
    await wait(2_500);
    await direct.query('rollback');
    expect(await held).toMatchObject({ result: 'accepted' });
  });

  test('an answer that comes after the database has said that it works no more is not lost', async () => {
    const { wire, verify } = await wired();
    expect(await verify(-1)).toMatchObject({ result: 'accepted' });
    wire.holdUntilAnswered('pg_stat_activity');
    expect(await verify(0)).toMatchObject({ result: 'accepted' });
  });

  test('closed while a late answer is waited for: no connection stays behind', async () => {
    const database = await POSTGRESQL.fresh();
    cleanups.push(() => database.drop());
    const direct = new pg.Client({ connectionString: database.option });
    await direct.connect();
    cleanups.push(() => direct.end());
    const { port } = new URL(database.option);
    const wire = await meddlingWire(Number(port));
    cleanups.push(() => wire.close());
    const url = database.option.replace(port, String(wire.port));
    const { db, close } = await openDatabase({ kind: 'postgresql', url });
    await sql`select 1`.execute(db);
    wire.holdUntilAnswered('pg_stat_activity');
    await sql`select 1`.execute(db);
    await close();
    const others = async (): Promise<number> => {
      const { rows } = await direct.query(
        'select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      return rows.length;
    };
    await expect.poll(others, { timeout: 5_000 }).toBe(0);
  });

  test('a database that is not there yet is waited for, and a line says so', async () => {
    const { deployment, verify } = await wired((wire) => {
      wire.refuse(true);
      void (async () => {
        while (wire.refused() < 3) await wait(50);
        wire.refuse(false);
      })();
    });
    expect(deployment.servers[0]?.output()).toContain('the database is not there yet; waiting for it');
    expect(await verify(0)).toMatchObject({ result: 'accepted' });
  });
});
