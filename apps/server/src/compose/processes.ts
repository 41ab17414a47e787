/**
 * `sower serve`: one process that serves, or a primary and workers. The primary serves nothing and opens no database: it replaces workers
 * that die, and passes signals on. Each worker has listeners of its own on the same ports, among which the system divides what arrives
 * (SO_REUSEPORT), so nothing is lost on its way from one process to another. Workers agree with each other through the database alone, as
 * processes on different hosts do.
 */

import cluster, { type Worker } from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { MINUTE } from '@sower/api/time';
import { type Config, readConfig } from '../config.ts';
import { addressText } from '../core/address.ts';
import { fatalError, logOf } from './fatal.ts';
import { portsOf } from './ports.ts';
import { type FromWorker, REPORT_MILLISECONDS, type ToWorker, WORKER } from './worker.ts';

/** Before a worker that died is replaced; doubled each time, unless it lived for a while. */
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 10_000;
const LIVED_MILLISECONDS = MINUTE;

export async function serve(argv: readonly string[]): Promise<void> {
  if (cluster.isPrimary) {
    const result = readConfig(argv, process.env);
    if (result.kind === 'config' && result.config.processes > 1) return superviseWorkers(result.config);
  }
  const { main } = await import('../main.ts');
  await main(argv);
  boundHeap();
}

async function superviseWorkers(config: Config): Promise<void> {
  const log = logOf(config.logLevel);
  const workers = new Map<number, Worker>();
  const readings = new Map<string, (text: string) => void>();
  let served = false;
  let stopping = false;
  let failed = false;

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping = true;
      // Workers know what a second one means.
      for (const worker of workers.values()) worker.process.kill(signal);
      if (workers.size === 0) process.exit(0);
    });
  }
  const found: string[] = [];
  for (const { option, address, find } of portsOf(config)) {
    try {
      found.push(option, addressText({ ...address, port: await find(address) }));
    } catch (error) {
      await fatalError(`the server could not start: ${option}`, error);
      process.exit(1);
    }
  }
  if (stopping) process.exit(0);
  // The last of an option counts.
  cluster.setupPrimary({ args: [...process.argv.slice(2), ...found] });

  async function read(reader: Worker, id: string): Promise<void> {
    const texts = await Promise.all(
      [...workers].map(async ([number, worker]) => {
        const key = `${id} ${number}`;
        const reported = new Promise<string>((resolve) => readings.set(key, resolve));
        tell(worker, { kind: 'report', id: key });
        const text = await Promise.race([reported, wait(REPORT_MILLISECONDS, '', { ref: false })]);
        readings.delete(key);
        return text;
      }),
    );
    tell(reader, { kind: 'metrics', id, texts });
  }

  function start(number: number, pause = FIRST_PAUSE_MILLISECONDS): void {
    const worker = cluster.fork({ [WORKER]: number });
    const begun = performance.now();
    workers.set(number, worker);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'metrics') void read(worker, message.id);
      else if (message.kind === 'reported') readings.get(message.id)?.(message.text);
      else if (!served) {
        served = true;
        // The first one alone makes what a new installation needs; the others find it.
        for (let next = 2; next <= config.processes && !stopping; next += 1) start(next);
      }
    });
    const ended = async (code: number | null, signal: string | null): Promise<void> => {
      workers.delete(number);
      if (stopping || !served) {
        // By the signal that was passed on, before it could listen to it.
        failed ||= code !== 0 && !(stopping && (signal === 'SIGTERM' || signal === 'SIGINT'));
        if (workers.size === 0) process.exit(failed ? code || 1 : 0);
        return;
      }
      log.error({ process: number, code, signal }, 'a process of the server ended; another takes its place');
      const lived = performance.now() - begun > LIVED_MILLISECONDS;
      const next = lived ? FIRST_PAUSE_MILLISECONDS : pause;
      await wait(next);
      if (!stopping) start(number, Math.min(next * 2, LONGEST_PAUSE_MILLISECONDS));
      else if (workers.size === 0) process.exit(failed ? 1 : 0);
    };
    worker.on('error', (error) => {
      log.error({ err: error, process: number }, 'a process of the server');
      // What could not be started, as where the host allows no more processes, does not say that it has ended.
      if (worker.process.pid === undefined && workers.get(number) === worker) void ended(null, null);
    });
    worker.once('exit', ended);
  }
  start(1);
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, undefined, () => {});
}

/**
 * Both halves of the young generation, which by itself grows to 128 MB under any load that lasts, and stays so. A tenth of this costs a third
 * more CPU, since more is copied (docs/decisions/0118-speed-and-memory.md).
 */
const MAX_OCTETS = 32 * 2 ** 20;
const INTERVAL_MILLISECONDS = 100;

/**
 * The old generation is collected when it is twice what was in use after it was last collected, not at up to five times, in this process and in
 * its threads (docs/decisions/0118-speed-and-memory.md).
 */
const OLD_GENERATION_GROWS_BY_PERCENT = 100;

/**
 * How much memory V8 may take before it collects. A limit of either generation is taken only when the heap is made, and the old one's ends the
 * process; how fast they grow can be changed at any time.
 */
function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${OLD_GENERATION_GROWS_BY_PERCENT}`);
  boundYoungGeneration();
}

/** Lets it grow until it has that size, and again when V8 has made it smaller, as it does when nothing happens for a while. */
function boundYoungGeneration(): void {
  let grows: boolean | undefined;
  const look = (): void => {
    const size =
      getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
    if (size < MAX_OCTETS === grows) return;
    grows = size < MAX_OCTETS;
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
  };
  look();
  setInterval(look, INTERVAL_MILLISECONDS).unref();
}
