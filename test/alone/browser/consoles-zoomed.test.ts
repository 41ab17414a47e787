/** Every page of both consoles at 200 % zoom (WCAG 2.2, 1.4.4), in a real Chromium. What pages cost is measured by test/bench/console.ts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BothConsoles, openBothConsoles } from '../../harness/browser/both-consoles.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { follow } from '../../harness/browser/console-browser.ts';
import { faults } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const skip = !findChromium() && !process.env.CI;
/** 1280 by 900 at 200 %. */
const ZOOMED = { width: 640, height: 450, deviceScaleFactor: 2, mobile: false };

describe.skipIf(skip)('Consoles at 200 % zoom', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let both: BothConsoles;

  beforeAll(async () => {
    both = await openBothConsoles(browser, deployment);
  });
  afterAll(async () => {
    await both?.context.close();
  });

  test('nothing is cut off or beside the page, and axe finds nothing', async () => {
    const { page, context, consoles, load } = both;
    const cdp = await context.newCDPSession(page);
    await cdp.send('Emulation.setDeviceMetricsOverride', ZOOMED);
    const found: string[] = [];
    for (const one of consoles) {
      await load(one);
      for (const path of one.pages) {
        await follow(page, path, one.noPage, undefined, one.at);
        const shown = await page.evaluate(() => [innerWidth, devicePixelRatio]);
        expect(shown).toEqual([ZOOMED.width, ZOOMED.deviceScaleFactor]);
        found.push(...(await faults(page)).map((fault) => `${one.at} ${path}: ${fault}`));
      }
    }
    expect(found).toEqual([]);
  }, 900_000);
});
