/** Help in the Security Console, in a real Chromium: from a page to its part by a key, searched, from this server alone; and About. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { faults, inspect, LOOKS } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const executablePath = findChromium();

describe.skipIf(!executablePath && !process.env.CI)('help in the console', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openConsole(browser, deployment));
  });

  test('the key ? and the link lead from a page to its part, in a tab of its own', async () => {
    await page.goto(`${originOf(deployment)}/console/policies/lockout`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    // In a field it is a character.
    await page.locator('#main input').first().focus();
    await page.keyboard.press('?');
    expect(page.context().pages()).toHaveLength(1);
    await page.getByRole('heading', { level: 1 }).click();
    const [opened] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('?')]);
    await opened.waitForURL(/\/console\/help\/authentication#lockout-policy$/);
    const heading = opened.getByRole('heading', { name: 'Lockout policy', level: 3 });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((each) => document.activeElement === each)).toBe(true);
    await expect
      .poll(() => heading.evaluate((each) => each.getBoundingClientRect().top < window.innerHeight / 2))
      .toBe(true);
    await opened.close();
    expect(await page.getByRole('link', { name: 'Help for this page' }).getAttribute('href')).toBe(
      '/console/help/authentication#lockout-policy',
    );
  });

  test('is searched, and asks nobody but this server', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${originOf(deployment)}/console/help`);
    await page.getByRole('heading', { level: 1, name: 'Operating Sower' }).waitFor();
    await page.getByLabel('Search the help').fill('two-person');
    await page.getByRole('link', { name: 'Operating Sower: The two-person rule' }).click();
    await page.getByRole('heading', { name: 'The two-person rule', level: 2 }).waitFor();
    // Another page of the documentation, by a link in the text.
    await page.getByRole('link', { name: 'Mail', exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Mail' }).waitFor();
    await page.getByLabel('Search the help').fill('<b>%_"\' no such words');
    await page.getByText('0 parts have these words.').waitFor();
    expect(await faults(page)).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(originOf(deployment)) && !url.startsWith('data:'))).toEqual(
      [],
    );
  });

  test('a page of it in every theme and width', async () => {
    await page.goto(`${originOf(deployment)}/console/help/operations`);
    await page.getByRole('heading', { name: 'Backup and restore', level: 2 }).waitFor();
    expect(await inspect(page, 'help', LOOKS)).toEqual([]);
  });

  test('About says what runs, on what, and whose work is in it', async () => {
    await page.goto(`${originOf(deployment)}/console/about`);
    await page.getByText(/^SQLite \d+\.\d+/).waitFor();
    await page.getByText(/^Node\.js \d+/).waitFor();
    const { version } = await deployment.api('getServer', {});
    await page.getByText(version, { exact: true }).first().waitFor();
    const row = page.getByRole('row').filter({ hasText: '@patternfly/react-core' });
    expect(await row.textContent()).toContain('MIT');
    expect(await inspect(page, 'about', LOOKS)).toEqual([]);
  });
});
