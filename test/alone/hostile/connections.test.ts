/** Many connections at once: one source cannot hold them all, and the server keeps descriptors for its own work, or says that it has none. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { connectionCap, type Refused } from '../../../apps/server/src/core/connections.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sower-connections-'));
const cleanups: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

let started = 0;
/** @param descriptors `ulimit -n` */
async function serve(
  descriptors: number | undefined,
  options: readonly string[],
  env: Record<string, string> = {},
) {
  started += 1;
  const port = await freePort();
  const data = join(folder, `data-${started}`);
  const limit = descriptors === undefined ? '' : `ulimit -n ${descriptors}; `;
  const child = spawn(
    'sh',
    [
      ...['-c', `${limit}exec "$@"`, 'sh', process.execPath, LAUNCHER, 'serve', '--data', data],
      ...['--listen', `127.0.0.1:${port}`, '--server-key-bits', '1024', ...options],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '', ...env } },
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/ is ready: /.test(output)) resolve();
    });
    child.once('exit', () => reject(new Error(output)));
  });
  cleanups.push(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanups.push(() => agent.destroy());
  const status = (by: Agent | false): Promise<number | string> =>
    new Promise((resolve) => {
      get({ host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, agent: by }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  return {
    port,
    child,
    lines: (message: string) =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{') && line.includes(message))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    /** On a connection that is kept. */
    kept: () => status(agent),
    fresh: () => status(false),
  };
}

/** @returns how many stay open, and a way to close them */
async function flood(port: number, count: number) {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
  }
  // Until none has been closed for half a second.
  let open = count + 1;
  for (let last = 0; last !== open; ) {
    last = open;
    await new Promise((resolve) => setTimeout(resolve, 500));
    open = sockets.filter((socket) => !socket.closed && !socket.destroyed).length;
  }
  return {
    open,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('one source has so many connections and no more, on both listeners together; the log sums what was refused', async () => {
  const radsec = await freePort();
  const server = await serve(undefined, [
    '--connections-per-source',
    '20',
    '--radsec',
    `127.0.0.1:${radsec}`,
  ]);
  expect(await server.kept()).toBe(200);
  const https = await flood(server.port, 50);
  expect(https.open).toBe(19);
  const tls = await flood(radsec, 10);
  expect(tls.open).toBe(0);
  expect(await server.kept()).toBe(200);
  expect(await server.fresh()).not.toBe(200);
  await expect.poll(() => server.lines('connections were refused').length, { timeout: 30_000 }).toBe(1);
  const [line] = server.lines('connections were refused');
  expect(line).toMatchObject({ level: 40, sources: 1, full: 0, most: { source: '127.0.0.1' } });
  expect(Number(line?.connections)).toBeGreaterThanOrEqual(31);
  https.end();
  await expect.poll(() => server.fresh(), { timeout: 30_000 }).toBe(200);
});

test('a proxy that is trusted brings the connections of everybody', async () => {
  const server = await serve(undefined, [
    '--connections-per-source',
    '20',
    '--trusted-proxies',
    '127.0.0.0/8',
  ]);
  const many = await flood(server.port, 50);
  expect(many.open).toBe(50);
  many.end();
});

test('neighbours in an IPv6 /64 are one source', async () => {
  const reports: Refused[] = [];
  let listen: (socket: unknown) => void = () => {};
  const cap = connectionCap({
    perSource: 2,
    exempt: ['2001:db8:ffff::/48'],
    clock: () => performance.now(),
    onRefused: (refused) => reports.push(refused),
  });
  const server = {
    on() {},
    prependListener(_: string, work: typeof listen) {
      listen = work;
    },
  };
  cap.watch(server as never, 10);
  const closed: string[] = [];
  const come = (remoteAddress: string) => {
    const after: (() => void)[] = [];
    listen({
      remoteAddress,
      destroy: () => closed.push(remoteAddress),
      once: (_: string, work: () => void) => after.push(work),
    });
    return () => {
      for (const work of after) work();
    };
  };
  const leave = come('2001:db8::1');
  come('2001:db8::2');
  come('2001:db8::3');
  come('2001:db8:0:1::1');
  for (let n = 0; n < 5; n += 1) come('2001:db8:ffff::1');
  expect(closed).toEqual(['2001:db8::3']);
  leave();
  come('2001:db8::4');
  expect(closed).toHaveLength(1);
  await expect
    .poll(() => reports, { timeout: 30_000 })
    .toEqual([{ connections: 1, sources: 1, most: { source: '2001:db8::/64', connections: 1 }, full: 0 }]);
});

test('with few descriptors there are fewer connections, and the server goes on serving those it has', async () => {
  const server = await serve(340, ['--connections-per-source', '1000']);
  expect(server.lines('few file descriptors')[0]).toMatchObject({ descriptors: 340, connections: 75 });
  expect(await server.kept()).toBe(200);
  const many = await flood(server.port, 500);
  expect(many.open).toBe(74);
  for (let n = 0; n < 5; n += 1) expect(await server.kept()).toBe(200);
  await expect.poll(() => server.lines('connections were refused').length, { timeout: 30_000 }).toBe(1);
  expect(Number(server.lines('connections were refused')[0]?.full)).toBeGreaterThan(400);
  expect(server.lines('no file descriptor')).toEqual([]);
  many.end();
  await expect.poll(() => server.fresh(), { timeout: 30_000 }).toBe(200);
});

test('out of descriptors: said once, though connections keep coming, and over when there are some again', async () => {
  const plant = join(folder, 'hold.mjs');
  writeFileSync(
    plant,
    `import { closeSync, openSync } from 'node:fs';
     const held = [];
     process.on('SIGUSR2', () => {
       if (held.length > 0) { for (const one of held.splice(0)) closeSync(one); return; }
       try { for (;;) held.push(openSync('/dev/null', 'r')); } catch {}
     });`,
  );
  const server = await serve(340, [], { NODE_OPTIONS: `--import=${plant}` });
  expect(await server.fresh()).toBe(200);
  server.child.kill('SIGUSR2');
  await expect.poll(() => server.lines('no file descriptor is left').length, { timeout: 30_000 }).toBe(1);
  for (let n = 0; n < 20; n += 1) expect(await server.fresh()).not.toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(server.lines('no file descriptor is left')).toHaveLength(1);
  server.child.kill('SIGUSR2');
  await expect
    .poll(() => server.lines('there are file descriptors again').length, { timeout: 30_000 })
    .toBe(1);
  expect(await server.fresh()).toBe(200);
});
