/** The end of a server: what was sent to it is answered, whoever stands before it is told first, and a second signal ends it at once. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpsRequest } from 'node:https';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { utf8 } from '@sower/bytes/octets';
import { readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import { afterEach, expect, test } from 'vitest';
import { codeOf, openSupply } from '../../bench/supply.ts';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy, type ServerProcess } from '../../harness/deployment.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { RADIUS_OPTIONS, radiusPeer, radiusPort, request } from '../../harness/radius/client.ts';
import { amount, randomness } from '../../harness/randomness.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
/** On each database. */
const ROUNDS = amount({ usual: 1, long: 20 });
const HTTP_REQUESTS = 200;
const RADIUS_REQUESTS = 400;
/** How long requests in flight may take at the end. */
const STOP_MILLISECONDS = 10_000;
const random = randomness('stopping');
const SECRET = 'secret-of-the-radius-client-0';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

onBothDatabases('SIGTERM', (kind) => {
  test(
    `with ${HTTP_REQUESTS} HTTP and ${RADIUS_REQUESTS} RADIUS requests in flight: all are answered, ${ROUNDS} times`,
    async () => {
      const database = await kind.installed();
      cleanups.push(() => database.drop());
      const deployment = await deploy(database, {
        arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
      });
      cleanups.push(() => deployment.stop());
      const supply = await openSupply(deployment, database.location);
      cleanups.push(() => supply.close());
      await deployment.api('addRadiusClient', { body: { name: 'c', network: '127.0.0.1', secret: SECRET } });
      for (let round = 0; round < ROUNDS; round += 1) {
        let server = round === 0 ? (deployment.servers[0] as ServerProcess) : await deployment.start();
        const stopped = async () =>
          stopUnderLoad(deployment, server, await supply.tokens(HTTP_REQUESTS + RADIUS_REQUESTS));
        let answers = await stopped();
        // A machine that needs more than ten seconds for all of them sees the rest cut off, as is documented, and shows nothing.
        for (let tries = 0; tries < 2 && answers.took > STOP_MILLISECONDS; tries += 1) {
          server = await deployment.start();
          answers = await stopped();
        }
        const tally = (values: readonly string[]): Record<string, number> =>
          Object.fromEntries(
            [...new Set(values)].map((value) => [value, values.filter((v) => v === value).length]),
          );
        expect(tally(answers.http)).toEqual({ accepted: HTTP_REQUESTS });
        expect(tally(answers.radius)).toEqual({ accepted: RADIUS_REQUESTS });
        expect(server.child.exitCode).toBe(0);
      }
    },
    60_000 + ROUNDS * 30_000,
  );
});

test('readiness turns first; until the drain is over all is served, and kept connections end after their answers', async () => {
  let answers = await drained(2);
  // A busy machine answers few in two seconds.
  if (answers <= 5) answers = await drained(20);
  expect(answers).toBeGreaterThan(5);
});

/** @returns how many answers said meanwhile that it is not ready */
async function drained(seconds: number): Promise<number> {
  const deployment = await deployed('--drain-seconds', String(seconds));
  const get = (path: string) => deployment.send(0, { path });
  expect((await get('/readyz')).status).toBe(200);
  const server = deployment.servers[0] as ServerProcess;
  const stopped = server.kill('SIGTERM');
  const start = performance.now();
  let answers = 0;
  while (performance.now() - start < seconds * 750) {
    await wait(20);
    const ready = await get('/readyz');
    // The signal may take longer than a request.
    if (answers === 0 && ready.status === 200) continue;
    expect(ready.status).toBe(503);
    const { status, headers } = await get('/healthz');
    expect([status, headers.connection]).toEqual([200, 'close']);
    answers += 1;
  }
  await stopped;
  expect(performance.now() - start).toBeLessThan(seconds * 1_000 + 6_000);
  expect(server.child.exitCode).toBe(0);
  return answers;
}

test('a second signal ends it at once; the same one from npm and the terminal does not count twice', async () => {
  const deployment = await deployed('--drain-seconds', '60');
  const server = deployment.servers[0] as ServerProcess;
  server.child.kill('SIGINT');
  server.child.kill('SIGINT');
  await wait(1_500);
  expect(server.child.exitCode).toBeNull();
  await server.kill('SIGTERM');
  expect(server.child.exitCode).toBe(1);
});

