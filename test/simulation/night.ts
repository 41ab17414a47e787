/**
 * For nights: `node test/simulation/night.ts --minutes 480`. Prints how many schedules there were, how fast, and what they went through.
 *
 * `--seed 1 --path 2:3` repeats one failure. `--defects` plants each defect, and says after how many schedules it is found.
 */
import { parseArgs } from 'node:util';
import { DEFECTS } from './defects.ts';
import { simulation } from './run.ts';
import { inWords, search } from './search.ts';
import { setStage } from './stage.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    path: { type: 'string' },
    defects: { type: 'boolean', default: false },
    schedules: { type: 'string', default: '1000' },
    trace: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const simulated = await simulation(await setStage());
const begun = performance.now();

if (values.defects) {
  for (const [at, { what, kinds, meddling = {}, replaced }] of DEFECTS.entries()) {
    await simulated.meddle(meddling, replaced);
    const searched = await search(simulated, {
      seed,
      runs: Number(values.schedules),
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
} else {
  const searched = await search(simulated, {
    ...{ seed, path: values.path },
    runs: values.path === undefined ? Number.MAX_SAFE_INTEGER : 1,
    milliseconds: Number(values.minutes) * 60_000,
  });
  const minutes = (performance.now() - begun) / 60_000;
  say(
    `seed ${seed}: ${searched.runs} schedules, ${(searched.steps / searched.runs).toFixed(1)} steps each, ${(searched.runs / minutes).toFixed(0)} a minute`,
  );
  const all = [...simulated.coverage];
  const crashed = all.filter(([, point]) => point.crashed + point.failed > 0).length;
  const interleaved = all.filter(([, point]) => point.interleaved > 0).length;
  say(`${all.length} points: ${interleaved} interleaved, ${crashed} with an end or a failure at them`);
  if (values.coverage)
    for (const [what, { passed, interleaved: between, crashed: ends, failed }] of all.sort(([a], [b]) =>
      a < b ? -1 : 1,
    ))
      say(
        `${String(passed).padStart(9)} ${String(between).padStart(9)} ${String(ends).padStart(6)} ${String(failed).padStart(6)}  ${what}`,
      );
  if (searched.found) {
    say(inWords(searched.found));
    process.exitCode = 1;
  }
}
await simulated.close();
