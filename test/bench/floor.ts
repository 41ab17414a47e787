/** Measures the floor (floor-server.ts) with the clients that measure Sower. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issue } from '../harness/authority.ts';
import type { Connections } from './connection.ts';
import type { FloorJob, FloorReady } from './floor-server.ts';
import type { Job } from './load.ts';
import { latencyOf, type Round, runClient } from './scenario.ts';

export type FloorResult = {
  readonly perSecond: number;
  readonly serverCpu: number;
  readonly latency: Round['latency'];
};
/** Also in an open loop at half of the rate: what of a wait is the machine's. */
type Halved = FloorResult & { readonly atHalf: Round['latency'] };
export type Floor = {
  /** HTTPS with an answer that is always the same. */
  readonly constant: Readonly<Partial<Record<Connections, FloorResult>>>;
  readonly verifications: Halved;
  readonly radius: Halved;
};

/** PEM. */
export type BenchCertificate = { readonly cert: string; readonly key: string; readonly ca: string };
export type KeyKind = 'rsa' | 'ecdsa';

/** Most of a new connection is a signature of its key: RSA-2048, as Sower makes one for itself, or ECDSA with P-256. */
export async function benchCertificate(kind: KeyKind): Promise<BenchCertificate> {
  const issuer = await issue({ subject: 'CN=bench', authority: true });
  const { pem, keyPem } = await issue({
    ...{ subject: 'CN=localhost', names: ['localhost'], issuer },
    ...(kind === 'rsa' ? { rsaBits: 2048 } : {}),
  });
  return { cert: pem + issuer.pem, key: keyPem, ca: issuer.pem };
}

const API_KEY = 'key-of-the-floor-0123456789';
const RADIUS_SECRET = 'secret-of-the-floor-0123456789';

export async function measureFloor(options: {
  readonly inFlight: number;
  readonly radiusInFlight: number;
  readonly seconds: number;
  readonly connections: readonly Connections[];
  readonly certificate: BenchCertificate;
}): Promise<Floor> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-floor-'));
  const { cert, key, ca } = options.certificate;
  const server = fork(new URL('./floor-server.ts', import.meta.url), {
    execArgv: [],
    serialization: 'advanced',
  });
  const exited = once(server, 'exit');
  try {
    const count = Math.ceil(options.seconds * 4_000);
    server.send({
      folder,
      certificate: { cert, key },
      apiKey: API_KEY,
      radiusSecret: RADIUS_SECRET,
      tokens: 5 * count,
    } satisfies FloorJob);
    const [{ ports, tokens }] = (await once(server, 'message')) as [FloorReady];
    const cpu = async (): Promise<number> => {
      server.send('cpu');
      const [{ cpu }] = (await once(server, 'message')) as [{ cpu: NodeJS.CpuUsage }];
      return (cpu.user + cpu.system) / 1e6;
    };
    const measure = async (job: Job): Promise<FloorResult> => {
      let [before, after] = [0, 0];
      const { done, seconds, failure, latencies } = await runClient(job, async (phase) => {
        if (phase === 'ready') before = await cpu();
        else after = await cpu();
      });
      if (failure !== undefined) throw new Error(`the floor: ${failure}`);
      return { perSecond: done / seconds, serverCpu: (after - before) / done, latency: latencyOf(latencies) };
    };
    const halved = async (job: Job, part: number): Promise<Halved> => {
      const result = await measure({ ...job, ...codes(part) });
      const half = await measure({ ...job, ...codes(part + 1), perSecond: result.perSecond / 2 });
      return { ...result, atHalf: half.latency };
    };
    const codes = (part: number) => ({
      tokens: tokens.slice(part * count, (part + 1) * count),
      intervalSeconds: 60 as const,
      digits: 8,
      window: 1,
    });
    const rest = {
      kind: 'verifications',
      targets: [{ port: ports.https, ca }],
      apiKey: API_KEY,
      inFlight: options.inFlight,
      seconds: options.seconds,
    } as const;
    // It compiles what it runs often.
    await measure({ ...rest, ...codes(0), seconds: options.seconds / 2 });
    const constant: Partial<Record<Connections, FloorResult>> = {};
    for (const connections of options.connections)
      constant[connections] = await measure({ ...rest, ...codes(0), connections, path: '/constant' });
    return {
      constant,
      verifications: await halved({ ...rest, ...codes(1) }, 1),
      radius: await halved(
        {
          kind: 'radius',
          targets: [{ port: ports.radius }],
          secret: RADIUS_SECRET,
          inFlight: options.radiusInFlight,
          seconds: options.seconds,
          ...codes(3),
        },
        3,
      ),
    };
  } finally {
    server.send('end');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}
