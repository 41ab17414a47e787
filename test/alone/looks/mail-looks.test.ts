/** Mails as a mail program with a browser's engine draws them: on a telephone, light and dark, with and without pictures, for any name. */

import { MAIL_EVENT_NAMES, MAIL_LANGUAGES, placeholdersOf, previewOf } from '@sower/api/mail-events';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { blocksOf } from '@sower/server/mail/blocks';
import { htmlMail, withPictures } from '@sower/server/mail/html';
import { ORIGINAL_TEMPLATES } from '@sower/server/mail/render';
import { type Browser, chromium } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_ARGUMENTS, findChromium } from '../../harness/browser/chromium.ts';
import { faults } from '../../harness/browser/looks.ts';

const CHROMIUM = findChromium();
const NAMES = ['Jane Doe', 'W'.repeat(60), 'محمد بن عبد الله', '👩🏽 🌻', '<b>Bob</b> & "Co"', 'Bo'];
const LOOK = {
  ...DEFAULT_SETTINGS,
  'organization.name': 'Example & Sons',
  'organization.color': '#7a1f5c',
  'organization.logo': `data:image/png;base64,${PNG.sync.write(new PNG({ width: 2_000, height: 40 })).toString('base64')}`,
  'organization.helpText': 'Help desk: 555-1234; Mondays to Fridays',
};
/** What a page needs and a part of a mail program's own page does not. */
const OF_PAGES = /^(region|page-has-heading-one|landmark-one-main) /;

describe.skipIf(!CHROMIUM && !process.env.CI)('mails at 390 px', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM as string, args: CHROMIUM_ARGUMENTS });
  });
  afterAll(() => browser.close());

  test.each(
    MAIL_LANGUAGES.flatMap((language) =>
      (['light', 'dark'] as const).map((scheme) => [language, scheme] as const),
    ),
  )('every event in %s, %s: nothing too wide, nothing that axe finds', async (language, scheme) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 }, colorScheme: scheme });
    for (const [index, event] of MAIL_EVENT_NAMES.entries()) {
      const { subject, body } = ORIGINAL_TEMPLATES[language][event];
      const name = NAMES[index % NAMES.length] as string;
      const values = {
        ...Object.fromEntries(placeholdersOf(event).map((each) => [each, previewOf(each)])),
        name,
      };
      const look = index % 2 === 0 ? LOOK : DEFAULT_SETTINGS;
      const html = htmlMail({ subject, language, blocks: blocksOf(body, values) }, look);
      await page.setContent(index % 3 === 0 ? html : withPictures(html, look));
      const found = (await faults(page)).filter((fault) => !OF_PAGES.test(fault));
      expect(found, event).toEqual([]);
      expect(await page.locator('body').textContent(), event).toContain(name);
      // Not dark on dark, nor a light field around a dark card.
      const ground = await page
        .locator('body td')
        .first()
        .evaluate((cell) => getComputedStyle(cell).backgroundColor);
      expect(ground).toBe(scheme === 'dark' ? 'rgb(17, 23, 19)' : 'rgb(244, 246, 244)');
    }
    await page.close();
  });
});
