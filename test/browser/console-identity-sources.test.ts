/** A directory set up in the Security Console alone, in a real Chromium, against a real slapd: from the empty list to its users. */
import { join } from 'node:path';
import { consoleDe } from '@sower/messages/console/all.de';
import { consoleEn } from '@sower/messages/console/all.en';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../harness/browser/chromium.ts';
import { openConsole } from '../harness/browser/console-browser.ts';
import { furnish } from '../harness/browser/console-pages.ts';
import { faults, LOOKS, show } from '../harness/browser/looks.ts';
import { SQLITE } from '../harness/databases.ts';
import { type Deployment, deploy } from '../harness/deployment.ts';
import {
  hasSlapd,
  personLdif,
  ROOT,
  ROOT_PASSWORD,
  type Slapd,
  startSlapd,
} from '../harness/directory/slapd.ts';
import type { FreshDatabase } from '../harness/fresh-database.ts';

const skip = (!findChromium() || !hasSlapd) && !process.env.CI;
/** Where the pages are kept as pictures, when they are wanted. */
const PICTURES = process.env.SOWER_PICTURES;

const PEOPLE = (locale: string): string =>
  ['anna', 'bernd', 'clara']
    .map((name) =>
      personLdif({
        uid: `${name}.${locale}`,
        sn: 'Meier',
        givenName: name,
        mail: `${name}.${locale}@example.com`,
        ou: locale,
      }),
    )
    .join('');
const UNIT = (name: string): string =>
  `dn: ou=${name},dc=example,dc=com\nobjectClass: organizationalUnit\nou: ${name}\n\n`;

