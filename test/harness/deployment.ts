/** A running deployment for scenarios: server processes as an operator starts them, on a fresh database, and a client of their API. */

import type { ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ApiClient, apiClient } from '@sower/api/client';
import { assertValidMessage } from './documents/message-schemas.ts';
import { assertDeclared, type HttpAnswer, type OpenApiDocument } from './documents/openapi-document.ts';
import type { FreshDatabase } from './fresh-database.ts';
import { freePort } from './processes/free-port.ts';
import { answerOf } from './processes/http-answer.ts';
import { spawn } from './processes/spawn.ts';

/** The checkout that this is in. */
export const TREE = fileURLToPath(new URL('../..', import.meta.url));

export type { HttpAnswer };

/** What the packages set for the allocator. */
const PACKAGED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...readFileSync(join(TREE, 'packaging/debian/sower'), 'utf8').matchAll(/(MALLOC_\w+)="\$\{\1:-(\d+)\}"/g),
  ].map(([, name = '', value = '']) => [name, value]),
);
if (Object.keys(PACKAGED).length === 0)
  throw new Error('packaging/debian/sower sets nothing for the allocator');

export type ServerProcess = {
  readonly url: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly child: ChildProcess;
  /** Everything it printed. */
  output(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
};

export type Deployment = {
  readonly dataFolder: string;
  /** How many processes share the ports of a server. */
  readonly workers: number;
  readonly servers: readonly ServerProcess[];
  readonly apiKey: string;
  /** Of the first administrator, if it was chosen before this was deployed. */
  readonly adminPassword: string | undefined;
  readonly ca: string;
  /** The API, by the first server unless said. */
  readonly api: ApiClient;
  apiOf(server: number, apiKey?: string): ApiClient;
  /** One HTTPS request to a server. */
  send(
    server: number,
    options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Uint8Array },
  ): Promise<HttpAnswer>;
  /** What a server says at /metrics. */
  metrics(server: number): Promise<string>;
  /** Starts one more process on the same data, or the same one again after it was killed; of another checkout, if one is named. */
  start(port?: number, tree?: string): Promise<ServerProcess>;
  stop(): Promise<void>;
};

/** For races: SOWER_RACE_PROCESSES of them (1, 2 or 4), as two servers where there is more than one. */
export function racingProcesses(): { readonly processes: 1 | 2; readonly workers: number } {
  const wanted = Number(process.env.SOWER_RACE_PROCESSES ?? 2);
  return wanted === 1 ? { processes: 1, workers: 1 } : { processes: 2, workers: wanted / 2 };
}

