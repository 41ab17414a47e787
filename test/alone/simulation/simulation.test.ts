/**
 * The server's domain under a scheduler that decides who goes on and what fails (test/simulation): schedules that once failed, new ones with a
 * new seed each time, and defects that have to be found. `node test/simulation/night.ts` runs for longer.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFECTS } from '../../simulation/defects.ts';
import { judge } from '../../simulation/model.ts';
import { type Input, type Simulation, simulation } from '../../simulation/run.ts';
import { inWords, search } from '../../simulation/search.ts';
import { setStage } from '../../simulation/stage.ts';

/** For new schedules: what they find is worth the time, whatever the machine does besides. */
const MILLISECONDS = 20_000;
/** Of planted defects: with it, the number of schedules until one is found is always the same. */
const SEED = 42;
/** Those that take more schedules are planted by `night.ts --defects`. */
const QUICK = 20;

const REGRESSIONS = JSON.parse(
  readFileSync(new URL('../../simulation/regressions.json', import.meta.url), 'utf8'),
) as { readonly title: string; readonly input: Input }[];

let simulated: Simulation;
beforeAll(async () => {
  simulated = await simulation(await setStage());
});
afterAll(() => simulated.close());

test('schedules that once failed', async () => {
  for (const { title, input } of REGRESSIONS)
    expect(judge(await simulated.run(input)), title).toBeUndefined();
});

test('the same input is the same run', async () => {
  const kept: Input[] = [];
  const run = (input: Input): ReturnType<Simulation['run']> => {
    kept.push(input);
    return simulated.run(input);
  };
  await search({ run }, { seed: SEED, runs: 20 });
  for (const input of kept.filter(({ commands }) => commands.length > 4)) {
    const [first, second] = [await simulated.run(input), await simulated.run(input)];
    expect(second.scheduler.trace).toEqual(first.scheduler.trace);
  }
});

test('new schedules break no promise', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { found, runs } = await search(simulated, { seed, runs: 100_000, milliseconds: MILLISECONDS });
  expect(found && inWords(found)).toBeUndefined();
  expect(runs).toBeGreaterThan(20);
});

describe('a planted defect is found', () => {
  test.each(DEFECTS.filter(({ within }) => within <= QUICK))('$what', async (defect) => {
    const { kinds, meddling = {}, replaced, within } = defect;
    await simulated.meddle(meddling, replaced);
    const { found } = await search(simulated, { seed: SEED, runs: within, themes: [kinds], shrink: false });
    expect(found).toBeDefined();
  });
});
