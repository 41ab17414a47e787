/** A directory set up in the Security Console alone, in a real Chromium, against a real slapd: from the empty list to its users. */
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleDe, consoleEn } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { byMenu, proveForLong, sharedConsole } from '../../harness/browser/console-browser.ts';
import { furnish } from '../../harness/browser/console-pages.ts';
import {
  addSlapdSource,
  bringBack,
  changePeople,
  peopleOf,
  unitOf,
} from '../../harness/browser/console-sources.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';
import { hasSlapd, ROOT, ROOT_PASSWORD, type Slapd, startSlapd } from '../../harness/directory/slapd.ts';

const skip = (!findChromium() || !hasSlapd) && !process.env.CI;

describe.skipIf(skip)('Security Console: identity sources', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let slapd: Slapd;

  beforeAll(async () => {
    const ldif = ['en', 'de', 'en-runs', 'de-runs'].map((ou) => peopleOf(ou)).join('');
    slapd = await startSlapd({ ldif });
    await furnish(deployment);
    await proveForLong(deployment);
  });
  afterAll(async () => {
    await slapd?.stop();
  });

  const logged = sharedConsole(() => ({ browser, deployment }));

  test.each([
    { locale: 'en', texts: consoleEn },
    { locale: 'de', texts: consoleDe },
  ] as const)(
    'from the empty form to the directory’s people ($locale)',
    async ({ locale, texts: { sources, menu, ui } }) => {
      const page = await logged(locale);
      const inspected = (name: string) => inspect(page, `${locale} ${name}`, LOOKS_IN[locale]);
      const form = page.locator('form.sower-form');
      // A star after the label: required.
      const field = (label: string): Locator =>
        form.getByLabel(new RegExp(`^${label.replace(/[()]/g, String.raw`\$&`)}(\\s*\\*)?$`));
      const save = form.getByRole('button', { name: sources.saveAndTest });
      const name = `Head office ${locale}`;
      await byMenu(page, menu.setup, sources.title);
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
      expect(await inspected('form')).toEqual([]);
      await field(sources.urls).fill(slapd.url);
      await field(sources.protection).selectOption('plain');
      await page.getByText(sources.plainWarning).waitFor();
      expect(await inspected('plain')).toEqual([]);
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
      expect(await inspected('not trusted')).toEqual([]);

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
      // What is in the form is seen before it is saved; with the bind that is saved, which does not work yet.
      const look = form.getByRole('button', { name: sources.look, exact: true });
      await look.click();
      await page.locator('[data-looked=failed]').waitFor();
      await field(sources.password).fill(ROOT_PASSWORD);
      await save.click();
      await tested('passed');
      await page
        .getByRole('gridcell', { name: `bernd.${locale}@example.com` })
        .first()
        .waitFor();
      expect(await inspected('tested')).toEqual([]);

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

      // Another attribute, seen before it is saved, and not saved.
      await page.getByRole('link', { name: sources.edit, exact: true }).click();
      await field(sources.attributes.firstName).fill('mail');
      await form.getByLabel(sources.find).fill(`clara.${locale}`);
      await look.click();
      await page
        .locator('[data-looked=passed]')
        .getByRole('gridcell', { name: `clara.${locale}@example.com Meier` })
        .waitFor();
      expect(await inspected('look')).toEqual([]);
      await form.getByRole('button', { name: ui.cancel }).click();

      // Rules for security domains: what is wrong with one is said at its field, and it can be removed.
      await page.getByRole('link', { name: sources.edit, exact: true }).click();
      await form.getByRole('button', { name: sources.ruleAdd }).click();
      await form.locator('#rule-0-name').fill('finance');
      await save.click();
      await form.locator('[data-rule] .pf-m-error').first().waitFor();
      expect(await inspected('rule')).toEqual([]);
      await form.getByRole('button', { name: sources.ruleRemove.replace('{{number, number}}', '1') }).click();
      await form.locator('[data-rule]').waitFor({ state: 'detached' });
      // A group that gives a role: the name is wrong, and the server says where.
      await form.getByRole('button', { name: sources.groupAdd }).click();
      await form.locator('#group-0-name').fill('staff');
      await form.getByRole('button', { name: sources.groupRoleAdd }).click();
      await form.locator('#group-0-role-0').selectOption('Auditor');
      await save.click();
      await form.locator('[data-group] .pf-m-error').first().waitFor();
      expect(await inspected('group')).toEqual([]);
      await form
        .getByRole('button', { name: sources.groupRemove.replace('{{number, number}}', '1') })
        .click();
      await form.locator('#group-0-name').waitFor({ state: 'detached' });
      await form.getByRole('button', { name: ui.cancel }).click();

      // Without a stored password nothing is sent to a server of somebody else.
      await page.getByRole('link', { name: sources.edit, exact: true }).click();
      expect(await field(sources.password).inputValue()).toBe('');
      await field(sources.urls).fill('ldaps://elsewhere.example.com');
      await save.click();
      await form.locator('.pf-m-error').first().waitFor();
      expect(await inspected('password again')).toEqual([]);

      // What was typed is not left by mistake.
      await byMenu(page, menu.setup, sources.title);
      await page.getByRole('dialog').getByRole('button', { name: ui.leave, exact: true }).click();
      const row = page.getByRole('row').filter({ hasText: name });
      const dialog = page.getByRole('dialog');
      const choose = async (entry: string): Promise<void> => {
        await row.getByRole('button').click();
        await page.getByRole('menuitem', { name: entry, exact: true }).click();
      };
      await row.getByText(sources.off, { exact: true }).waitFor();
      expect(await inspected('list')).toEqual([]);
      await choose(sources.switchOn);
      await dialog.getByRole('button', { name: sources.switchOn }).click();
      await row.getByText(sources.on, { exact: true }).waitFor();
      await choose(sources.switchOff);
      await dialog.getByRole('button', { name: sources.switchOff }).click();
      await row.getByText(sources.off, { exact: true }).waitFor();

      await choose(sources.delete);
      await dialog.getByText(sources.confirm.delete.title.replace('{{name}}', name)).waitFor();
      expect(await inspected('delete')).toEqual([]);
      await dialog.getByRole('button', { name: ui.cancel }).click();
    },
    480_000,
  );

  test.each([
    { locale: 'en', texts: consoleEn },
    { locale: 'de', texts: consoleDe },
  ] as const)(
    'a preview, its start, a run that is stopped, and who comes back ($locale)',
    async ({ locale, texts: { menu, sources, sourceRuns, users, userSource, ui } }) => {
      const ou = `${locale}-runs`;
      const name = `Branch ${locale}`;
      const id = await addSlapdSource(deployment, slapd, { name, base: unitOf(ou) });
      const page = await logged(locale);
      const inspected = (name: string) => inspect(page, `${locale} ${name}`, LOOKS_IN[locale]);
      const stateIs = (state: string) => page.locator(`[data-state=${state}]`).waitFor();
      const row = (text: string) => page.getByRole('row').filter({ hasText: text });
      const dialog = page.getByRole('dialog');
      const toSource = async (): Promise<void> => {
        await byMenu(page, menu.setup, sources.title);
        await page.getByRole('link', { name, exact: true }).click();
      };
      const preview = async (): Promise<void> => {
        await page.getByRole('button', { name: sourceRuns.preview }).click();
        await stateIs('waiting');
      };
      const start = page.getByRole('button', { name: sourceRuns.confirm, exact: true });
      await toSource();
      await page.getByText(sourceRuns.none).waitFor();

      // Nobody is there before somebody lets it go on.
      await preview();
      await row(`anna.${ou}`).getByText(sourceRuns.actions.added).waitFor();
      await row('qruser').getByText(sourceRuns.actions.conflict).waitFor();
      await row('cn=nobody').getByText(sourceRuns.actions.refused).waitFor();
      await page.getByText(sourceRuns.conflictsTitle).waitFor();
      expect(await inspected('preview')).toEqual([]);
      const usersNow = async () => (await deployment.api('listUsers', { query: { search: 'anna' } })).items;
      expect((await usersNow()).filter(({ userId }) => userId === `anna.${ou}`)).toEqual([]);
      await start.click();
      await stateIs('done');
      await row(`anna.${ou}`).getByText(sourceRuns.results.done).waitFor();
      expect((await usersNow()).find(({ userId }) => userId === `anna.${ou}`)?.source?.name).toBe(name);

      // Somebody else has a user ID: for all of a kind the name of the source is typed; for one, its row has the choices.
      const choice = locale === 'en' ? 'link' : 'qualify';
      await page
        .locator('[data-conflicts]')
        .getByRole('button', { name: sourceRuns.choice.all.skip })
        .click();
      const all = dialog.getByRole('button', { name: sourceRuns.choice.actions.skip });
      expect(await all.isDisabled()).toBe(true);
      await dialog.locator('#choice-name').fill(name);
      expect(await all.isDisabled()).toBe(false);
      expect(await inspected('choose for all')).toEqual([]);
      await dialog.getByRole('button', { name: ui.cancel }).click();
      await row('qruser').getByRole('button').click();
      await page.getByRole('menuitem', { name: sourceRuns.choice.actions[choice] }).click();
      expect(await inspected('choose')).toEqual([]);
      if (choice === 'qualify')
        expect(await dialog.locator('#choice-suffix').inputValue()).toBe('@example.com');
      await dialog.getByRole('button', { name: sourceRuns.choice.actions[choice] }).click();
      // What the row says already can hold the same word.
      await dialog.waitFor({ state: 'hidden' });
      await row('qruser').getByText(sourceRuns.choice.actions[choice]).waitFor();
      expect(await inspected('chosen')).toEqual([]);
      await toSource();
      await page.getByRole('heading', { name: sourceRuns.choice.title }).waitFor();
      expect(await inspected('choices')).toEqual([]);
      await preview();
      await row(choice === 'link' ? 'qruser' : 'qruser@example.com')
        .getByText(sourceRuns.actions[choice === 'link' ? 'linked' : 'added'], { exact: true })
        .waitFor();
      expect(await inspected(`will be ${choice}`)).toEqual([]);
      await start.click();
      await stateIs('done');
      const decided = choice === 'link' ? 'qruser' : 'qruser@example.com';
      expect((await deployment.api('getUser', { params: { userId: decided } })).source?.name).toBe(name);

      // Two of three are gone: that waits for the number.
      await changePeople(slapd, ou);
      await toSource();
      await preview();
      await row(`anna.${ou}`).getByText('Meier → Schulz').waitFor();
      await row(`clara.${ou}`).getByText(sourceRuns.actions.gone).first().waitFor();
      await page.getByText(sourceRuns.stopped).waitFor();
      expect(await inspected('stopped')).toEqual([]);
      const number = page.locator('#run-exceeding');
      await number.fill('1');
      expect(await start.isDisabled()).toBe(true);
      await page.locator('#run-action').selectOption('gone');
      await row(`anna.${ou}`).waitFor({ state: 'detached' });
      await number.fill('2');
      await start.click();
      await stateIs('done');

      // Their page says why, and that it is changed in the directory.
      await row(`bernd.${ou}`).getByRole('link').click();
      await page.getByText(userSource.ownedDisabled).waitFor();
      expect(await inspected('gone')).toEqual([]);
      // The directory is asked now: it does not have the user either.
      await page.getByRole('button', { name: userSource.ask }).click();
      const [gone = ''] = userSource.askedGone.split('{{time}}').slice(1);
      await page.getByText(gone).waitFor();
      expect(await inspected('asked now')).toEqual([]);
      await page.getByRole('button', { name: ui.actions, exact: true }).click();
      const enable = page.getByRole('menuitem', { name: users.enable });
      expect(await enable.getAttribute('aria-disabled')).toBe('true');
      await page.getByRole('menuitem', { name: users.edit, exact: true }).click();
      const lastName = page.locator('form').getByLabel(users.lastName);
      expect(await lastName.isDisabled()).toBe(true);
      expect(await inspected('edit user')).toEqual([]);

      // Back in the directory, back here; without a preview, but not without a question.
      await bringBack(slapd, ou);
      await toSource();
      await page.getByRole('button', { name: sourceRuns.full }).click();
      await dialog.waitFor();
      expect(await inspected('run now')).toEqual([]);
      await dialog.getByRole('button', { name: sourceRuns.full }).click();
      await stateIs('done');
      await row(`clara.${ou}`).getByText(sourceRuns.actions.returning).first().waitFor();
      const { enabled } = await deployment.api('getUser', { params: { userId: `clara.${ou}` } });
      expect(enabled).toBe(true);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: sourceRuns.file }).click(),
      ]);
      expect(readFileSync((await download.path()) as string, 'utf8')).toContain(`clara.${ou}`);

      // A preview can be left; the source cannot go while it has users.
      await toSource();
      await preview();
      await page.getByText(sourceRuns.nothing).waitFor();
      await page.getByRole('button', { name: sourceRuns.cancel }).click();
      await dialog.getByRole('button', { name: sourceRuns.cancel }).click();
      await stateIs('cancelled');
      await toSource();
      await row(sourceRuns.kinds.preview).first().waitFor();
      expect(await inspected('source')).toEqual([]);
      await byMenu(page, menu.setup, sources.title);
      await row(name).getByRole('button').click();
      await page.getByRole('menuitem', { name: sources.delete, exact: true }).click();
      await dialog.getByRole('textbox').fill(name);
      await dialog.getByRole('button', { name: sources.delete, exact: true }).click();
      await dialog.getByRole('alert').waitFor();
      expect((await deployment.api('getIdentitySource', { params: { id } })).users.all).toBe(4);
    },
    480_000,
  );
});
