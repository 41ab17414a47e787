/** Many users in the Security Console, in a real Chromium: importing them from a file, and the list with what is done to many. */
import { readFileSync } from 'node:fs';
import { readCsv } from '@sower/api/csv';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { consoleDe, consoleEn } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { originOf, sharedConsole } from '../../harness/browser/console-browser.ts';
import { furnish } from '../../harness/browser/console-pages.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const skip = !findChromium() && !process.env.CI;

describe.skipIf(skip)('Security Console: many users', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);

  beforeAll(async () => {
    await furnish(deployment);
  });

  const logged = sharedConsole(() => ({ browser, deployment }));
  const stateIs = (page: Page, state: string) => page.locator(`[data-state=${state}]`).waitFor();

  test.each([
    { locale: 'en', words: consoleEn.userFiles },
    { locale: 'de', words: consoleDe.userFiles },
  ] as const)(
    'a file that is read wrongly is corrected, checked, and imported by its name ($locale)',
    async ({ locale, words }) => {
      const page = await logged(locale, 'users');
      await page.getByRole('link', { name: words.title }).click();
      await page.getByRole('heading', { level: 1, name: words.title }).waitFor();
      // As a spreadsheet writes it: Windows-1252, semicolons, and columns of its own.
      const lines = [
        'Kürzel;Vorname;Nachname;Mail;Abteilung',
        `müller-${locale};Änne;Müller;anne@example.com;x`,
        `jdoe;Jane;;;`,
        `odd-${locale};;;no address;`,
      ];
      const name = `staff ${locale}.csv`;
      await page.locator('input[type=file]').setInputFiles({
        name,
        mimeType: 'text/csv',
        buffer: Buffer.from(lines.join('\r\n'), 'latin1'),
      });
      const encoding = page.locator('#import-encoding');
      await encoding.waitFor();
      expect(await encoding.inputValue()).toBe('windows-1252');
      expect(await page.locator('#import-delimiter').inputValue()).toBe('semicolon');
      expect(await page.locator('#import-column-firstName').inputValue()).toBe('Vorname');
      await page.getByRole('gridcell', { name: 'Änne' }).waitFor();
      // Nothing says which of them is the user ID.
      const check = page.getByRole('button', { name: words.check, exact: true });
      expect(await check.isDisabled()).toBe(true);
      await page.locator('#import-column-userId').selectOption('Kürzel');
      await page.getByRole('gridcell', { name: `müller-${locale}` }).waitFor();
      await page.locator('#import-existing').selectOption('update');
      expect(await page.locator('#import-name').inputValue()).toBe(name);
      expect(await inspect(page, `${locale} import`, LOOKS_IN[locale])).toEqual([]);
      await check.click();
      await stateIs(page, 'waiting');
      await page.getByRole('gridcell', { name: words.actions.change, exact: true }).waitFor();
      expect(await inspect(page, `${locale} import checked`, LOOKS_IN[locale])).toEqual([]);
      const start = page.getByRole('button', { name: words.start_other.replace('{{number}}', '2') });
      expect(await start.isDisabled()).toBe(true);
      await page.locator('#job-name-again').fill(name);
      await start.click();
      await stateIs(page, 'done');
      await page.getByRole('link', { name: `müller-${locale}` }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: words.saveErrors }).click(),
      ]);
      const [, ...rows] = readCsv(readFileSync((await download.path()) as string, 'utf8'));
      expect(rows.map((row) => [row[0], row[3]])).toEqual([['4', `odd-${locale}`]]);
      expect(await inspect(page, `${locale} import done`, LOOKS_IN[locale])).toEqual([]);
      const user = await deployment.api('getUser', { params: { userId: `müller-${locale}` } });
      expect(user).toMatchObject({ firstName: 'Änne', lastName: 'Müller', email: 'anne@example.com' });
      const jane = await deployment.api('getUser', { params: { userId: 'jdoe' } });
      expect(jane).toMatchObject({ firstName: 'Jane', lastName: 'Doe' });
      await deployment.api('editUser', {
        params: { userId: 'jdoe' },
        ifMatch: jane.version,
        body: { firstName: '' },
      });
    },
  );

  test.each([
    { locale: 'en', words: consoleEn.userFiles, texts: consoleEn },
    { locale: 'de', words: consoleDe.userFiles, texts: consoleDe },
  ] as const)(
    'filtered, sorted, selected, moved, disabled, exported and deleted by number or name ($locale)',
    async ({ locale, words, texts }) => {
      const { api } = deployment;
      const ids = Array.from({ length: 25 }, (_, index) => `${locale}${String(index).padStart(2, '0')}`);
      for (const [index, userId] of ids.entries())
        await api('addUser', { body: { userId, lastName: `Z${99 - index}`, securityDomain: 'North' } });
      const page = await logged(locale, `users?search=${locale}&limit=20`);
      const box = (userId: string) => page.locator(`#select-${userId}`);
      const first = page.getByRole('row').nth(1);
      await box(`${locale}00`).waitFor();
      await page.getByText(texts.users.bestFirst).waitFor();
      await page.getByRole('button', { name: texts.users.allByUserId, exact: true }).click();
      await page.waitForURL(/sort=userId/);
      await expect.poll(() => page.getByText(texts.users.bestFirst).count()).toBe(0);
      await page.getByRole('button', { name: texts.users.person, exact: true }).click();
      await page.waitForURL(/sort=lastName/);
      await expect.poll(() => first.textContent()).toContain(`${locale}24`);
      await page.getByRole('button', { name: texts.users.person, exact: true }).click();
      await page.waitForURL(/order=desc/);
      await expect.poll(() => first.textContent()).toContain(`${locale}00`);
      expect(await inspect(page, `${locale} users`, LOOKS_IN[locale])).toEqual([]);
      const menu = page.getByRole('button', { name: /^(Action|Aktion) \(/ });
      const dialog = page.getByRole('dialog');
      const choose = async (
        action: keyof typeof texts.tokens.bulk & ('enable' | 'disable' | 'move' | 'delete'),
      ) => {
        await menu.click();
        await page.getByRole('menuitem', { name: words.bulk[action].label, exact: true }).click();
        await dialog.waitFor();
        return dialog.getByRole('button', { name: words.bulk[action].label, exact: true });
      };
      const close = () => dialog.getByRole('button', { name: texts.ui.close, exact: true }).last().click();
      // Two of the page.
      await box(`${locale}01`).check();
      await box(`${locale}02`).check();
      const move = await choose('move');
      expect(await move.isDisabled()).toBe(true);
      const south = dialog.locator('option', { hasText: 'South' });
      await dialog.locator('select').selectOption((await south.getAttribute('value')) as string);
      expect(await inspect(page, `${locale} users move`, LOOKS_IN[locale])).toEqual([]);
      await move.click();
      await dialog.getByRole('status').getByText('2').waitFor();
      await close();
      expect((await api('getUser', { params: { userId: `${locale}01` } })).securityDomain).toBe('South');
      // All that the search finds, not only those of the page.
      await page.getByRole('button', { name: words.bulk.chooseWhole }).click();
      const disable = await choose('disable');
      await dialog.locator('#bulk-asked').fill('24');
      expect(await disable.isDisabled()).toBe(true);
      await dialog.locator('#bulk-asked').fill('25');
      expect(await inspect(page, `${locale} users disable`, LOOKS_IN[locale])).toEqual([]);
      await disable.click();
      await dialog.getByRole('status').getByText('25').waitFor();
      await close();
      expect((await api('countUsers', { query: { search: locale, enabled: 'false' } })).count).toBe(25);
      // The file of the whole search, in columns of an import.
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: texts.ui.exportCsv }).click(),
      ]);
      const [titles, ...rows] = readCsv(readFileSync((await download.path()) as string, 'utf8'));
      expect(titles?.slice(0, 3)).toEqual(['userId', 'firstName', 'lastName']);
      expect(rows.map(([userId]) => userId)).toEqual(ids);
      // One by name, the rest by number.
      await page.goto(`${originOf(deployment)}/console/users?search=${locale}&enabled=false&limit=20`);
      await box(`${locale}03`).check();
      const one = await choose('delete');
      await dialog.locator('#bulk-asked').fill('1');
      expect(await one.isDisabled()).toBe(true);
      await dialog.locator('#bulk-asked').fill(`${locale}03`);
      await one.click();
      await dialog.getByRole('status').getByText('1').waitFor();
      await close();
      await page.getByRole('button', { name: words.bulk.chooseWhole }).click();
      const rest = await choose('delete');
      await dialog.locator('#bulk-asked').fill('24');
      await rest.click();
      await dialog.getByRole('status').getByText('24').waitFor();
      await close();
      await page.getByText(texts.users.noneFound).waitFor();
      expect((await api('listUsers', { query: { search: `${locale}0` } })).items).toEqual([]);
    },
  );

  test('on a phone the search is folded away, says what is in use, and is opened and closed by the keyboard', async () => {
    const page = await logged('en', 'users');
    await page.setViewportSize({ width: 390, height: 844 });
    const fold = (name: string) => page.getByRole('button', { name, exact: true });
    const find = page.getByRole('searchbox', { name: consoleEn.users.find });
    for (const path of ['users', 'tokens', 'audit']) {
      await page.goto(`${originOf(deployment)}/console/${path}`);
      await fold(consoleEn.ui.fold).waitFor();
      const first = page.locator('main tbody tr').first();
      const { y } = (await first.boundingBox()) ?? { y: Number.NaN };
      expect(y, path).toBeLessThan(844);
    }
    for (const path of ['jobs', 'monitor', 'mail/messages']) {
      await page.goto(`${originOf(deployment)}/console/${path}`);
      await fold(consoleEn.ui.fold).waitFor();
    }
    await page.goto(`${originOf(deployment)}/console/users`);
    await fold(consoleEn.ui.fold).focus();
    expect(await fold(consoleEn.ui.fold).getAttribute('aria-expanded')).toBe('false');
    expect(await find.isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await find.waitFor();
    expect(await inspect(page, 'users, search open', ['light 360'])).toEqual([]);
    await find.fill('jdoe');
    await page.keyboard.press('Enter');
    const used = fold(consoleEn.ui.foldUsed.replace('{{used}}', '1'));
    await used.waitFor();
    await find.waitFor({ state: 'hidden' });
    expect(await used.evaluate((element) => element === document.activeElement)).toBe(true);
    // What is wrong in it opens it.
    await page.goto(`${originOf(deployment)}/console/tokens?serialFrom=a%2Fb`);
    await page.getByRole('textbox', { name: consoleEn.tokens.search.serialFrom }).waitFor();
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${originOf(deployment)}/console/users`);
    await find.waitFor();
    expect(await fold(consoleEn.ui.fold).count()).toBe(0);
  });
});