export async function deploy(
  database: Pick<FreshDatabase, 'option'> & Partial<FreshDatabase>,
  options: {
    processes?: number;
    /** Of one server: how many share its ports (`--processes`). */
    workers?: number;
    arguments?: readonly string[];
    env?: Record<string, string>;
    ca?: string;
    /** Where the data folder is made, and left. */
    dataIn?: string;
    /** A data folder with a key of the command line. */
    dataFolder?: string;
    /** One more authority to trust, PEM. */
    alsoTrusted?: string;
    /** Whether the server describes its API, and its answers are compared with that. */
    described?: boolean;
    /** Another checkout, built, whose server is started. */
    tree?: string;
  } = {},
): Promise<Deployment> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(options.dataIn ?? tmpdir(), 'sower-data-'));
  mkdirSync(dataFolder, { recursive: true });
  const installation = options.dataFolder === undefined ? database.installation : undefined;
  if (installation) cpSync(installation.dataFolder, dataFolder, { recursive: true });
  const servers: ServerProcess[] = [];
  /** One of an earlier version is asked by the client of that version, which knows what it answers. */
  const clients: (typeof apiClient)[] = [];
  const publicPort = await freePort();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  async function start(given?: number, tree = options.tree ?? TREE): Promise<ServerProcess> {
    const port = given ?? (servers.length === 0 ? publicPort : await freePort());
    const metricsPort = await freePort();
    const server = await startProcess(
      tree,
      { port, metricsPort },
      [
        '--metrics-listen',
        `127.0.0.1:${metricsPort}`,
        ...(options.described === false ? [] : ['--api-docs']),
        '--processes',
        String(options.workers ?? 1),
        '--data',
        dataFolder,
        '--listen',
        `127.0.0.1:${port}`,
        '--public-url',
        `https://localhost:${publicPort}`,
        '--database',
        database.option,
        // Scenarios come from one address and are wrong on purpose.
        ...(options.arguments ?? ['--wrong-codes', '1000000']),
      ],
      options.env ?? {},
    );
    const client = pathToFileURL(join(tree, 'packages/api/src/client.ts')).href;
    clients.push(tree === TREE ? apiClient : (await import(client)).apiClient);
    servers.push(server);
    return server;
  }
  await start();
  for (let count = 1; count < (options.processes ?? 1); count += 1) await start();
  const apiKey = readFileSync(join(dataFolder, 'admin-api-key'), 'utf8').trim();
  const ca =
    readFileSync(options.ca ?? join(dataFolder, 'tls', 'ca.pem'), 'utf8') + (options.alsoTrusted ?? '');

  let document: OpenApiDocument | undefined;
  const send: Deployment['send'] = async (server, { method = 'GET', path, headers = {}, body }) => {
    const call = request({
      host: '127.0.0.1',
      port: (servers[server] as ServerProcess).port,
      servername: 'localhost',
      path,
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
      ca,
      agent,
    });
    const answer = await answerOf(call, body);
    // Whatever was asked, a message of the server's is valid, and an answer of the API is as its document says.
    if (method === 'POST' && path.startsWith('/ctkip') && answer.status === 200)
      assertValidMessage(answer.body);
    if (document && path.startsWith('/api/v1/')) assertDeclared(document, method, path, answer);
    return answer;
  };
  if (options.described !== false) document = JSON.parse(await described(send));
  const apiOf = (server: number, key = apiKey): ApiClient =>
    (clients[server] ?? apiClient)(async ({ method, path, headers, body }) => {
      const answer = await send(server, { method, path, headers, ...(body === undefined ? {} : { body }) });
      return { status: answer.status, body: answer.body.toString() };
    }, key);

  return {
    dataFolder,
    workers: options.workers ?? 1,
    servers,
    apiKey,
    adminPassword: installation?.adminPassword,
    ca,
    api: apiOf(0),
    apiOf,
    send,
    async metrics(server) {
      const answer = await fetch(`http://127.0.0.1:${servers[server]?.metricsPort}/metrics`);
      return answer.text();
    },
    start,
    async stop() {
      agent.destroy();
      await Promise.all(servers.map((server) => server.kill('SIGTERM')));
      if (options.dataIn === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** What the first server said that was asked: all of a run are of one build, and to describe it takes half as long as to start. */
async function described(send: Deployment['send']): Promise<string> {
  const kept = process.env.TEST_OPENAPI;
  if (kept !== undefined && existsSync(kept)) return readFileSync(kept, 'utf8');
  const { body } = await send(0, { path: '/api/openapi.json' });
  if (kept !== undefined) {
    writeFileSync(`${kept}.${process.pid}`, body);
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return body.toString();
}

/** What readiness says, and the milliseconds it took beyond those of an answer that needs nothing: how busy the machine is comes off. */
export async function timedReadiness(
  deployment: Deployment,
): Promise<{ readonly status: number; readonly took: number }> {
  const timed = async (path: string) => {
    const start = performance.now();
    const { status } = await deployment.send(0, { path });
    return { status, took: performance.now() - start };
  };
  const [ready, idle] = await Promise.all([timed('/readyz'), timed('/healthz')]);
  return { status: ready.status, took: ready.took - idle.took };
}

/** A tenth of a start is garbage collection, since the young generation may not grow then. For tests, which start hundreds; not for the bench. */
const roomToStart = (): string[] => (process.env.VITEST === undefined ? [] : ['--min-semi-space-size=16']);

async function startProcess(
  tree: string,
  ports: { readonly port: number; readonly metricsPort: number },
  options: readonly string[],
  env: Record<string, string>,
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [...roomToStart(), join(tree, 'apps/cli/bin/sower.js'), 'serve', ...options],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', TEST_OPENAPI: '', ...PACKAGED, ...env },
    },
  );
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (/ is ready: /.test(output)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(() => reject(new Error(`the server ended before it was ready:\n${output}`)));
  });
  return {
    url: `https://localhost:${ports.port}`,
    ...ports,
    child,
    output: () => output,
    async kill(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}
