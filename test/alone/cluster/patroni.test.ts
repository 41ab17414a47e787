/**
 * Two nodes on a cluster of Patroni, one with all hosts in its URL and one behind HAProxy, under load: whatever becomes of the primary, no
 * accepted passcode is lost, and none is accepted twice. The primary is killed once. With TEST_LONG=1 it is killed twenty times,
 * and what takes minutes follows, such as a host that stands still for one.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { utf8 } from '@sower/bytes/octets';
import { readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, openSupply, type Supply } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { RADIUS_OPTIONS, radiusPeer, radiusPort, request } from '../../harness/radius/client.ts';
import { amount, LONG } from '../../harness/randomness.ts';
import { unexplainedIn } from '../../simulation/histories.ts';
import { type Cluster, hasPatroni, startCluster } from './patroni.ts';
import { type Cleanups, history, presentInterval, verify } from './replicated.ts';

const FAILOVERS = amount({ usual: 1, long: 20 });
const long = test.skipIf(!LONG);
const PAUSE_SECONDS = 60;
/** Of so many kills, one takes Patroni along, as if the host had died. */
const HOST_EVERY = 5;
const SECRET = 'secret-of-the-radius-client-0';
const NODES = ['several hosts', 'HAProxy'] as const;
const OPTIONS = ['--wrong-codes', '1000000', '--drain-seconds', '0', ...RADIUS_OPTIONS];

type Use = {
  readonly node: Deployment;
  readonly token: VerifyToken;
  readonly interval: number;
  outcome: string;
  /** When it was answered. */
  at: number;
};

if (!hasPatroni)
  console.warn(
    'Patroni is not tested here. As root: apt-get install patroni python3-etcd etcd-server etcd-client haproxy pgbouncer postgresql-17 (RUNLEVEL=1)',
  );

