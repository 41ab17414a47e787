/**
 * The server's domain under a scheduler that decides who goes on and what fails (test/simulation): schedules that once failed, new ones with a
 * new seed each time, and defects that have to be found. `node test/simulation/night.ts` runs for longer.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amount, LONG } from '../../harness/randomness.ts';
import { DEFECTS } from '../../simulation/defects.ts';
import { judge } from '../../simulation/model.ts';
import type { Night } from '../../simulation/night.ts';
import type { Command } from '../../simulation/operations.ts';
import { setPostgresqlStage } from '../../simulation/postgresql.ts';
import { type Input, type Simulation, simulation } from '../../simulation/run.ts';
import { inWords, search } from '../../simulation/search.ts';
import { setStage } from '../../simulation/stage.ts';

/** New schedules. A number of them, not a time: they take as much work on a machine that is busy. */
const NEW = amount({ usual: 200, long: 3_000 });
const NEW_ON_POSTGRESQL = amount({ usual: 25, long: 200 });
/** One that breaks a promise is made small for no longer, so that it is still shown. */
const MILLISECONDS = 150_000;
/** With it, the number of schedules until a planted defect is found is always the same, and so is what the first ones go through. */
const SEED = 42;
const NIGHT = fileURLToPath(new URL('../../simulation/night.ts', import.meta.url));
/** A checkout of an earlier version, with its packages. */
const PREVIOUS = process.env.SOWER_PREVIOUS;
const BESIDE_PREVIOUS = amount({ usual: 500, long: 10_000 });
/** Of them, what they go through is counted. */
const COUNTED = amount({ usual: 300, long: 1_500 });
/** Of those that compete for one of the store's claims. Half as many go through every one with four of six seeds. */
const COUNTED_CLAIMS = 200;
/** By the seeds 1 to 5 and 42, 300 schedules go through 62 to 71 % of the statements, and 51 to 60 % of the await points. */
const FLOOR = LONG ? { statements: 0.8, awaits: 0.65 } : { statements: 0.6, awaits: 0.5 };
/** Ten seconds where nothing else runs. */
/** Those that take more schedules are planted by `night.ts --defects`. */
const QUICK = 20;

const REGRESSIONS = JSON.parse(
  readFileSync(new URL('../../simulation/regressions.json', import.meta.url), 'utf8'),
) as {
  readonly title: string;
  readonly input: Input;
  /** So often on PostgreSQL, where not each run shows what it is kept for. */
  readonly times?: number;
}[];

const onSqlite = ({ on }: (typeof DEFECTS)[number]): boolean => on === undefined;

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
  const { found, runs } = await search(simulated, { seed, runs: NEW, milliseconds: MILLISECONDS });
  expect(found && inWords(found)).toBeUndefined();
  expect(runs).toBe(NEW);
});

describe('the clock of a node jumps eight days ahead', () => {
  const command = { node: 0, user: 0, number: 0, after: true, copies: 1 } as const;
  /** More looks than a place has to be unseen for. */
  const LOOKS = 65;
  const placesAfter = async (looking: Partial<Command>): Promise<unknown[]> => {
    const look: Command = { ...command, kind: 'look-at-places', copies: 3 };
    await simulated.run({
      commands: [
        look,
        { ...command, kind: 'passcode' },
        { ...command, kind: 'link' },
        { ...command, kind: 'jump', node: 2 },
        // A minute passes between two looks.
        ...Array.from({ length: LOOKS }, () => [
          { ...command, kind: 'wait', number: 4 } as const,
          { ...look, ...looking },
        ]).flat(),
      ],
      choices: [],
    });
    return simulated.stage.ask('select id, seq from audit_forwards order by id').all();
  };

  test('no place that a node forwards the trail to is given up', async () => {
    const places = await placesAfter({});
    // One that was given up would begin again behind the row of the passcode.
    const { last } = simulated.stage.ask('select max(seq) as last from audit_chain').get() as {
      last: number;
    };
    expect(last).toBeGreaterThan(0);
    expect(places).toEqual([0, 1, 2].map((number) => ({ id: `place ${number}`, seq: 0 })));
  });

  test('one that none forwards to any more is', async () => {
    expect(await placesAfter({ node: 1, copies: 2 })).toEqual(
      [1, 2].map((number) => ({ id: `place ${number}`, seq: 0 })),
    );
  });
});