describe.skipIf(skip)('Security Console: identity sources', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let browser: Browser;
  let slapd: Slapd;

  beforeAll(async () => {
    const ldif = ['en', 'de'].map((locale) => UNIT(locale) + PEOPLE(locale)).join('');
    slapd = await startSlapd({ ldif });
    database = await SQLITE.fresh();
    deployment = await deploy(database);
    await furnish(deployment);
    browser = await launchChromium(deployment);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await deployment?.stop();
    await database?.drop();
    await slapd?.stop();
  });

  /** In every theme and width, with a picture where pictures are wanted. */
  async function inspect(page: Page, name: string): Promise<string[]> {
    const found: string[] = [];
    for (const look of LOOKS) {
      await show(page, look);
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name} ${look}.png`), fullPage: true });
      found.push(...(await faults(page)).map((fault) => `${name}, ${look}: ${fault}`));
    }
    await show(page, 'light 1280');
    return found;
  }

  test.each([
    { locale: 'en', texts: consoleEn },
    { locale: 'de', texts: consoleDe },
  ])(
    'from the empty form to the directory’s people ($locale)',
    async ({ locale, texts: { sources, menu: _, ui } }) => {
      const { page, context } = await openConsole(browser, deployment, { locale });
      const form = page.locator('form.sower-form');
      const field = (label: string): Locator => form.getByLabel(label, { exact: true });
      const save = form.getByRole('button', { name: sources.saveAndTest });
      const name = `Head office ${locale}`;
      await page.getByRole('link', { name: sources.title }).click();
      await page.getByRole('link', { name: sources.add }).first().click();

      // The kind fills in what is usual, except what somebody has changed.
      await field(sources.name).fill(name);
      await field(sources.domainName).fill('EXAMPLE');
      await field(sources.kind).selectOption('openldap');
      expect(await field(sources.key).inputValue()).toBe('entryUUID');
      expect(await field(sources.logOnNames).inputValue()).toBe('mail');
      expect(await field(sources.domainName).inputValue()).toBe('EXAMPLE');

      // Nothing typed: the server says where.
      await save.click();
      await form.locator('.pf-m-error').first().waitFor();
      expect(await inspect(page, `${locale} form`)).toEqual([]);
      await field(sources.urls).fill(slapd.url);
      await field(sources.protection).selectOption('plain');
      await page.getByText(sources.plainWarning).waitFor();
      expect(await inspect(page, `${locale} plain`)).toEqual([]);
      await field(sources.protection).selectOption('tls');
      await field(sources.bindName).fill(ROOT);
      await field(sources.password).fill('wrong');
      await field(sources.base).fill(`ou=${locale},dc=example,dc=com`);
      await save.click();

      // The test begins by itself: the certificate of nobody it knows, with the chain to look at.
      const tested = (outcome: string) => page.locator(`[data-tested=${outcome}]`).waitFor();
      const step = (title: string) => page.getByRole('row').filter({ hasText: title });
      await tested('failed');
      await step(sources.steps.tls).getByText(sources.outcomes.failed).waitFor();
      await page.getByRole('heading', { name: sources.certificates }).waitFor();
      expect(await inspect(page, `${locale} not trusted`)).toEqual([]);

      // Its authority is another protection of the password: it has to be typed again.
      await page.getByRole('link', { name: sources.edit, exact: true }).click();
      await field(sources.authority).fill(slapd.authority);
      await form.getByText(sources.passwordAgain).waitFor();
      await save.click();
      await form.locator('.pf-m-error').first().waitFor();
      await field(sources.password).fill('wrong');
      await save.click();
      await tested('failed');
      await step(sources.steps.tls).getByText(sources.outcomes.passed).waitFor();
      await step(sources.steps.bind).getByText(sources.outcomes.failed).waitFor();

      await page.getByRole('link', { name: sources.edit, exact: true }).click();
      await form.getByText(sources.passwordSet).waitFor();
      await field(sources.password).fill(ROOT_PASSWORD);
      await save.click();
      await tested('passed');
      await page
        .getByRole('gridcell', { name: `bernd.${locale}@example.com` })
        .first()
        .waitFor();
      expect(await inspect(page, `${locale} tested`)).toEqual([]);

      // One person, by another name.
      await form.getByLabel(sources.find).fill(`clara.${locale}@example.com`);
      await form.getByRole('button', { name: sources.test, exact: true }).click();
      await tested('passed');
      await page
        .getByRole('grid', { name: sources.entries })
        .locator('tbody tr')
        .first()
        .getByText(`clara.${locale}`, { exact: true })
        .waitFor();

      // Without a stored password nothing is sent to a server of somebody else.
      await page.getByRole('link', { name: sources.edit, exact: true }).click();
      expect(await field(sources.password).inputValue()).toBe('');
      await field(sources.urls).fill('ldaps://elsewhere.example.com');
      await save.click();
      await form.locator('.pf-m-error').first().waitFor();
      expect(await inspect(page, `${locale} password again`)).toEqual([]);

      await page.getByRole('link', { name: sources.title }).first().click();
      const row = page.getByRole('row').filter({ hasText: name });
      const dialog = page.getByRole('dialog');
      const choose = async (entry: string): Promise<void> => {
        await row.getByRole('button').click();
        await page.getByRole('menuitem', { name: entry, exact: true }).click();
      };
      await row.getByText(sources.off, { exact: true }).waitFor();
      expect(await inspect(page, `${locale} list`)).toEqual([]);
      await choose(sources.switchOn);
      await dialog.getByRole('button', { name: sources.switchOn }).click();
      await row.getByText(sources.on, { exact: true }).waitFor();
      await choose(sources.switchOff);
      await dialog.getByRole('button', { name: sources.switchOff }).click();
      await row.getByText(sources.off, { exact: true }).waitFor();

      await choose(sources.delete);
      await dialog.getByText(sources.confirm.delete.title.replace('{{name}}', name)).waitFor();
      expect(await inspect(page, `${locale} delete`)).toEqual([]);
      await dialog.getByRole('button', { name: ui.cancel }).click();
      await context.close();
    },
    240_000,
  );
});
