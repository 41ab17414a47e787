/** How quick a work on many rows is, how much memory the server takes for it, and what a client that authenticates meanwhile waits. */
import { readFileSync } from 'node:fs';
import type { Deployment } from '../../harness/deployment.ts';

const SAMPLE_MILLISECONDS = 100;

/** Of the server, in microseconds: whatever else the machine does. Linux counts in hundredths of a second. */
const processorOf = ({ servers }: Deployment): number => {
  const fields = readFileSync(`/proc/${servers[0]?.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
};

const residentOf = ({ servers }: Deployment): number => {
  const status = readFileSync(`/proc/${servers[0]?.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
};

/**
 * Prints the figures of `work`.
 * @param rows that it is about
 * @param beside a client authenticates all the time
 */
export async function watched<T>(
  deployment: Deployment,
  what: string,
  rows: number,
  work: () => Promise<T>,
  beside = true,
): Promise<T> {
  const resident: number[] = [residentOf(deployment)];
  const waits: number[] = [];
  const sampling = setInterval(() => resident.push(residentOf(deployment)), SAMPLE_MILLISECONDS);
  let stopped = false;
  const client = (async () => {
    while (beside && !stopped) {
      const begun = performance.now();
      await deployment.api('authenticate', { body: { userId: 'nobody', passcode: '12345678' } });
      waits.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const busy = processorOf(deployment);
  const begun = performance.now();
  const done = await work();
  const used = (processorOf(deployment) - busy) / rows;
  const seconds = (performance.now() - begun) / 1000;
  stopped = true;
  await client;
  clearInterval(sampling);
  waits.sort((one, other) => one - other);
  const [first = 0] = resident;
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s, ${used.toFixed(0)} µs of CPU a row; resident ${first.toFixed(0)} MB before, at most ${Math.max(...resident).toFixed(0)}${beside ? `; authenticate p95 ${(waits[Math.floor(waits.length * 0.95)] ?? 0).toFixed(1)} ms` : ''}`,
  );
  return done;
}
