/** Two processes behind HAProxy, restarted one after the other under load: no request fails. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { codeOf, openSupply } from '../bench/supply.ts';
import { POSTGRESQL } from '../harness/databases.ts';
import { type Deployment, deploy, type ServerProcess } from '../harness/deployment.ts';
import { freePort } from '../harness/free-port.ts';

/** SOWER_ROLLING_RESTARTS asks for more. */
const RESTARTS = Number(process.env.SOWER_ROLLING_RESTARTS ?? 1);
const CALLERS = 16;
const DRAIN_SECONDS = 6;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
const haproxy = spawnSync('haproxy', ['-v']).status === 0;

describe.skipIf(!haproxy || !inject('postgresql'))('behind HAProxy', () => {
  test.each(['kept', 'new'])(
    `${RESTARTS} rolling restarts, callers with %s connections: no request fails`,
    async (connections) => {
      const database = await POSTGRESQL.fresh();
      cleanups.push(() => database.drop());
      const deployment = await deploy(database, {
        processes: 2,
        arguments: ['--wrong-codes', '1000000', '--drain-seconds', String(DRAIN_SECONDS)],
      });
      cleanups.push(() => deployment.stop());
      const supply = await openSupply(deployment, database.location);
      cleanups.push(() => supply.close());
      const balancer = await balance(deployment.servers, deployment);
      const agent = new Agent({ keepAlive: connections === 'kept', maxSockets: CALLERS });
      cleanups.push(() => agent.destroy());

      const results = new Map<string, number>();
      let over = false;
      const load = Promise.all(
        Array.from({ length: CALLERS }, async () => {
          const tokens = await supply.tokens(40);
          for (let count = 0; !over; count += 1) {
            // Each tokencode is good once; in between, requests that change nothing.
            const token = count % 10 === 0 ? tokens.pop() : undefined;
            const result = token
              ? await ask(balancer.port, agent, deployment, { userId: token.userId, passcode: codeOf(token) })
              : await ask(balancer.port, agent, deployment);
            results.set(result, (results.get(result) ?? 0) + 1);
            await wait(20);
          }
        }),
      );
      await wait(1_000);
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        for (const index of [0, 1]) {
          const { port } = deployment.servers[index] as ServerProcess;
          const last = deployment.servers.findLast((server) => server.port === port) as ServerProcess;
          await last.kill('SIGTERM');
          expect(last.child.exitCode).toBe(0);
          await deployment.start(port);
          await balancer.bothUp();
        }
      }
      over = true;
      await load;
      console.log(`${connections} connections: ${JSON.stringify([...results])}`);
      // What the servers complained about, for whoever reads a failure.
      const complaints = deployment.servers.flatMap(
        (server) => server.output().match(/^.*"level":[456]0.*$/gm) ?? [],
      );
      if (complaints.length > 0) console.log(complaints.join('\n').slice(0, 4_000));
      expect([...results.keys()].sort()).toEqual(['200', 'accepted']);
    },
    120_000 + RESTARTS * 60_000,
  );
});

type Balancer = {
  readonly port: number;
  /** Resolves when it sends requests to both. */
  bothUp(): Promise<void>;
};

async function balance(servers: readonly ServerProcess[], deployment: Deployment): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-haproxy-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  writeFileSync(join(folder, 'ca.pem'), deployment.ca);
  writeFileSync(
    join(folder, 'haproxy.cfg'),
    `global
  stats socket ${folder}/stats
defaults
  mode http
  timeout check 5s
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend in
  bind 127.0.0.1:${port}
  default_backend sower
backend sower
  option httpchk GET /readyz
  default-server check inter 2s fall 2 rise 1 ssl verify required ca-file ${folder}/ca.pem sni str(localhost) check-sni localhost verifyhost localhost
${servers.map((server, index) => `  server s${index} 127.0.0.1:${server.port}`).join('\n')}
`,
  );
  const child: ChildProcess = spawn('haproxy', ['-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
  cleanups.push(() => child.kill('SIGKILL'));
  const states = async (): Promise<string[]> => {
    const socket = connect(join(folder, 'stats'));
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.end('show stat\n');
    // While it starts there is nobody there.
    await new Promise((resolve) => socket.once('close', resolve));
    // https://docs.haproxy.org/3.0/management.html#9.1: the eighteenth column is the state.
    return [...text.matchAll(/^sower,s\d,.*$/gm)].map(([line]) => line.split(',')[17] ?? '');
  };
  const bothUp = async (): Promise<void> => {
    while ((await states()).filter((state) => state === 'UP').length < 2) await wait(200);
  };
  await bothUp();
  return { port, bothUp };
}

function ask(
  port: number,
  agent: Agent,
  deployment: Deployment,
  verification?: { userId: string; passcode: string },
): Promise<string> {
  return new Promise((resolve) => {
    const body = verification && JSON.stringify(verification);
    const call = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: body ? 'POST' : 'GET',
        path: body ? '/api/v1/authentications' : '/api/v1/users?limit=1',
        headers: {
          authorization: `Bearer ${deployment.apiKey}`,
          ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {}),
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve(
            response.statusCode === 200
              ? body
                ? JSON.parse(text).result
                : '200'
              : `${response.statusCode} ${text.slice(0, 200)}`,
          ),
        );
        response.on('error', (error) => resolve(error.message));
      },
    );
    call.on('error', (error) => resolve(error.message));
    call.end(body);
  });
}
