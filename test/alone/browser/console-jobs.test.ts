/** Distributing to many in the Security Console, in a real Chromium: the check, the start by name, what became of it, the undo. */
import { readFileSync } from 'node:fs';
import { readCsv } from '@sower/api/csv';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { consoleDe, consoleEn } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { byMenu, originOf, sharedConsole } from '../../harness/browser/console-browser.ts';
import { furnish } from '../../harness/browser/console-pages.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;

describe.skipIf(skip)('Security Console: jobs', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);

  beforeAll(async () => {
    await furnish(deployment);
  });

  const logged = sharedConsole(() => ({ browser, deployment }));
  const stateIs = (page: Page, state: string) => page.locator(`[data-state=${state}]`).waitFor();

  test.each([
    {
      locale: 'en',
      section: consoleEn.menu.tokens,
      menu: 'Distribute to Many',
      way: 'Users in a list',
      check: 'Check',
      unknown: 'This user was not found.',
      start: 'Distribute 2 tokens',
      codes: 'Save activation codes',
      letters: 'Create letters',
      undo: 'Undo',
      kept: 'Undone',
      whole: 'Select all tokens of this search',
      action: 'Action (the whole search)',
      distribute: 'Distribute',
    },
    {
      locale: 'de',
      section: consoleDe.menu.tokens,
      menu: 'An viele verteilen',
      way: 'Benutzer in einer Liste',
      check: 'Prüfen',
      unknown: 'Diesen Benutzer gibt es nicht.',
      start: '2 Token verteilen',
      codes: 'Aktivierungscodes speichern',
      letters: 'Briefe erstellen',
      undo: 'Zurücknehmen',
      kept: 'Zurückgenommen',
      whole: 'Alle Token dieser Suche auswählen',
      action: 'Aktion (die ganze Suche)',
      distribute: 'Verteilen',
    },
  ] as const)('from the list of users to the undo ($locale)', async (words) => {
    const page = await logged(words.locale);
    await byMenu(page, words.section, words.menu);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const name = `Newcomers ${words.locale}`;
    await page.locator('#job-name').fill(name);
    await page.getByLabel(words.way).check();
    await page.locator('#job-list').fill('jdoe\nqruser\nnobody\n');
    const option = page.locator('#job-profile option', { hasText: 'Sower_CT_KIP' });
    await page.locator('#job-profile').selectOption((await option.getAttribute('value')) as string);
    await page.locator('#job-nickname').fill('of{userId}');
    expect(await inspect(page, `${words.locale} form`, LOOKS_IN[words.locale])).toEqual([]);
    await page.getByRole('button', { name: words.check, exact: true }).click();
    await stateIs(page, 'waiting');
    await page.getByRole('gridcell', { name: words.unknown }).first().waitFor();
    await page.getByRole('gridcell', { name: 'ofjdoe' }).waitFor();
    expect(await inspect(page, `${words.locale} checked`, LOOKS_IN[words.locale])).toEqual([]);
    const start = page.getByRole('button', { name: words.start });
    expect(await start.isDisabled()).toBe(true);
    await page.locator('#job-name-again').fill(name);
    await start.click();
    await stateIs(page, 'done');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: words.letters }).click();
    await dialog.waitFor();
    expect(await inspect(page, `${words.locale} letters`, LOOKS_IN[words.locale])).toEqual([]);
    const taken = async (button: string): Promise<string> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('button', { name: button }).click(),
      ]);
      return readFileSync((await download.path()) as string, 'latin1');
    };
    if (words.locale === 'de') {
      await dialog.getByRole('checkbox').check();
      expect(await taken(words.letters)).toMatch(/^%PDF-[\s\S]*\/Count 4\b/);
    } else {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: words.codes }).click();
      const [, ...rows] = readCsv(await taken(words.codes));
      expect(rows.map((row) => [row[1], row[7]?.length])).toEqual([
        ['jdoe', 12],
        ['qruser', 12],
        ['nobody', 0],
      ]);
    }
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: words.codes }).count()).toBe(0);
    expect(await inspect(page, `${words.locale} done`, LOOKS_IN[words.locale])).toEqual([]);
    await page.getByRole('button', { name: words.undo, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: words.undo, exact: true }).click();
    await page.waitForURL(/jobs\/(?!new)/);
    await stateIs(page, 'done');
    await expect.poll(() => page.getByRole('gridcell', { name: words.kept }).count()).toBe(2);
    await page.goto(`${originOf(deployment)}/console/jobs`);
    await page.getByRole('link', { name }).first().waitFor();
    expect(await inspect(page, `${words.locale} list`, LOOKS_IN[words.locale])).toEqual([]);
  });

  test.each([
    { locale: 'en', texts: consoleEn.rules, section: consoleEn.menu.tokens },
    { locale: 'de', texts: consoleDe.rules, section: consoleDe.menu.tokens },
  ] as const)(
    'a rule is added, looked at, switched on and off, and deleted ($locale)',
    async ({ locale, texts, section }) => {
      const page = await logged(locale);
      const name = `Everyone ${locale}`;
      await byMenu(page, section, texts.title);
      await page.getByRole('link', { name: texts.add }).click();
      const field = (label: string) => page.locator('form').getByLabel(label).first();
      await field(texts.name).fill(name);
      const profile = field(texts.profile).locator('option', { hasText: 'Sower_QR' });
      await field(texts.profile).selectOption((await profile.getAttribute('value')) as string);
      await field(texts.domain).selectOption('South');
      await field(texts.perDay).fill('0');
      const save = page.locator('button[type=submit]');
      await save.click();
      await page.locator('.pf-m-error').first().waitFor();
      await field(texts.perDay).fill('7');
      expect(await inspect(page, `${locale} rule`, LOOKS_IN[locale])).toEqual([]);
      await save.click();
      const row = page.getByRole('row').filter({ hasText: name });
      await row.getByText(texts.off, { exact: true }).waitFor();
      const choose = async (entry: string): Promise<void> => {
        await row.getByRole('button').click();
        await page.getByRole('menuitem', { name: entry, exact: true }).click();
        await page.getByRole('dialog').waitFor();
      };
      const dialog = page.getByRole('dialog');
      await choose(texts.switchOn);
      await dialog.getByText(texts.leftToday_other.replace('{{count, number}}', '7')).waitFor();
      expect(await inspect(page, `${locale} rule preview`, LOOKS_IN[locale])).toEqual([]);
      await dialog.getByRole('button', { name: texts.switchOn }).click();
      await row.getByText(texts.on, { exact: true }).waitFor();
      await choose(texts.switchOff);
      await dialog.getByRole('button', { name: texts.switchOff }).click();
      await row.getByText(texts.off, { exact: true }).waitFor();
      await row.getByRole('link', { name }).click();
      await expect.poll(() => field(texts.domain).inputValue()).toBe('South');
      expect(await field(texts.perDay).inputValue()).toBe('7');
      await page.getByRole('link', { name: texts.title }).first().click();
      await choose(texts.delete);
      await dialog.getByRole('button', { name: texts.delete }).click();
      await row.waitFor({ state: 'detached' });
    },
  );

  test.each([
    ['en', consoleEn],
    ['de', consoleDe],
  ] as const)('assigned to many from the check to the undo (%s)', async (locale, texts) => {
    const { api } = deployment;
    const userIds = ['1', '2'].map((number) => `spare-${locale}-${number}`);
    for (const userId of userIds) await api('addUser', { body: { userId } });
    const { serials } = await api('mintTokens', {
      body: { count: 2, expiresOn: locale === 'en' ? '2048-12-31' : '2049-12-31' },
    });
    const page = await logged(locale);
    await byMenu(page, texts.menu.tokens, texts.assignMany.menu);
    await page.getByRole('heading', { level: 1, name: texts.assignMany.title }).waitFor();
    const name = `Spares ${locale}`;
    await page.locator('#job-name').fill(name);
    await page.getByLabel(texts.distributeMany.how.list).check();
    await page.locator('#job-list').fill([...userIds, 'jdoe', 'nobody'].join('\n'));
    expect(await inspect(page, `${locale} assign form`, LOOKS_IN[locale])).toEqual([]);
    await page.getByRole('button', { name: texts.distributeMany.check, exact: true }).click();
    await stateIs(page, 'waiting');
    await page
      .getByRole('gridcell', { name: userIds[0] as string })
      .first()
      .waitFor();
    expect(await inspect(page, `${locale} assign checked`, LOOKS_IN[locale])).toEqual([]);
    await page.locator('#job-name-again').fill(name);
    await page.getByRole('button', { name: texts.assignMany.start_other.replace('{{number}}', '2') }).click();
    await stateIs(page, 'done');
    const held = async (userId: string) => (await api('getUser', { params: { userId } })).tokens;
    expect((await Promise.all(userIds.map(held))).flat().sort()).toEqual(serials);
    await api('markLost', {
      params: { serial: (await held(userIds[0] as string))[0] as string },
      body: { lost: true },
    });
    await page.getByRole('button', { name: texts.jobs.undo, exact: true }).click();
    await page.getByRole('dialog').getByText(texts.assignMany.undoBody).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: texts.jobs.undo, exact: true }).click();
    await page.getByRole('link', { name: texts.jobs.aboutJob }).waitFor();
    await stateIs(page, 'done');
    await expect
      .poll(() => page.getByRole('gridcell', { name: texts.jobs.rowStates.kept }).count())
      .toBeGreaterThan(0);
    expect((await Promise.all(userIds.map(held))).map((tokens) => tokens.length)).toEqual([1, 0]);
    if (locale === 'en') {
      // An action on many has a page too.
      const action = await api('doToTokens', {
        body: { action: 'clearPin', choose: { serials: [...serials] } },
      });
      await page.goto(`${originOf(deployment)}/console/jobs/${action.id}`);
      await stateIs(page, 'done');
      expect(await inspect(page, 'action', LOOKS_IN.en)).toEqual([]);
      // Small actions are found among the long jobs, and left out of them.
      await page.goto(`${originOf(deployment)}/console/jobs`);
      const links = page.locator('main tbody a');
      await page.getByLabel(texts.jobs.kind).selectOption({ label: texts['job-kind'].tokens });
      await expect.poll(() => links.count()).toBe(1);
      expect(await links.first().getAttribute('href')).toContain(action.id);
      await page.getByLabel(texts.jobs.kind).selectOption({ label: texts['job-kind'].assign });
      await page.waitForURL(/kind=assign/);
      await page.getByLabel(texts.jobs.state).selectOption({ label: texts.jobs.states.done });
      await page.waitForURL(/kind=assign&state=done$/);
      await expect.poll(() => links.allTextContents()).toContain(name);
      expect(await inspect(page, 'jobs', LOOKS_IN.en)).toEqual([]);
    }
  });

  test('the job of another says who can start it, and has no form for that', async () => {
    const page = await logged('en');
    const body = { name: 'Of a program', choose: { userIds: ['jdoe'] }, profile: 'Sower_QR' };
    const job = await deployment.api('distributeMany', { body });
    await page.goto(`${originOf(deployment)}/console/jobs/${job.id}`);
    await stateIs(page, 'waiting');
    const actor = 'API key command line';
    await page.getByText(consoleEn.jobs.startOther.replace('{{actor}}', actor)).waitFor();
    expect(await page.getByLabel('To start, type the name of the job').count()).toBe(0);
    expect(await inspect(page, 'of another', LOOKS_IN.en)).toEqual([]);
  });
});
