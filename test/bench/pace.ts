/**
 * Runs work on several connections at once until time or work runs out, and says what it took.
 *
 * Closed loop: each connection begins its next step when the one before has ended, so what is measured is the top rate. Open loop: steps are due
 * at a given rate whatever became of those before, and a step's time counts from when it was due: a stall is in the figures of all
 * that it kept waiting.
 *
 * A client has to compile its own code first, which those who wait for Sower do not: the first quarter is run, and counts as work, but how long its
 * steps took does not.
 */
import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** A step returns false when there is nothing left to do. */
export type Step<C> = (connection: C, server: number) => Promise<boolean>;

export type Pace = {
  readonly seconds: number;
  /** CPU seconds of this process while it ran. */
  readonly clientCpu: number;
  /** CPU seconds of the whole machine while it ran, other people's work included. */
  readonly machineCpu: number;
  /** Milliseconds of each step after the first quarter, ascending. */
  readonly latencies: readonly number[];
};

/** Sent to the parent process, which looks at the servers then; its answer lets the client go on. */
export type Phase = 'ready' | 'ended';

/** Connections are spread over the servers, and are open before the clock starts. */
export async function runPaced<T, C extends { close(): void }>(
  targets: readonly T[],
  options: {
    readonly open: (target: T) => Promise<C>;
    readonly inFlight: number;
    readonly seconds: number;
    /** Open loop, at this rate. */
    readonly perSecond?: number | undefined;
    readonly step: Step<C>;
  },
): Promise<Pace> {
  const connections = await Promise.all(
    Array.from({ length: options.inFlight }, async (_, index) => {
      const server = index % targets.length;
      return { server, connection: await options.open(targets[server] as T) };
    }),
  );
  const latencies: number[] = [];
  await pass('ready');
  const machine = busySeconds();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const until = start + options.seconds * 1000;
  const warm = start + options.seconds * 250;
  const due = dueTimes(start, options.perSecond);
  await Promise.all(
    connections.map(async ({ connection, server }) => {
      for (let began = due(); began < until; began = due()) {
        const early = began - performance.now();
        if (early > 0) await wait(early);
        if (!(await options.step(connection, server))) return;
        if (began >= warm) latencies.push(performance.now() - began);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const machineCpu = busySeconds() - machine;
  await pass('ended');
  for (const { connection } of connections) connection.close();
  return {
    seconds,
    clientCpu: (user + system) / 1e6,
    machineCpu,
    latencies: latencies.sort((a, b) => a - b),
  };
}

async function pass(phase: Phase): Promise<void> {
  const answered = once(process, 'message');
  process.send?.(phase);
  await answered;
}

/** When the next step begins: now, or at a chance distance from the one before (exponential, as callers who do not know of each other come). */
function dueTimes(start: number, perSecond: number | undefined): () => number {
  if (perSecond === undefined) return () => performance.now();
  let last = start;
  return () => {
    last -= (Math.log(1 - Math.random()) * 1000) / perSecond;
    return last;
  };
}

function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
