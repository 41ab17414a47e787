/**
 * Two nodes on PostgreSQL, restarted one after the other under load: REST and CT-KIP behind HAProxy, RADIUS by two addresses. No request fails,
 * neither with one version nor on the way from the version before to this one (SOWER_PREVIOUS=DIR, as for rolling-upgrade.test).
 */
import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { utf8 } from '@sower/bytes/octets';
import { readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { buildVersion } from '../../../apps/server/build-version.js';
import { openSupply, type Supply } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import { runExchange } from '../../harness/authenticator.ts';
import { POSTGRESQL } from '../../harness/databases.ts';
import { type Deployment, deploy, type ServerProcess, TREE } from '../../harness/deployment.ts';
import { RADIUS_OPTIONS, radiusPeer, radiusPort, request } from '../../harness/radius/client.ts';
import { amount } from '../../harness/randomness.ts';
import { unexplainedIn } from '../../simulation/histories.ts';
import { type Balancer, balance, DRAIN_SECONDS, hasHaproxy } from './balanced.ts';
import { type Cleanups, history, presentInterval, verify } from './replicated.ts';

const RESTARTS = amount({ usual: 1, long: 10 });
const PREVIOUS = process.env.SOWER_PREVIOUS;
const VERSION = buildVersion(pathToFileURL(`${TREE}/`));
const CALLERS = { rest: amount({ usual: 3, long: 8 }), ctkip: 2, radius: 4 };
/** How long a RADIUS client waits for its first server, before it asks the second. */
const RADIUS_MILLISECONDS = 5_000;
const SECRET = 'secret-of-the-radius-client-0';
const OPTIONS = ['--wrong-codes', '1000000', '--drain-seconds', String(DRAIN_SECONDS), ...RADIUS_OPTIONS];
const EXPECTED = ['RADIUS accepted', 'provisioned', 'verified'];

const cleanups: Cleanups = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The process that has the port of a node now. */
function present({ servers }: Deployment, node: number): ServerProcess {
  const { port } = servers[node] as ServerProcess;
  return servers.findLast((server) => server.port === port) as ServerProcess;
}

type Load = {
  readonly history: ReturnType<typeof history>;
  readonly shown: (readonly [VerifyToken, number])[];
  readonly deployment: Deployment;
  readonly supply: Supply;
  readonly balancer: Balancer;
  readonly agent: Agent;
};

/** One after the other, and more once they are used up: how many a run takes depends on how long nodes take to start. */
function endless<T>(more: () => Promise<T[]>): () => Promise<T> {
  let left: T[] = [];
  return async () => {
    if (left.length === 0) left = await more();
    return left.pop() as T;
  };
}

/** Each tokencode twice at once, the next one, and the one before it once more; and a request that changes nothing. */
async function rest({
  deployment,
  supply,
  balancer,
  agent,
  history: { show },
  shown,
}: Load): Promise<() => Promise<string>> {
  const nextToken = endless(() => supply.tokens(500));
  const headers = { authorization: `Bearer ${deployment.apiKey}`, 'content-type': 'application/json' };
  const unexpected = (status: number, body: Buffer): string => `${status} ${body.toString().slice(0, 200)}`;
  const verifyAt = (token: VerifyToken, interval: number): Promise<string> =>
    show(token, interval, async (passcode) => {
      const { status, body } = await balancer.send(agent, {
        ...{ headers, method: 'POST', path: '/api/v1/authentications' },
        body: JSON.stringify({ userId: token.userId, passcode }),
      });
      return status === 200 ? JSON.parse(body.toString()).result : unexpected(status, body);
    });
  return async () => {
    await wait(20);
    const token = await nextToken();
    const interval = presentInterval();
    shown.push([token, interval + 1]);
    const results: string[] = [];
    for (const offset of [0, 1, 0])
      results.push(
        ...(await Promise.all([verifyAt(token, interval + offset), verifyAt(token, interval + offset)])),
      );
    const { status, body } = await balancer.send(agent, { headers, path: '/api/v1/users?limit=1' });
    if (status !== 200) results.push(unexpected(status, body));
    return results.find((result) => result !== 'accepted' && result !== 'rejected') ?? 'verified';
  };
}

async function ctkip({ deployment, supply, balancer, agent }: Load): Promise<() => Promise<string>> {
  const nextCode = endless(() => supply.codes(250));
  const balanced: Deployment = { ...deployment, send: (_, options) => balancer.send(agent, options) };
  return async () => {
    await wait(150);
    const activationCode = await nextCode();
    const ctkipUrl = 'https://localhost/ctkip/services/CtkipService';
    const result = await runExchange(balanced, { ctkipUrl, activationCode });
    return result.ok ? 'provisioned' : `${result.stage}: ${result.error} ${result.status} ${result.detail}`;
  };
}

/** @param first the node that this client asks first */
async function radius(
  { deployment, supply, history: { show }, shown }: Load,
  first: number,
): Promise<() => Promise<string>> {
  const nextToken = endless(() => supply.tokens(500));
  return async () => {
    await wait(100);
    const token = await nextToken();
    const interval = presentInterval();
    shown.push([token, interval]);
    const answered = await show(token, interval, async (code) => {
      const packet = request(SECRET, token.userId, code);
      for (const node of [first, 1 - first]) {
        const peer = await radiusPeer(radiusPort(present(deployment, node), 'authentication'));
        const answer = await peer.exchange(packet, RADIUS_MILLISECONDS);
        peer.close();
        const read = answer && readReply(answer, packet, utf8(SECRET));
        if (read?.ok) return read.reply.code === CODE.accessAccept ? 'accepted' : 'rejected';
      }
      return 'no answer';
    });
    return `RADIUS ${answered}`;
  };
}

/** @returns how often each outcome came */
async function underLoad(load: Load, work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  const results = new Map<string, number>();
  let over = false;
  const callers = await Promise.all([
    ...Array.from({ length: CALLERS.rest }, () => rest(load)),
    ...Array.from({ length: CALLERS.ctkip }, () => ctkip(load)),
    ...Array.from({ length: CALLERS.radius }, (_, index) => radius(load, index % 2)),
  ]);
  const calling = Promise.all(
    callers.map(async (call) => {
      while (!over) {
        const result = await call().catch((error: Error) => error.message);
        results.set(result, (results.get(result) ?? 0) + 1);
      }
    }),
  );
  await wait(1_000);
  await work();
  await wait(1_000);
  over = true;
  await calling;
  await explained(load);
  return results;
}

/** Each tokencode once more, at either node: some order explains every answer. */
async function explained({ deployment, history: { show, judge }, shown }: Load): Promise<void> {
  for (const [at, [token, interval]] of shown.entries()) {
    const { port } = present(deployment, at % 2);
    const server = deployment.servers.findLastIndex((one) => one.port === port);
    const on = {
      ...deployment,
      send: (_: number, options: Parameters<Deployment['send']>[1]) => deployment.send(server, options),
    };
    await show(token, interval, async (code) => (await verify(on, token, code)).result);
  }
  const judged = judge();
  console.log(`${judged.operations} tokencodes shown, for ${judged.keys} tokens`);
  expect(unexplainedIn(judged)).toBe('');
  expect(judged.operations).toBeGreaterThan(judged.keys);
}

async function two(connections: 'kept' | 'new', tree?: string): Promise<Load> {
  const database = await (tree === undefined ? POSTGRESQL.fresh() : POSTGRESQL.empty());
  cleanups.push(() => database.drop());
  const older = tree === undefined ? {} : { tree, described: false };
  const deployment = await deploy(database, { processes: 2, arguments: OPTIONS, ...older });
  cleanups.push(() => deployment.stop());
  const supply = await openSupply(deployment, database.location);
  cleanups.push(() => supply.close());
  await deployment.api('addRadiusClient', { body: { name: 'c', network: '127.0.0.1', secret: SECRET } });
  const balancer = await balance(deployment, cleanups);
  const agent = new Agent({
    keepAlive: connections === 'kept',
    maxSockets: 2 * CALLERS.rest + CALLERS.ctkip,
  });
  cleanups.push(() => agent.destroy());
  return { deployment, supply, balancer, agent, history: history(), shown: [] };
}

/** What the servers complained about, for whoever reads a failure. */
function complaints({ servers }: Deployment): string {
  return servers.flatMap((server) => server.output().match(/^.*"level":[456]0.*$/gm) ?? []).join('\n');
}

describe.skipIf(!hasHaproxy || !inject('postgresql'))('two nodes', () => {
  test.each(['kept', 'new'] as const)(
    `${RESTARTS} rolling restarts, callers with %s connections: no request fails`,
    async (connections) => {
      const load = await two(connections);
      const { deployment, balancer } = load;
      const results = await underLoad(load, async () => {
        for (let restart = 0; restart < RESTARTS; restart += 1) {
          for (const node of [0, 1]) {
            const last = present(deployment, node);
            await last.kill('SIGTERM');
            expect(last.child.exitCode).toBe(0);
            await deployment.start(last.port);
            await balancer.allUp();
          }
        }
      });
      console.log(`${connections} connections: ${JSON.stringify([...results])}`);
      console.log(complaints(deployment).slice(0, 4_000));
      expect([...results.keys()].sort()).toEqual(EXPECTED);
    },
    120_000 + RESTARTS * 60_000,
  );

  test.skipIf(PREVIOUS === undefined).each(['kept', 'new'] as const)(
    'a rolling upgrade, callers with %s connections: no request fails',
    async (connections) => {
      const load = await two(connections, PREVIOUS);
      const { deployment, balancer } = load;
      // Which node runs which version, as `sower node list` shows it.
      const running = async (): Promise<string[]> => {
        const { items } = await deployment.api('listNodes', {});
        return [...new Set(items.map(({ version }) => version))].sort();
      };
      const [before = ''] = await running();
      expect(before).not.toBe(VERSION);
      const results = await underLoad(load, async () => {
        for (const node of [0, 1]) {
          const last = present(deployment, node);
          await last.kill('SIGTERM');
          expect(last.child.exitCode).toBe(0);
          await deployment.start(last.port, TREE);
          await balancer.allUp();
          // Both versions beside each other for a while, on the new schema.
          await wait(3_000);
          await expect.poll(running).toEqual(node === 0 ? [before, VERSION].sort() : [VERSION]);
        }
      });
      console.log(`upgrade, ${connections} connections: ${JSON.stringify([...results])}`);
      console.log(complaints(deployment).slice(0, 4_000));
      expect([...results.keys()].sort()).toEqual(EXPECTED);
      expect(await deployment.api('verifyAudit', {})).toMatchObject({ intact: true });
    },
  );
});
