/** Runs work on several connections at once until time or work runs out, and says what it took. */
import { cpus } from 'node:os';

/** A step returns false when there is nothing left to do. */
export type Step<C> = (connection: C, server: number) => Promise<boolean>;

export type Pace = {
  readonly seconds: number;
  /** CPU seconds of this process while it ran. */
  readonly clientCpu: number;
  /** CPU seconds of the whole machine while it ran, other people's work included. */
  readonly machineCpu: number;
  /** Milliseconds of each step, ascending. */
  readonly latencies: readonly number[];
};

/** Sent to the parent process, which looks at the servers then. */
export type Phase = 'started' | 'ended';

/** Connections are spread over the servers, and are open before the clock starts. */
export async function runPaced<T, C extends { close(): void }>(
  targets: readonly T[],
  options: {
    readonly open: (target: T) => Promise<C>;
    readonly inFlight: number;
    readonly seconds: number;
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
  process.send?.('started' satisfies Phase);
  const machine = busySeconds();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const until = start + options.seconds * 1000;
  await Promise.all(
    connections.map(async ({ connection, server }) => {
      for (let began = performance.now(); began < until; ) {
        if (!(await options.step(connection, server))) return;
        const ended = performance.now();
        latencies.push(ended - began);
        began = ended;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const machineCpu = busySeconds() - machine;
  process.send?.('ended' satisfies Phase);
  for (const { connection } of connections) connection.close();
  return {
    seconds,
    clientCpu: (user + system) / 1e6,
    machineCpu,
    latencies: latencies.sort((a, b) => a - b),
  };
}

function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