describe.skipIf(!hasPatroni)('on a cluster of Patroni', () => {
  const cleanups: Cleanups = [];
  let cluster: Cluster;
  let nodes: readonly Deployment[];
  let supply: Supply;

  async function node(url: string, like?: Deployment): Promise<Deployment> {
    const location = { kind: 'postgresql', url } as const;
    const made = await deploy(
      { location, option: url, drop: async () => {} },
      { arguments: OPTIONS, ...(like ? { dataFolder: like.dataFolder, dataIn: 'kept' } : {}) },
    );
    cleanups.push(() => made.stop());
    return made;
  }

  beforeAll(async () => {
    cluster = await startCluster();
    cleanups.push(() => cluster.stop());
    const first = await node(cluster.url);
    nodes = [first, await node(cluster.haproxyUrl, first)];
    supply = await openSupply(first, { kind: 'postgresql', url: cluster.url });
    cleanups.push(() => supply.close());
    await first.api('addRadiusClient', { body: { name: 'c', network: '127.0.0.1', secret: SECRET } });
  });
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** The supply has connections of its own, which a failover breaks. */
  async function fresh(count: number): Promise<VerifyToken[]> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await supply.tokens(count);
      } catch (error) {
        if (tries === 100) throw error;
        await wait(200);
      }
    }
  }

  async function overRest(on: Deployment, token: VerifyToken, code: string): Promise<string> {
    const { status, result } = await verify(on, token, code).catch(() => ({
      status: 0,
      result: 'no answer',
    }));
    return result ?? String(status);
  }

  async function overRadius(on: Deployment, token: VerifyToken, code: string): Promise<string> {
    const peer = await radiusPeer(radiusPort(on.servers[0] as never, 'authentication'));
    const packet = request(SECRET, token.userId, code);
    const answer = await peer.exchange(packet, 3_000);
    peer.close();
    const read = answer && readReply(answer, packet, utf8(SECRET));
    if (!read?.ok) return 'no answer';
    return read.reply.code === CODE.accessAccept ? 'accepted' : 'rejected';
  }

  /** Until some host of the cluster takes a commit, asked beside the nodes. */
  async function clusterServes(since: number, most = 120_000): Promise<number> {
    const answers = async (url: string): Promise<boolean> => {
      const client = new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: 500,
        query_timeout: 500,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('create table if not exists probe (at bigint)');
        await client.query(`insert into probe values (${Date.now()})`);
        return true;
      } catch {
        return false;
      } finally {
        client.end().catch(() => {});
      }
    };
    while (performance.now() - since < most) {
      const found = await Promise.all(
        (['db1', 'db2', 'db3'] as const).map((one) => answers(cluster.urlOf(one))),
      );
      if (found.some(Boolean)) return performance.now() - since;
      await wait(50);
    }
    return Number.NaN;
  }

  /** Load on both nodes, in the middle of which `disturb` happens. */
  async function round(
    name: string,
    disturb: () => Promise<unknown>,
    { repair = (): void => {}, most = 2_500 } = {},
  ) {
    const tokens = await fresh(most);
    const uses: Use[] = [];
    const { show, judge } = history();
    let over = false;
    const attempt = async (how: typeof overRest, on: Deployment): Promise<string> => {
      const token = tokens.pop();
      if (!token) throw new Error('out of tokens');
      const interval = presentInterval();
      const use = { node: on, token, interval, outcome: '', at: 0 };
      use.outcome = await show(token, interval, (code) => how(on, token, code));
      use.at = performance.now();
      uses.push(use);
      return use.outcome;
    };
    const load = nodes.flatMap((on) =>
      [overRest, overRest, overRadius].map(async (how) => {
        while (!over) await wait((await attempt(how, on)) === 'accepted' ? 60 : 200);
      }),
    );
    await wait(700);
    const begun = performance.now();
    await disturb();
    const there = await clusterServes(begun);
    for (const on of nodes)
      while ((await attempt(overRest, on)) !== 'accepted' && performance.now() - begun < 120_000)
        await wait(20);
    await wait(1_000);
    over = true;
    await Promise.all(load);
    for (const { outcome } of uses) expect(['accepted', '503', 'no answer']).toContain(outcome);

    // Once accepted, used; never answered, then accepted once at most; and of what was accepted nothing is lost.
    let twice = 0;
    const queue = [...uses];
    await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        for (let use = queue.pop(); use; use = queue.pop()) {
          const { token, interval, outcome } = use;
          const on = nodes[index % 2] as Deployment;
          const asked = (): Promise<string> => show(token, interval, (code) => overRest(on, token, code));
          let again = await asked();
          if (outcome === 'accepted' && again === 'accepted') twice += 1;
          if (outcome !== 'accepted' && again === 'accepted') {
            again = await asked();
            if (again === 'accepted') twice += 1;
          }
          expect(again).toBe('rejected');
        }
      }),
    );
    repair();
    const leader = await cluster.healthy();
    const client = new pg.Client({ connectionString: cluster.urlOf(leader) });
    await client.connect();
    const { rows } = await client.query<{ serial: string; position: number }>(
      'select t.serial, s.position::int as position from seeds s join tokens t on t.id = s.token_id',
    );
    await client.end();
    const positions = new Map(rows.map(({ serial, position }) => [serial, position]));
    const accepted = uses.filter(({ outcome }) => outcome === 'accepted');
    const lost = accepted.filter(
      ({ token, interval }) => (positions.get(token.serial) ?? -1) < interval,
    ).length;
    // The longest time in which a node accepted nothing.
    const gaps = nodes.map((on) => {
      const times = accepted.filter(({ node }) => node === on).map(({ at }) => at);
      return Math.max(...times.sort((a, b) => a - b).map((at, place) => at - (times[place - 1] ?? at)));
    });
    const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
    console.log(
      `${name}: cluster back after ${seconds(there)} s; nothing accepted for ${NODES.map((which, at) => `${seconds(gaps[at] as number)} s (${which})`).join(', ')}; ${accepted.length} accepted, ${uses.length - accepted.length} not; lost ${lost}, twice ${twice}`,
    );
    expect({ lost, twice }).toEqual({ lost: 0, twice: 0 });
    const judged = judge();
    console.log(`${name}: ${judged.operations} tokencodes shown, for ${judged.keys} tokens`);
    expect(unexplainedIn(judged)).toBe('');
    return { there, gaps };
  }

  test(
    `the primary is killed ${FAILOVERS} times`,
    async () => {
      const ours: number[] = [];
      for (let count = 1; count <= FAILOVERS; count += 1) {
        const what = count % HOST_EVERY === 0 ? 'host' : 'postgres';
        const leader = await cluster.healthy();
        const { there, gaps } = await round(
          `${count} ${what === 'host' ? 'host dies' : 'PostgreSQL killed'}`,
          async () => cluster.signal(leader, 'SIGKILL', what),
          { repair: () => what === 'host' && cluster.revive(leader) },
        );
        ours.push(...gaps.map((milliseconds) => milliseconds - there));
        expect(there).toBeLessThan(what === 'host' ? 60_000 : 30_000);
      }
      console.log(
        `beyond the cluster's own time: ${ours.map((one) => (one / 1000).toFixed(1)).join(', ')} s`,
      );
    },
    60_000 + FAILOVERS * 150_000,
  );

  long(
    `the host of the primary stands still for ${PAUSE_SECONDS} s`,
    async () => {
      const leader = await cluster.healthy();
      await round(`primary paused for ${PAUSE_SECONDS} s`, async () => {
        cluster.signal(leader, 'SIGSTOP', 'host');
        setTimeout(() => cluster.signal(leader, 'SIGCONT', 'host'), PAUSE_SECONDS * 1000);
      });
    },
    240_000 + PAUSE_SECONDS * 1000,
  );

  long(
    `etcd says nothing for ${PAUSE_SECONDS} s`,
    async () => {
      await cluster.healthy();
      let writable = true;
      await round(
        `etcd silent for ${PAUSE_SECONDS} s`,
        async () => {
          cluster.signalEtcd('SIGSTOP');
          await wait(PAUSE_SECONDS * 1000);
          // Without a quorum nobody may be the primary: who was cannot know whether another is.
          writable = Number.isFinite(await clusterServes(performance.now(), 2_000));
          cluster.signalEtcd('SIGCONT');
        },
        { most: 100 * PAUSE_SECONDS },
      );
      expect(writable).toBe(false);
    },
    240_000 + PAUSE_SECONDS * 1000,
  );

  long('a switch-over', async () => {
    const leader = await cluster.healthy();
    await round('switch-over', () => cluster.switchover(leader));
    expect(await cluster.healthy()).not.toBe(leader);
  });

  test.each(['session', 'transaction'] as const)('PgBouncer, a pool for each %s', async (mode) => {
    const pooled = await cluster.pgbouncer(mode);
    const on = await node(pooled, nodes[0]);
    const tokens = await fresh(160);
    const outcomes = await Promise.all(tokens.splice(-60).map((token) => overRest(on, token, codeOf(token))));
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
    const before = await cluster.healthy();
    await cluster.switchover(before);
    const begun = performance.now();
    let outcome = '';
    while (outcome !== 'accepted' && performance.now() - begun < 60_000) {
      const token = tokens.pop() as VerifyToken;
      outcome = await overRest(on, token, codeOf(token));
      if (outcome !== 'accepted') await wait(300);
    }
    console.log(
      `PgBouncer, ${mode}: back ${((performance.now() - begun) / 1000).toFixed(1)} s after a switch-over`,
    );
    expect(outcome).toBe('accepted');
    // How far the standbys are is known some seconds later.
    const ready = async () => (await on.send(0, { path: '/readyz' })).body.toString();
    await expect.poll(ready, { timeout: 60_000 }).toBe('ready\n');
  });

  test('nobody steers the cluster or reads from it without a password, or without TLS', async () => {
    await cluster.healthy();
    expect(await cluster.strangers()).toEqual({
      rest: '401',
      etcd: expect.stringMatching(/user name is empty|permission denied/),
      postgresql: expect.stringContaining('no pg_hba.conf entry'),
    });
  });

  test('without synchronous replication nodes stay ready, and know what a failover would cost', async () => {
    await cluster.healthy();
    await cluster.configure('synchronous_mode=false');
    await expect
      .poll(async () => (await cluster.states()).some(({ role }) => role === 'sync_standby'))
      .toBe(false);
    const on = nodes[0] as Deployment;
    await expect.poll(async () => (await on.api('listNodes', {})).database.replication).toBe('not-awaited');
    expect((await on.send(0, { path: '/readyz' })).body.toString()).toBe('ready\n');
  });
});
