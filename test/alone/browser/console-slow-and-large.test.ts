/**
 * Every page of the Security Console on a processor slowed four times, and at 200 % zoom (WCAG 2.2, 1.4.4), in a real Chromium. Time is that
 * of the page's processor, not of the clock on the wall, so a busy machine changes little.
 */
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleDe as de } from '../../../packages/texts/test/tables.ts';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { follow, openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { CONSOLE_PAGES, furnish } from '../../harness/browser/console-pages.ts';
import { faults } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

const skip = !findChromium() && !process.env.CI;
const SLOWER = 4;
/** Seconds of the processor, slowed. */
const INTERACTIVE = 1;
/** With everything that a browser loads when it opens the console: once a visit, and not for each page. */
const OPENED = 2.5;
/** 1280 by 900 at 200 %. */
const ZOOMED = { width: 640, height: 450, deviceScaleFactor: 2, mobile: false };

describe.skipIf(skip)('Security Console: slow and large', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let cdp: CDPSession;

  beforeAll(async () => {
    database = await SQLITE.installed();
    deployment = await deploy(database);
    await furnish(deployment);
    browser = await launchChromium(deployment);
    ({ page, context } = await openConsole(browser, deployment, { locale: 'de' }));
    cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await deployment?.stop();
    await database?.drop();
  });

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

  async function firstTime(path: string): Promise<number> {
    let seconds = Number.NaN;
    await follow(page, path, de.shell.noPage, async (open) => {
      seconds = await slowed(open);
    });
    return seconds;
  }

  test('each page that a link opens for the first time is there within a second, on a processor slowed four times', async () => {
    const opened = await slowed(async () => {
      await page.goto(`${originOf(deployment)}/console/`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    });
    const took: [path: string, seconds: number][] = [];
    for (const path of CONSOLE_PAGES) {
      let seconds = await firstTime(path);
      // The emulation has its own clock, which a busy machine disturbs: again where nothing of the page is loaded yet.
      for (let again = 0; again < 2 && seconds >= INTERACTIVE; again += 1) {
        await page.goto(`${originOf(deployment)}/console/no-such-page`);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        seconds = Math.min(seconds, await firstTime(path));
      }
      took.push([path, seconds]);
    }
    took.sort(([, one], [, other]) => other - one);
    const slowest = took.slice(0, 5).map(([path, seconds]) => `${path || 'home'} ${seconds.toFixed(2)} s`);
    console.log(`opened ${opened.toFixed(2)} s; ${took.length} pages, the slowest ${slowest.join(', ')}`);
    expect(took.filter(([, seconds]) => !(seconds > 0 && seconds < INTERACTIVE))).toEqual([]);
    expect(opened).toBeLessThan(OPENED);
  }, 480_000);

  test('at 200 % zoom nothing is cut off or beside the page, and axe finds nothing', async () => {
    await cdp.send('Emulation.setDeviceMetricsOverride', ZOOMED);
    const found: string[] = [];
    for (const path of CONSOLE_PAGES) {
      await follow(page, path, de.shell.noPage);
      const shown = await page.evaluate(() => [innerWidth, devicePixelRatio]);
      expect(shown).toEqual([ZOOMED.width, ZOOMED.deviceScaleFactor]);
      found.push(...(await faults(page)).map((fault) => `${path}: ${fault}`));
    }
    expect(found).toEqual([]);
  }, 480_000);
});
