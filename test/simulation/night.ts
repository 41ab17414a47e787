/**
 * For nights: `node test/simulation/night.ts --minutes 480`. Prints how many schedules there were, how fast, and what they went through.
 *
 * `--seed 1 --path 2:3` repeats one failure. `--defects` plants each defect, and says after how many schedules it is found, `--only` those
 * whose name contains a word. `--kinds work,undo-many` makes schedules of these requests alone. `--schedules` ends after so many; `--json` prints
 * one object instead. `--database postgresql` takes a PostgreSQL of its own. With `--previous DIR`, a checkout of an earlier commit with its
 * packages, one of the three nodes is of that version.
 */
import { parseArgs } from 'node:util';
import { claimsOfStore } from '../harness/databases/claim-races.ts';
import { Coverage, type Covered, inShare } from './coverage.ts';
import { DEFECTS } from './defects.ts';
import type { Kind } from './operations.ts';
import { setPostgresqlStage } from './postgresql.ts';
import { simulation } from './run.ts';
import { inWords, type Searched, search } from './search.ts';
import { setStage } from './stage.ts';
import { versionIn } from './version.ts';

/** As `--json` prints it. */
export type Night = Pick<Searched, 'runs' | 'steps'> & {
  readonly seed: number;
  readonly covered: Covered;
  /** What was found, in words. */
  readonly found?: string;
};

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    path: { type: 'string' },
    defects: { type: 'boolean', default: false },
    schedules: { type: 'string' },
    database: { type: 'string', default: 'sqlite' },
    trace: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    kinds: { type: 'string' },
    json: { type: 'boolean', default: false },
    previous: { type: 'string' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const coverage = values.defects ? undefined : new Coverage();
const previous = values.previous === undefined ? undefined : await versionIn(values.previous);
const stage = values.database === 'postgresql' ? await setPostgresqlStage() : await setStage();
if (!stage) throw new Error('there is no PostgreSQL for this platform');
const simulated = await simulation(stage, { coverage, previous });

if (coverage) await night(coverage);
else await plantDefects();
await simulated.close();

async function plantDefects(): Promise<void> {
  const on = values.database === 'postgresql' ? values.database : undefined;
  const planted = DEFECTS.filter((defect) => defect.on === on && defect.what.includes(values.only));
  for (const [at, { what, kinds, meddling = {}, replaced }] of planted.entries()) {
    await simulated.meddle(meddling, replaced);
    const searched = await search(simulated, {
      seed,
      runs: Number(values.schedules ?? 1_000),
      themes: [kinds],
      shrink: values.trace,
    });
    const after = searched.found ? `after ${searched.firstAt}` : `not in ${searched.runs}`;
    say(
      `${String(at + 1).padStart(2)} ${after.padEnd(12)} ${what}: ${searched.found?.says.split('\n', 1)[0]?.slice(0, 200) ?? ''}`,
    );
    if (searched.found && values.trace)
      say(`${searched.found.trace.map((line) => `     ${line}`).join('\n')}\n`);
  }
}

async function night(through: Coverage): Promise<void> {
  const begun = performance.now();
  const minutes = values.minutes ?? (values.schedules === undefined ? '1' : undefined);
  const { runs, steps, deadlocks, found } = await search(simulated, {
    ...{ seed, path: values.path },
    runs: values.path === undefined ? Number(values.schedules ?? Number.MAX_SAFE_INTEGER) : 1,
    milliseconds: minutes === undefined ? undefined : Number(minutes) * 60_000,
    ...(values.kinds === undefined ? {} : { themes: [values.kinds.split(',') as Kind[]] }),
  });
  const took = (performance.now() - begun) / 60_000;
  const covered = through.covered(await claimsOfStore());
  const beside = values.previous === undefined ? '' : `beside a node of ${values.previous}: `;
  const inAll = found && `${beside}${inWords(found)}`;
  if (found) process.exitCode = 1;
  if (values.json) {
    const said: Night = { runs, steps, seed, covered, ...(inAll === undefined ? {} : { found: inAll }) };
    say(JSON.stringify(said));
    return;
  }
  say(
    `seed ${seed}: ${runs} schedules, ${(steps / runs).toFixed(1)} steps each, ${(runs / took).toFixed(0)} a minute`,
  );
  for (const [at, times] of deadlocks)
    say(`${times} times a deadlock, after which the server repeats: ${at}`);
  const { statements, claims, awaits } = covered;
  say('at which a node waited while another went on, or ended, or failed:');
  say(`  ${inShare(statements)} of their statements`);
  say(`  ${inShare(claims)} of the claims, redemptions and advances of the store`);
  say(`  ${inShare(awaits)} of the await points in the functions of the server that they went through`);
  if (values.coverage) for (const missed of [...claims.missed, ...awaits.missed]) say(`    not ${missed}`);
  if (inAll !== undefined) say(inAll);
}
