/** Runs many schedules until one breaks a promise, and makes that one small. */
import fc from 'fast-check';
import { judge } from './model.ts';
import type { Kind } from './operations.ts';
import { type Input, inputs, type Simulation } from './run.ts';

export type Found = {
  readonly seed: number;
  readonly path: string;
  readonly input: Input;
  /** Which promise, and by what. */
  readonly says: string;
  readonly trace: readonly string[];
};
export type Searched = {
  readonly runs: number;
  readonly steps: number;
  /** At which statements PostgreSQL has ended a transaction, and how often; the server repeats it. */
  readonly deadlocks: ReadonlyMap<string, number>;
  readonly firstAt?: number;
  readonly found?: Found;
};

export async function search(
  simulation: Pick<Simulation, 'run'>,
  {
    seed,
    path,
    runs,
    milliseconds,
    themes,
    shrink = true,
  }: {
    readonly seed: number;
    readonly path?: string | undefined;
    readonly runs: number;
    readonly milliseconds?: number | undefined;
    readonly themes?: readonly (readonly Kind[])[];
    readonly shrink?: boolean;
  },
): Promise<Searched> {
  let [done, steps] = [0, 0];
  const deadlocks = new Map<string, number>();
  let firstAt: number | undefined;
  let lastBroken = '';
  const searched = await fc.check(
    fc.asyncProperty(inputs(themes), async (input) => {
      const ran = await simulation.run(input);
      done += 1;
      steps += ran.scheduler.steps;
      for (const at of ran.deadlocks) deadlocks.set(at, (deadlocks.get(at) ?? 0) + 1);
      const broken = judge(ran);
      if (broken === undefined) return;
      firstAt ??= done;
      lastBroken = broken;
      throw new Error(broken);
    }),
    {
      ...{ seed, numRuns: runs, endOnFailure: !shrink },
      ...(path === undefined ? {} : { path }),
      ...(milliseconds === undefined ? {} : { interruptAfterTimeLimit: milliseconds }),
    },
  );
  const counterexample = searched.counterexample?.[0];
  if (!searched.failed || counterexample === undefined) return { runs: done, steps, deadlocks };
  const again = await simulation.run(counterexample);
  return {
    ...{ runs: done, steps, deadlocks },
    ...(firstAt === undefined ? {} : { firstAt }),
    found: {
      ...{ seed: searched.seed, path: searched.counterexamplePath ?? '', input: counterexample },
      ...{ says: judge(again) ?? `it does not happen again: ${lastBroken}`, trace: again.scheduler.trace },
    },
  };
}

export const inWords = ({ seed, path, says, trace, input }: Found): string =>
  [
    says,
    '',
    ...trace.map((line) => `  ${line}`),
    '',
    `again: node test/simulation/night.ts --seed ${seed} --path ${path}`,
    `to keep it, add to test/simulation/regressions.json: ${JSON.stringify(input)}`,
  ].join('\n');
