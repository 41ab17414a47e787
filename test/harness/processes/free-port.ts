/**
 * Ports for servers of tests. One that was given stays reserved for as long as this process lives: no other run on this machine gets it, and
 * it is below those that the kernel gives to connections and to listeners without a port of their own. So nothing takes it between this and
 * the start of what it is for.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';

const FIRST = 15_000;

/** The first port that the kernel gives by itself. */
function firstOfTheKernel(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split('\t')[0]);
  } catch {
    // Where that is not Linux: IANA's.
    return 49_152;
  }
}

const given = new Set<number>();

/** @returns undefined if something else has it */
const listening = (on: ListenOptions): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(on, () => resolve(server));
  });

/** A name that only one process at a time can have, and that goes with the process. Only Linux has these. */
async function reserved(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const held = await listening({ path: `\0sower-test-port-${port}` });
  held?.unref();
  return held !== undefined;
}

export async function freePort(): Promise<number> {
  const last = firstOfTheKernel();
  for (;;) {
    const port = randomInt(FIRST, last);
    if (given.has(port) || !(await reserved(port))) continue;
    given.add(port);
    // Nothing that was started by hand has it either.
    const probe = await listening({ port, host: '127.0.0.1' });
    if (!probe) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
