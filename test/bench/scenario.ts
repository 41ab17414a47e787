/** One load on one deployment: a warm-up, some rounds, and what the servers spent meanwhile. */
import { fork } from 'node:child_process';
import type { Deployment } from '../harness/deployment.ts';
import type { LoadResult } from './exchanges.ts';
import type { Job, LoadReport } from './load.ts';
import type { Phase } from './pace.ts';

export const LOADS = ['exchanges', 'verifications', 'radius'] as const;
export type Load = (typeof LOADS)[number];

export type Round = {
  readonly perSecond: number;
  readonly done: number;
  readonly failed: number;
  readonly failure: string | undefined;
  readonly seconds: number;
  /** CPU seconds for each that was done. */
  readonly serverCpu: number;
  readonly clientCpu: number;
  /** Shares of all cores. */
  readonly shares: { readonly server: number; readonly client: number; readonly others: number };
  /** Milliseconds. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
};

/** What a server process says of itself, summed over the processes. */
export type Footprint = { readonly cpuSeconds: number; readonly residentBytes: number };

export async function footprint(deployment: Deployment): Promise<Footprint> {
  const each = await Promise.all(
    deployment.servers.map(async (_, server) => {
      const body = await deployment.metrics(server);
      // A line for each of its processes.
      const value = (name: string): number =>
        [...body.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+-]+)$`, 'gm'))].reduce(
          (sum, [, sample]) => sum + Number(sample),
          0,
        );
      return {
        cpuSeconds: value('process_cpu_seconds_total'),
        residentBytes: value('process_resident_memory_bytes'),
      };
    }),
  );
  return {
    cpuSeconds: each.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    residentBytes: each.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

/** @param together others begin, and look at what they were answered, when this one does */
export async function runRound(
  deployment: Deployment,
  job: Job,
  cores: number,
  together: () => Promise<unknown> = async () => {},
): Promise<Round> {
  const at: Partial<Record<Phase, Footprint>> = {};
  const result = await runClient(job, async (phase) => {
    if (phase === 'ready') await together();
    at[phase] = await footprint(deployment);
    if (phase === 'ended') await together();
  });
  const cpu = (at.ended?.cpuSeconds ?? 0) - (at.ready?.cpuSeconds ?? 0);
  const { seconds, clientCpu, machineCpu, latencies, done, failed, failure } = result;
  const share = (cpuSeconds: number): number => cpuSeconds / (seconds * cores);
  return {
    perSecond: done / seconds,
    done,
    failed,
    failure,
    seconds,
    serverCpu: cpu / done,
    clientCpu: clientCpu / done,
    shares: {
      server: share(cpu),
      client: share(clientCpu),
      others: Math.max(0, share(machineCpu - cpu - clientCpu)),
    },
    latency: latencyOf(latencies),
  };
}

/** @param latencies milliseconds, the shortest first */
export function latencyOf(latencies: ArrayLike<number>): Round['latency'] {
  const percentile = (part: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? Number.NaN;
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}

/** Preparing and verifying take their time beside the run itself; a client that takes longer than that hangs. */
const CLIENT_SECONDS = 60;

/** @param onPhase the client goes on when it has ended */
export function runClient(job: Job, onPhase: (phase: Phase) => Promise<void> | void): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./load.ts', import.meta.url), { execArgv: [], serialization: 'advanced' });
    const timeout = setTimeout(() => child.kill('SIGKILL'), (job.seconds + CLIENT_SECONDS) * 1000);
    child.on('message', (message: Phase | LoadReport) => {
      if (message === 'ready' || message === 'ended')
        Promise.resolve(onPhase(message)).then(() => child.send('on'), reject);
      else if ('result' in message) resolve(message.result);
      else reject(new Error(message.error));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timeout);
      reject(new Error(`the client process ended before it reported (${signal ?? code})`));
    });
    child.once('error', reject);
    child.send(job);
  });
}

/** Each of so many waits for the others, as often as they meet. */
export function meeting(members: number): () => Promise<void> {
  let next = Promise.withResolvers<void>();
  let here = 0;
  return () => {
    const { promise, resolve } = next;
    here += 1;
    if (here === members) {
      here = 0;
      next = Promise.withResolvers<void>();
      resolve();
    }
    return promise;
  };
}

/** The round in the middle when they are put in order of their rate. */
export function medianRound(rounds: readonly Round[]): Round {
  const sorted = [...rounds].sort((a, b) => a.perSecond - b.perSecond);
  return sorted[Math.floor((sorted.length - 1) / 2)] as Round;
}