/** In a process of its own. */
async function night(schedules: number, ...of: readonly string[]): Promise<Night> {
  const asked = ['--schedules', String(schedules), '--json', ...of];
  const { stdout } = await promisify(execFile)(process.execPath, [NIGHT, ...asked]).catch(
    // It ends so when something was found, which it says.
    (ended: { readonly stdout?: string }) =>
      ended.stdout ? { stdout: ended.stdout } : Promise.reject(ended),
  );
  return JSON.parse(stdout) as Night;
}

test.runIf(PREVIOUS)(
  'new schedules break no promise beside a node of the version before',
  async () => {
    const { found, runs } = await night(BESIDE_PREVIOUS, '--previous', PREVIOUS as string);
    expect(found).toBeUndefined();
    expect(runs).toBe(BESIDE_PREVIOUS);
  },
  900_000,
);

test('schedules go through every claim of the store, and most await points', async () => {
  const counted = async (schedules: number, ...of: readonly string[]): Promise<Night['covered']> => {
    const { covered, runs } = await night(schedules, '--seed', String(SEED), ...of);
    expect(runs).toBe(schedules);
    return covered;
  };
  const { claims } = await counted(COUNTED_CLAIMS, '--kinds', 'claim');
  expect(claims.missed).toEqual([]);
  expect(claims.all).toBeGreaterThan(30);
  const { statements, awaits } = await counted(COUNTED);
  expect(statements.met / statements.all).toBeGreaterThan(FLOOR.statements);
  expect(awaits.all).toBeGreaterThan(450);
  expect(awaits.met / awaits.all).toBeGreaterThan(FLOOR.awaits);
});

describe('a planted defect is found', () => {
  test.each(DEFECTS.filter((defect) => onSqlite(defect) && defect.within <= QUICK))(
    '$what',
    async (defect) => {
      const { kinds, meddling = {}, replaced, within } = defect;
      await simulated.meddle(meddling, replaced);
      const { found } = await search(simulated, { seed: SEED, runs: within, themes: [kinds], shrink: false });
      expect(found).toBeDefined();
    },
  );
});

describe('on PostgreSQL', () => {
  let nodes: Simulation;
  beforeAll(async () => {
    const stage = await setPostgresqlStage();
    if (!stage) throw new Error('there is no PostgreSQL for this platform');
    nodes = await simulation(stage);
  });
  afterAll(() => nodes?.close());

  test('new schedules break no promise', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const { found, runs } = await search(nodes, {
      seed,
      runs: NEW_ON_POSTGRESQL,
      milliseconds: MILLISECONDS,
    });
    expect(found && inWords(found)).toBeUndefined();
    expect(runs).toBe(NEW_ON_POSTGRESQL);
  });

  test('schedules that once failed', async () => {
    for (const { title, input, times = 1 } of REGRESSIONS)
      for (let run = 0; run < times; run += 1) expect(judge(await nodes.run(input)), title).toBeUndefined();
  });

  test('a statement that waits for a lock does not hold the others up', async () => {
    const guess = { kind: 'wrong', node: 0, user: 0, number: 0, after: false } as const;
    const ran = await nodes.run({ commands: [{ ...guess, copies: 3 }], choices: [] });
    const first = ran.scheduler.trace.findIndex((line) => line.endsWith(': commit'));
    const counting = ran.scheduler.trace
      .slice(0, first)
      .filter((line) => line.includes('update users set guess_version'));
    // All three have sent it before the first has committed.
    expect(counting.map((line) => line.split(':', 1)[0]).toSorted()).toEqual(['node 0', 'node 1', 'node 2']);
    expect(ran.asked.map(({ answer }) => answer)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  test.each(DEFECTS.filter((defect) => !onSqlite(defect)))(
    'a planted defect is found: $what',
    async (defect) => {
      const { kinds, meddling = {}, replaced, within } = defect;
      await nodes.meddle(meddling, replaced);
      const { found } = await search(nodes, { seed: SEED, runs: within, themes: [kinds], shrink: false });
      expect(found).toBeDefined();
    },
  );
});
