/**
 * What each page of both consoles takes of a processor slowed four times when a link opens it for the first time, and what opening a console
 * takes. Seconds are those of the page's own thread, which other work on the machine changes less than the clock on the wall.
 *
 * `node test/bench/console.ts [--slower 4] [--rounds 3] [--json]`: prints the median of the rounds; judges nothing.
 */
import { parseArgs } from 'node:util';
import { openBothConsoles } from '../harness/browser/both-consoles.ts';
import { launchChromium } from '../harness/browser/chromium.ts';
import { follow } from '../harness/browser/console-browser.ts';
import { deploy } from '../harness/deployment.ts';
import { freshSqlite } from '../harness/fresh-database.ts';

const { values } = parseArgs({
  options: {
    slower: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const SLOWER = Number(values.slower);
const ROUNDS = Number(values.rounds);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const database = await freshSqlite();
const deployment = await deploy(database);
const browser = await launchChromium(deployment);
try {
  const { page, context, consoles, load } = await openBothConsoles(browser, deployment);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });

  /** What the page's thread has done, in seconds of its processor. */
  const worked = async (): Promise<number> => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const slowed = async (work: () => Promise<unknown>): Promise<number> => {
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const before = await worked();
    await work();
    const after = await worked();
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    // Another document may be another process, whose count begins at nothing.
    return after < before ? after : after - before;
  };

  const seconds = new Map<string, number[]>();
  const note = (what: string, took: number) => seconds.set(what, [...(seconds.get(what) ?? []), took]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of consoles) {
      note(`${one.at}: opened`, await slowed(() => load(one)));
      for (const path of one.pages) {
        const measure = async (open: () => Promise<void>) => note(`${one.at}/${path}`, await slowed(open));
        await follow(page, path, one.noPage, measure, one.at);
      }
    }
  }
  const result = [...seconds]
    .map(([what, took]) => ({ what, seconds: median(took) }))
    .sort((one, other) => other.seconds - one.seconds);
  if (values.json) console.log(JSON.stringify({ slower: SLOWER, rounds: ROUNDS, result }, null, 2));
  else for (const { what, seconds: of } of result) console.log(`${of.toFixed(2)} s  ${what}`);
} finally {
  await browser.close();
  await deployment.stop();
  await database.drop();
}
