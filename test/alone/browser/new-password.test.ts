/** The page before all others of the Security Console, in a real Chromium: a password that somebody else gave is replaced. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { consoleDe as de, consoleEn as en } from '../../../packages/texts/test/tables.ts';
import { givenPassword } from '../../harness/administrator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { originOf } from '../../harness/browser/console-browser.ts';
import { faults } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const GIVEN = 'a loan for one log-on';
const OWN = 'seven green bottles';
const executablePath = findChromium();
/** Where pictures are wanted. */
const folder = process.env.SOWER_PICTURES;

describe.skipIf(!executablePath && !process.env.CI)('a new password', () => {
  const { deployment } = deployed({ installed: SQLITE.fresh });
  const browser = chromiumFor(deployment);

  async function picture(page: Page, name: string): Promise<void> {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  test.each([
    { locale: 'en', dark: false, width: 1280 },
    { locale: 'en', dark: true, width: 1280 },
    { locale: 'de', dark: false, width: 360 },
    { locale: 'de', dark: true, width: 360 },
  ])(
    'is asked for at any address, and then the page is there that was opened: %o',
    async ({ locale, dark, width }) => {
      const t = locale === 'de' ? de : en;
      const userName = `grace-${locale}-${dark ? 'dark' : 'light'}`;
      await deployment.api('addAdministrator', {
        body: { userName, password: GIVEN, grants: [{ role: 'super-admin' }] },
      });
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        locale,
        colorScheme: dark ? 'dark' : 'light',
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      await page.goto(`${originOf(deployment)}/console/users`);
      await page.locator('#log-on-user-name').fill(userName);
      await page.locator('input[type=password]').fill(GIVEN);
      await page.keyboard.press('Enter');
      const title = page.getByRole('heading', { level: 1, name: t.newPassword.title });
      await title.waitFor();
      expect(await page.title()).toBe(t.newPassword.documentTitle);
      expect(await page.locator('#menu-toggle').count()).toBe(0);
      // The one that was typed a moment ago is not asked for again, but whoever loads the page anew is asked.
      expect(await page.locator('input[type=password]').count()).toBe(2);
      expect(await faults(page)).toEqual([]);
      await picture(page, `${locale}-${dark ? 'dark' : 'light'}-${width}`);

      // Going on by another address, or by loading it anew, is no way past it.
      await page.goto(`${originOf(deployment)}/console/tokens`);
      await title.waitFor();
      const secrets = page.locator('input[type=password]');
      const type = async (...typed: [string, string, string]): Promise<void> => {
        for (const [index, text] of typed.entries()) await secrets.nth(index).fill(text);
        await press(t.newPassword.submit);
      };
      await type(GIVEN, OWN, `${OWN}!`);
      await page.getByText(t.newPassword.differ).waitFor();
      await type('not what was given', OWN, OWN);
      await page.locator('.pf-m-error').first().waitFor();
      expect(await faults(page)).toEqual([]);
      await picture(page, `${locale}-${dark ? 'dark' : 'light'}-${width}-refused`);
      await type(GIVEN, OWN, OWN);
      await page.locator('#menu-toggle').waitFor();
      await page.getByRole('heading', { level: 1, name: t.tokens.title }).waitFor();
      await context.close();
    },
  );

  test('of the first start; whoever leaves is logged off', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en' });
    const page = await context.newPage();
    await page.goto(`${originOf(deployment)}/console/`);
    await page.locator('#log-on-user-name').fill('admin');
    await page.locator('input[type=password]').fill(givenPassword(deployment));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: en.newPassword.title }).waitFor();
    await page.getByRole('button', { name: en.newPassword.leave, exact: true }).click();
    await page.locator('#log-on-user-name').waitFor();
    await context.close();
  });
});
