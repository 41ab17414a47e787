/** All loads at once for a long time, well below the top rate: whether memory and waiting stay what they are. */
import type { Deployment } from '../harness/deployment.ts';
import { footprint, LOADS, type Load, meeting, type Round } from './scenario.ts';

export type SoakMinute = {
  readonly minute: number;
  readonly residentBytes: number;
  readonly perSecond: Readonly<Record<Load, number>>;
  /** Milliseconds; the worst of the rounds of this minute. */
  readonly p99: Readonly<Record<Load, number>>;
  /** To answer a page of the console's list of tokens. */
  readonly listMilliseconds: number;
  readonly failed: number;
  readonly failure: string | undefined;
};

export type RunLoad = (
  load: Load,
  seconds: number,
  perSecond?: number,
  together?: () => Promise<unknown>,
) => Promise<Round>;

const ROUND_SECONDS = 20;
const ROUNDS = 3;
const TOP_SECONDS = 3;

/** @param onMinute told of each minute as it ends */
export async function soak(
  deployment: Deployment,
  run: RunLoad,
  minutes: number,
  onMinute: (minute: SoakMinute) => void,
): Promise<SoakMinute[]> {
  const top = {} as Record<Load, number>;
  for (const load of LOADS) top[load] = (await run(load, TOP_SECONDS)).perSecond;
  // A share each: together they are half of what the machine can do.
  const rate = (load: Load): number => top[load] / (2 * LOADS.length);
  const all: SoakMinute[] = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const rounds: Record<Load, Round>[] = [];
    for (let count = 0; count < ROUNDS; count += 1) {
      // What the clients prepare and verify is no part of the load.
      const together = meeting(LOADS.length);
      const ran = await Promise.all(
        LOADS.map(async (load) => [load, await run(load, ROUND_SECONDS, rate(load), together)] as const),
      );
      rounds.push(Object.fromEntries(ran) as Record<Load, Round>);
    }
    const began = performance.now();
    await deployment.api('listTokens', { query: { limit: 50 } });
    const listMilliseconds = performance.now() - began;
    const every = rounds.flatMap((round) => Object.values(round));
    const each = (of: (round: Round) => number, join: (values: number[]) => number) =>
      Object.fromEntries(LOADS.map((load) => [load, join(rounds.map((round) => of(round[load])))])) as Record<
        Load,
        number
      >;
    const line = {
      minute,
      residentBytes: (await footprint(deployment)).residentBytes,
      perSecond: each(
        ({ perSecond }) => perSecond,
        (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
      ),
      p99: each(
        ({ latency }) => latency.p99,
        (values) => Math.max(...values),
      ),
      listMilliseconds,
      failed: every.reduce((sum, { failed }) => sum + failed, 0),
      failure: every.find(({ failure }) => failure !== undefined)?.failure,
    };
    onMinute(line);
    all.push(line);
  }
  return all;
}

export function renderMinute({
  minute,
  residentBytes,
  perSecond,
  p99,
  listMilliseconds,
  failed,
}: SoakMinute): string {
  const loads = LOADS.map((load) => `${load} ${perSecond[load].toFixed(0)}/s p99 ${p99[load].toFixed(1)} ms`);
  return `minute ${minute}: ${Math.round(residentBytes / 1e6)} MB, ${loads.join(', ')}, list ${listMilliseconds.toFixed(0)} ms, ${failed} failed`;
}