const OLDER_NODE = olderNode();
test.skipIf(!OLDER_NODE)('started by an older Node.js, the signal reaches the server', async () => {
  const deployment = await deployed();
  await deployment.servers[0]?.kill('SIGTERM');
  const child = spawn(
    OLDER_NODE as string,
    [LAUNCHER, 'serve', '--data', deployment.dataFolder, '--listen', `127.0.0.1:${await freePort()}`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const exited = once(child, 'exit');
  while (!output.includes(' is ready: ')) await wait(50);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(output).toContain('"stopping"');
});

async function deployed(...args: string[]): Promise<Deployment> {
  const database = await SQLITE.installed();
  cleanups.push(() => database.drop());
  const deployment = await deploy(database, { arguments: args });
  cleanups.push(() => deployment.stop());
  return deployment;
}

function olderNode(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const { stdout } = spawnSync(join(folder, 'node'), ['--version'], { encoding: 'utf8' });
    if (stdout && Number(/^v(\d+)/.exec(stdout)?.[1]) < 24) return join(folder, 'node');
  }
  return undefined;
}

type Token = Awaited<ReturnType<Awaited<ReturnType<typeof openSupply>>['tokens']>>[number];

async function stopUnderLoad(
  deployment: Deployment,
  server: ServerProcess,
  tokens: readonly Token[],
): Promise<{ http: string[]; radius: string[]; took: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: HTTP_REQUESTS });
  const http = (method: string, path: string, body?: string): Promise<string> =>
    new Promise((resolve) => {
      const call = httpsRequest(
        {
          host: '127.0.0.1',
          port: server.port,
          servername: 'localhost',
          ca: deployment.ca,
          agent,
          method,
          path,
          headers: {
            authorization: `Bearer ${deployment.apiKey}`,
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve(response.statusCode === 200 && body ? JSON.parse(text).result : `${response.statusCode}`),
          );
          response.on('error', (error) => resolve(error.message));
        },
      );
      call.on('error', (error) => resolve(error.message));
      call.end(body);
    });
  // The connections are open, and the client is known, before it begins.
  await Promise.all(Array.from({ length: HTTP_REQUESTS }, () => http('GET', '/healthz')));
  const port = radiusPort(server, 'authentication');
  const peers = await Promise.all(Array.from({ length: 4 }, () => radiusPeer(port)));
  for (const peer of peers) await peer.exchange(request(SECRET, 'nobody', '1'));
  const radius = new Map<string, Uint8Array>();
  const answered = new Map<string, string>();
  for (const [index, { socket }] of peers.entries()) {
    socket.on('message', (octets) => {
      const key = `${index} ${octets[1]}`;
      const read = readReply(octets, radius.get(key) as Uint8Array, utf8(SECRET));
      answered.set(key, read.ok && read.reply.code === CODE.accessAccept ? 'accepted' : 'something else');
    });
  }

  const calls = tokens
    .slice(0, HTTP_REQUESTS)
    .map((token) =>
      http(
        'POST',
        '/api/v1/authentications',
        JSON.stringify({ userId: token.userId, passcode: codeOf(token) }),
      ),
    );
  for (const [index, token] of tokens.slice(HTTP_REQUESTS).entries()) {
    const octets = request(SECRET, token.userId, codeOf(token));
    const peer = Math.floor(index / (RADIUS_REQUESTS / peers.length));
    radius.set(`${peer} ${octets[1]}`, octets);
    peers[peer]?.socket.send(octets, port, '127.0.0.1');
  }
  await Promise.race([...calls, wait(50)]);
  await wait(random() * 30);
  const begun = performance.now();
  await server.kill('SIGTERM');
  const took = performance.now() - begun;
  const results = { http: await Promise.all(calls), radius: [] as string[], took };
  await wait(100);
  results.radius = [...radius.keys()].map((key) => answered.get(key) ?? 'no answer');
  for (const peer of peers) peer.close();
  agent.destroy();
  return results;
}
