/** People with names of any kind, and many of one name, where the help desk looks for them: lists, search, the User Dashboard. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleEn as en } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { inspect, show } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed, openedFor } from '../../harness/deployed.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';

/** First and last name. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  'any-long': ['Wolfeschlegelsteinhausenbergerdorff'.repeat(2).slice(0, 60), 'W'.repeat(60)],
  'any-rtl': ['محمد', 'بن عبد الله'],
  'any-emoji': ['👩🏽', '🌻'],
  'any-markup': ['<b>Bob</b>', '& "Co" <script>alert(1)</script>'],
  'any-single': ['', 'Mononym'],
  'any-none': ['', ''],
};
const MANY = 200;

describe.skipIf(!findChromium() && !process.env.CI)('names in the Security Console', () => {
  const { database, deployment, api } = deployed(SQLITE);
  const stored = openedFor(database);
  const browser = chromiumFor(deployment);
  let context: BrowserContext;
  let page: Page;
  const go = (path: string) => page.goto(`${originOf(deployment)}/console/${path}`);

  beforeAll(async () => {
    for (const [userId, [firstName, lastName]] of Object.entries(NAMES))
      await api('addUser', { body: { userId, firstName, lastName } });
    // Each is called Some Body.
    await addPeople(stored.db, 'twin', MANY, { tokens: 'none' });
    ({ page, context } = await openConsole(browser, deployment, { locale: 'en', language: 'en' }));
    page.on('dialog', () => {
      throw new Error('a name was run as a script');
    });
  });
  afterAll(() => context?.close());

  test('stand in lists and on the dashboard as they are: nothing too wide, nothing that axe finds', async () => {
    const found: string[] = [];
    await go('users?search=any-');
    await page.locator('#main tbody').getByText('any-none').first().waitFor();
    for (const [first, last] of Object.values(NAMES))
      for (const part of [first, last].filter((each) => each !== ''))
        expect(await page.locator('#main tbody').textContent()).toContain(part);
    found.push(...(await inspect(page, 'users', ['light 360', 'dark 1280'])));
    for (const [userId, names] of Object.entries(NAMES)) {
      await go(`users/${userId}`);
      const name = names.join(' ').trim();
      await page
        .getByRole('heading', { level: 1, name: name === '' ? userId : `${name} (${userId})` })
        .waitFor();
      await page.getByRole('heading', { level: 2, name: en.call.title }).waitFor();
      found.push(...(await inspect(page, userId, ['light 360', 'dark 1280'])));
    }
    expect(found).toEqual([]);
    await show(page, 'light 1280');
  });

  test('of two hundred of one name, some are shown where one searches, told apart by their user ID, and all are a list', async () => {
    await go('');
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: en.find.title }).fill('some body');
    const options = page.getByRole('option');
    await options.filter({ hasText: 'twin000000' }).waitFor();
    expect(await options.count()).toBeLessThan(30);
    await options.filter({ hasText: en.find.all }).first().click();
    await page.waitForURL(/users\?search=some/);
    await page.getByText(`of ${MANY}`).first().waitFor();
  });
});
