/** What the help desk meets a thousand times a day in the Security Console, in a real Chromium: menus, notices, fields, paper, log-off. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemDocument } from '@sower/api/problems';
import type { BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { menuOf } from '../../../apps/console/src/shell/menu.ts';
import type { ConsoleTexts } from '../../../apps/console/src/texts/use-texts.ts';
import { consoleEn as en } from '../../../packages/texts/test/tables.ts';
import { newAdministrator } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import {
  byMenu,
  follow,
  openConsole,
  originOf,
  proveForLong,
} from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { faults, inspect, show } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const skip = !findChromium() && !process.env.CI;

/** But for keys of the API, of which each lists its permissions. */
const LISTS = [
  ...['tokens', 'tokens?tab=unassigned', 'users', 'audit', 'requests', 'jobs', 'profiles', 'offers', 'rules'],
  ...['radius-clients', 'agents', 'administrators', 'roles', 'device-types', 'identity-sources', 'schedules'],
] as const;

describe.skipIf(skip)('Security Console: every day', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let page: Page;
  let context: BrowserContext;
  let folder: string;

  beforeAll(async () => {
    await furnish(deployment);
    await proveForLong(deployment);
    ({ page, context } = await openConsole(browser, deployment, { locale: 'en' }));
    folder = mkdtempSync(join(tmpdir(), 'sower-everyday-'));
  });
  afterAll(async () => {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const go = async (path: string): Promise<void> => {
    await page.goto(`${originOf(deployment)}/console/${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  test('the menu of a row shows all of its entries; in a low window it says that it goes on', async () => {
    const open = async (height: number): Promise<void> => {
      await page.setViewportSize({ width: 1280, height });
      await go('tokens');
      await page.getByRole('button', { name: `Actions for token ${serialOf(1)}` }).click();
      await page.getByRole('menuitem').first().waitFor();
    };
    /** Once it has found its place. */
    const entries = () =>
      page
        .getByRole('menuitem', { name: 'Delete' })
        .last()
        .evaluate((item) => {
          const content = item.closest('[role=menu]') as HTMLElement;
          const [box, within] = [item.getBoundingClientRect(), content.getBoundingClientRect()];
          return {
            inside: box.bottom <= Math.min(innerHeight, within.bottom) + 1,
            whole: within.top >= 0 && within.bottom <= innerHeight,
            scrolls: content.scrollHeight > content.clientHeight + 1,
            marked: getComputedStyle(content).backgroundImage.includes('radial-gradient'),
          };
        });
    await open(900);
    await expect.poll(entries).toMatchObject({ inside: true, scrolls: false });
    await open(600);
    await expect.poll(entries).toMatchObject({ whole: true, scrolls: true, marked: true });
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('after a log-on the menu has at most twelve entries of the first level and needs no scrolling', async () => {
    for (const locale of ['en', 'de'] as const) {
      const { page: fresh, context: own } = await openConsole(browser, deployment, { locale });
      const menu = fresh.locator('#menu');
      const first = menu.locator('nav > ul > li');
      const labels = (await first.allInnerTexts()).map((text) => text.split('\n')[0]);
      expect(labels.length, labels.join(', ')).toBeGreaterThan(1);
      expect(labels.length, labels.join(', ')).toBeLessThanOrEqual(12);
      // Each page of the menu is in it.
      const pages = menuOf(((key: unknown) => key) as unknown as ConsoleTexts).flatMap(({ entries }) =>
        entries.flatMap((entry) => ('pages' in entry ? entry.pages : [entry])),
      );
      expect(await menu.locator('a').count()).toBe(pages.length + 1);
      const hidden = await menu.evaluate((bar) =>
        [bar, ...bar.querySelectorAll('*')]
          .filter((part) => part.scrollHeight > part.clientHeight + 1 && part.clientHeight > 0)
          .map((part) => `${part.className}: ${part.scrollHeight} in ${part.clientHeight}`),
      );
      expect(hidden).toEqual([]);
      const last = await first.last().boundingBox();
      expect((last?.y ?? 901) + (last?.height ?? 0)).toBeLessThanOrEqual(900);
      await own.close();
    }
  });

  test('a section of the menu is open if the page is in it, or if somebody has opened it', async () => {
    const menu = page.getByRole('navigation', { name: en.menu.name });
    const section = (name: string) => menu.getByRole('button', { name, exact: true });
    const mint = menu.getByRole('link', { name: en.menu.mint });
    await page.setViewportSize({ width: 1280, height: 900 });
    await go('certificates');
    expect(await mint.isVisible()).toBe(false);
    await section(en.menu.tokens).focus();
    await page.keyboard.press('Enter');
    await mint.waitFor();
    await page.reload();
    await mint.waitFor();
    expect(await section(en.menu.administration).getAttribute('aria-expanded')).toBe('false');

    await go('roles');
    await expect.poll(() => section(en.menu.administration).getAttribute('aria-expanded')).toBe('true');
    await expect.poll(() => section(en.menu.roles).getAttribute('aria-expanded')).toBe('true');
    await section(en.menu.roles).click();
    expect(await section(en.menu.roles).getAttribute('aria-expanded')).toBe('false');
    await section(en.menu.administration).click();
    await section(en.menu.roles).waitFor({ state: 'hidden' });
    // A link from elsewhere opens it again.
    await page.locator('#main').getByRole('link', { name: en.roles.add }).click();
    const here = menu.locator('[aria-current=page]');
    await expect.poll(() => here.getAttribute('href')).toMatch(/roles\/new$/);
    expect(await here.isVisible()).toBe(true);
    expect(await faults(page)).toEqual([]);
    await section(en.menu.tokens).click();
  });

  test('the menu stays beside a wide page, whatever was done while the page was narrow for a moment', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await go('users');
    const menu = page.getByRole('navigation', { name: en.menu.name });
    await menu.waitFor();
    await page.setViewportSize({ width: 360, height: 900 });
    await menu.waitFor({ state: 'hidden' });
    await button(en.menu.name).click();
    await menu.getByRole('link', { name: en.menu.home }).click();
    await page.waitForURL(/console\/?$/);
    await menu.waitFor({ state: 'hidden' });
    await page.setViewportSize({ width: 1280, height: 900 });
    await menu.waitFor();
    // A click into the page closes the menu that lies over it, and no other.
    await page.setViewportSize({ width: 360, height: 900 });
    await page.locator('#main').click({ position: { x: 5, y: 5 } });
    await page.setViewportSize({ width: 1280, height: 900 });
    await menu.waitFor();
  });

  test('a window begins at its first field; a notice covers no button, and of two the later is there, long enough', async () => {
    await go('users/other');
    await button('Set password').click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Password for self-service');
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    // It can be made, is shown then, and hidden again.
    await dialog.getByRole('button', { name: 'Generate' }).click();
    expect(await field.inputValue()).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(await field.getAttribute('type')).toBe('text');
    // Handed over by copying, not by typing it again.
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(await field.inputValue());
    await dialog.getByRole('button', { name: 'Hide what is typed' }).click();
    expect(await field.getAttribute('type')).toBe('password');
    expect(await faults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Set password' }).click();
    await dialog.waitFor({ state: 'detached' });
    const notices = page.locator('.pf-v6-c-alert-group.pf-m-toast .pf-v6-c-alert');
    await notices.first().waitFor();
    await page
      .getByRole('button', { name: /Actions for token/ })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Mark lost' }).click();
    await dialog.getByRole('button').last().waitFor();
    await dialog.getByRole('button', { name: /lost/i }).first().click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => notices.count()).toBe(1);
    const covered = await notices.first().evaluate((notice) => {
      const over = notice.getBoundingClientRect();
      return [...document.querySelectorAll('#root main button, #root main a')]
        .filter((each) => {
          const box = each.getBoundingClientRect();
          return (
            box.bottom > over.top && box.top < over.bottom && box.right > over.left && box.left < over.right
          );
        })
        .map(({ textContent }) => textContent);
    });
    expect(covered).toEqual([]);
    // Half of the least time to read one.
    await page.waitForTimeout(2_000);
    expect(await notices.count()).toBe(1);
  });

  test('a new user: what is wrong is said all at once, once at each field', async () => {
    const wrongs = () => page.locator('.pf-v6-c-helper-text__item.pf-m-error').allInnerTexts();
    const clean = (said: string[]) => said.map((text) => text.replace(/\s*: wrong;$/, ''));
    await go('users/new');
    await button('Save').click();
    await expect.poll(async () => clean(await wrongs())).toEqual(['Required.']);
    await page.getByLabel('User ID').fill('x y<>');
    await page.getByRole('textbox', { name: 'E-mail address', exact: true }).fill('nowhere');
    await button('Save').click();
    await expect
      .poll(async () => clean(await wrongs()))
      .toEqual(['Spaces and the characters & % < > are not allowed.', expect.stringMatching(/address/)]);
    // Also with what this page itself finds wrong.
    await page.getByLabel('Password for self-service').fill('short');
    await button('Save').click();
    await expect.poll(async () => (await wrongs()).length).toBe(3);
    expect(await faults(page)).toEqual([]);
  });

  test('a token that is not there is one message; one without a PIN is offered none', async () => {
    await go('tokens/999999999999');
    await page.getByRole('alert').first().waitFor();
    expect(await page.locator('main .pf-v6-c-alert.pf-m-danger').count()).toBe(1);
    const { api } = deployment;
    const params = { serial: serialOf(2) };
    await provisioned(
      deployment,
      await api('distributeToken', { params, body: { profile: 'Sower_CT_KIP' } }),
    );
    await go(`tokens/${serialOf(2)}`);
    await button(en.access.test).waitFor();
    await button(en.access.resync).waitFor();
    expect(await button(en.access.requirePin).count()).toBe(0);
    // What one test said is not left beside another that had no answer.
    let tested = 0;
    await page.route(`**/tokens/${serialOf(2)}/test`, (route) => {
      tested += 1;
      return tested === 1 ? route.fulfill({ json: { result: 'accepted', detail: 'Right.' } }) : route.abort();
    });
    await button(en.access.test).click();
    const dialog = page.getByRole('dialog');
    for (const said of ['Right.', en.ui.noConnection]) {
      await dialog.locator('input').first().fill('123456');
      await dialog.getByRole('button', { name: en.access.test, exact: true }).click();
      await dialog.getByText(said).waitFor();
    }
    expect(await dialog.getByText('Right.').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.unrouteAll();
    // Without a seed there is nothing to test or to resynchronize, and without a user no access at all.
    const { items } = await api('listTokens', { query: { assigned: 'true', limit: 50 } });
    const seedless = items.find(({ distribution }) => distribution === undefined)?.serial;
    const unassigned = (await api('listTokens', { query: { assigned: 'false', limit: 1 } })).items[0]?.serial;
    for (const serial of [seedless, unassigned]) {
      await go(`tokens/${serial}`);
      await page.getByRole('heading', { level: 1, name: serial ?? 'none' }).waitFor();
      expect(await button(en.access.test).count()).toBe(0);
      expect(await button(en.access.resync).count()).toBe(0);
    }
    // What a code of one's own must be is said beside the field, as the settings have it.
    const { version } = await api('getSettings', {});
    await api('editSettings', { ifMatch: version, body: { 'activation.minChosenLength': 14 } });
    await go(`tokens/${serialOf(2)}/distribute`);
    await page.getByLabel('Select Token Profile').selectOption({ index: 1 });
    await page.getByLabel(en.distribute.code).selectOption({ label: en.distribute.codeChosen });
    await page
      .getByText('At least 14 letters, digits, periods and underscores; digits alone: at least 14')
      .waitFor();
    await go(`tokens/${serialOf(2)}`);
    // Its history is a line of time, and leads to all of it.
    const history = page.getByRole('region', { name: en.activity.ofToken });
    await history.getByText(en['audit-action']['token.distribute']).first().waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole('link', { name: en.activity.inLog }).click();
    await page.waitForURL(/audit\?object=token/);
    await page.locator('main tbody tr').first().waitFor();
  });

  test('fourteen calls as the built-in Help Desk role: each at most three clicks, and none ends in "not permitted"', async () => {
    const { api } = deployment;
    await newAdministrator(deployment, {
      userName: 'desk',
      password: 'correct horse battery',
      grants: [{ role: 'help-desk', securityDomain: 'top' }],
    });
    await api('addUser', { body: { userId: 'caller1', firstName: 'Zo\u00eb', lastName: 'M\u00fcller' } });
    await api('addUser', { body: { userId: 'newcomer', firstName: 'Noah', lastName: 'Neu' } });
    await api('addProfile', { body: { name: 'With_PIN', deviceType: 'sower', delivery: 'url' } });
    await api('mintTokens', { body: { count: 5 } });
    const { serial } = await api('assignNextToken', { params: { userId: 'caller1' } });
    const params = { serial };
    const give = async () =>
      provisioned(deployment, await api('distributeToken', { params, body: { profile: 'With_PIN' } }));
    const token = await give();
    await api('setPin', { params, body: { pin: '739184' } });
    await api('authenticate', { body: { userId: 'caller1', passcode: `739184${tokencode(token)}` } });
    const { page, context } = await openConsole(browser, deployment, {
      locale: 'en',
      userName: 'desk',
      password: 'correct horse battery',
    });
    const table: [call: string, clicks: number, pages: number, words: number][] = [];
    let clicks = 0;
    const seen = new Set<string>();
    page.on('framenavigated', (frame) => seen.add(new URL(frame.url()).pathname));
    const click = async (name: string | RegExp, within = page.locator('body')): Promise<void> => {
      clicks += 1;
      await within
        .getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) })
        .first()
        .click();
    };
    const dialog = page.getByRole('dialog');
    const inDialog = (name: string | RegExp) => click(name, dialog);
    const gone = () => dialog.waitFor({ state: 'detached' });
    const call = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      clicks = 0;
      seen.clear();
      const before = page.url();
      await work();
      const words = ((await page.locator('#main').allInnerTexts())[0] ?? '').split(/\s+/).length;
      table.push([name, clicks, seen.size + (page.url() === before ? 0 : 1), words]);
      expect(clicks, name).toBeLessThanOrEqual(3);
      expect(await page.getByText(/not permitted|may not do this/i).count(), name).toBe(0);
    };
    const open = async (userId = 'caller1'): Promise<void> => {
      await page.goto(`${originOf(deployment)}/console/users/${userId}`);
      await page.getByRole('heading', { level: 2, name: en.call.title }).waitFor();
      await page.waitForLoadState('networkidle');
    };
    const acts = en.call.acts;

    await call('Who is calling: Zoe Muller', async () => {
      await page.getByRole('textbox', { name: en.home.findUser }).fill('muller zoe');
      await page.getByRole('list', { name: en.users.title }).getByText('Zo\u00eb M\u00fcller').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Zo\u00eb M\u00fcller (caller1)' }).waitFor();
    });
    await api('authenticate', { body: { userId: 'caller1', passcode: '739184000000' } });
    await open();
    await call('Why was I refused?', async () => {
      await page
        .getByText(/Last refused: /)
        .first()
        .waitFor();
    });
    await call('My code does not work', async () => {
      await click(acts.codeFails, page.locator('.sower-actions'));
      // Made at once: an interval may end before the second is typed, and they follow one another.
      const [first, second] = [tokencode(token, 1), tokencode(token, 2)];
      await dialog.locator('input').nth(0).fill(first);
      await dialog.locator('input').nth(1).fill(second);
      await inDialog(en.access.resync);
      await gone();
    });
    await call('Does it work now? (next step)', async () => {
      await click(acts.test);
      await dialog.locator('input').first().fill('000000000000');
      await inDialog(en.access.test);
      await dialog.getByRole('alert').or(dialog.locator('.pf-v6-c-alert')).first().waitFor();
      await page.keyboard.press('Escape');
      await gone();
      // The page beneath has asked again: the test is in the activity of the user.
      await page.getByText(en['audit-action']['token.test']).first().waitFor();
    });
    await call('I forgot my PIN', async () => {
      await click(acts.pin);
      await inDialog('Generate');
      await expect.poll(() => dialog.locator('input').first().inputValue()).toMatch(/^\d{6}$/);
      await inDialog(en.tokens.setPin);
      await gone();
    });
    await call('I lost my phone', async () => {
      await click(acts.lost);
      await dialog.getByText('Zo\u00eb M\u00fcller (caller1)').waitFor();
      await inDialog(en.tokens.confirm.lost.action);
      await gone();
    });
    expect((await api('getToken', { params })).lost).toBe(true);
    await call('I need access now (next step)', async () => {
      await click(acts.accessNow, page.getByRole('status'));
      await inDialog(en.access.give);
      await dialog.getByText(en.access.codesTitle).waitFor();
      await inDialog(/./);
    });
    await open();
    await call('I found it again', async () => {
      await click(acts.found);
      await page.getByRole('button', { name: acts.lost, exact: true }).waitFor();
    });
    await call('I have a new phone', async () => {
      await click(acts.newPhone);
      await page.waitForURL(/distribute\?profile=With_PIN/);
      await click(en.distribute.save);
      await page.getByText(en.result.once).first().waitFor();
    });
    await api('disableToken', { params });
    await open();
    await call('It says disabled', async () => {
      await click(acts.enable);
      await page.getByRole('button', { name: acts.enable, exact: true }).waitFor({ state: 'detached' });
    });
    await call('Please give me another token', async () => {
      await click(acts.replace);
      await inDialog(en.tokens.replace);
      await page.waitForURL(/distribute/);
      await click(en.distribute.save);
      await page.getByText(en.result.once).first().waitFor();
    });
    await page.goto(`${originOf(deployment)}/console/users/newcomer`);
    await call('I am new and have no token', async () => {
      await click(en.dashboard.assignNext);
      await page.getByRole('heading', { level: 2, name: /Token \d{12}/ }).waitFor();
      clicks += 1;
      await page.getByRole('link', { name: en.tokens.distribute }).click();
      await page.waitForURL(/distribute/);
    });
    await open();
    await call('She leaves at the end of the month', async () => {
      await click(acts.leaves);
      await dialog.getByLabel(en.leaving.lastDay).fill('2036-12-31');
      expect(await faults(page)).toEqual([]);
      await inDialog(en.leaving.action);
      await gone();
      await page.getByText(/Last day: Dec/).waitFor();
    });
    expect((await api('getUser', { params: { userId: 'caller1' } })).leaving).toMatchObject({ left: false });
    await call('She stays after all', async () => {
      await click(en.leaving.undo);
      await page.getByText(/Last day: Dec/).waitFor({ state: 'detached' });
    });
    expect(await faults(page)).toEqual([]);
    console.table(Object.fromEntries(table.map(([name, ...of]) => [name, of])));
    expect(table).toHaveLength(14);
    await context.close();
  });

  test('a window about one of two tokens stays about it while the user uses the other; a PIN is offered for one that can have it', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'twotokens', firstName: 'Two' } });
    await api('mintTokens', { body: { count: 2 } });
    const give = async (profile: string) => {
      const { serial } = await api('assignNextToken', { params: { userId: 'twotokens' } });
      const result = await api('distributeToken', { params: { serial }, body: { profile } });
      return { serial, token: await provisioned(deployment, result) };
    };
    await api('addProfile', { body: { name: 'A_PIN', deviceType: 'sower', delivery: 'url' } });
    const other = await give('Sower_CT_KIP');
    const meant = await give('A_PIN');
    await go('users/twotokens');
    const which = page.getByLabel(en.call.which);
    await expect.poll(() => which.inputValue()).toBe(meant.serial);
    await button(en.call.acts.pin).waitFor();
    const dialog = page.getByRole('dialog');
    const next = page.getByRole('status').getByRole('button', { name: en.call.acts.test });
    await button(en.call.acts.pin).click();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await next.count(), 'what follows an act that was cancelled').toBe(0);
    await button(en.call.acts.pin).click();
    await dialog.locator('input').first().fill('482916');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await next.click();
    const body = { passcode: tokencode(other.token) };
    expect(await api('testToken', { params: { serial: other.serial }, body })).toMatchObject({
      result: 'accepted',
    });
    await dialog.locator('input').first().fill('000000');
    const asked = page.waitForResponse((answer) => answer.url().endsWith(`/tokens/${other.serial}`));
    await dialog.getByRole('button', { name: en.access.test, exact: true }).click();
    await asked;
    await page.waitForLoadState('networkidle');
    const title = en.access.testTitle.replace('{{serial}}', meant.serial);
    await dialog.getByRole('heading', { name: title }).waitFor();
    await page.keyboard.press('Escape');
    expect(await which.inputValue()).toBe(meant.serial);
    await which.selectOption(other.serial);
    await button(en.call.acts.pin).waitFor({ state: 'detached' });
    expect(await next.count(), 'what follows an act with another token').toBe(0);
    const menu = page.getByRole('button', { name: `Actions for token ${other.serial}` });
    await menu.click();
    const setPin = page.getByRole('menuitem', { name: en.tokens.setPin });
    await expect.poll(() => setPin.textContent()).toContain(en.tokens.why.typeHasNoPin);
    await page.keyboard.press('Escape');
  });

  test('where another administrator was faster, what is shown is asked for again', async () => {
    const { api } = deployment;
    await api('mintTokens', { body: { count: 2 } });
    const give = async () => (await api('assignNextToken', { params: { userId: 'other' } })).serial;
    const [first, second] = [await give(), await give()];
    await api('disableToken', { params: { serial: first } });
    await go('users/other');
    const heading = (serial: string) =>
      page.getByRole('heading', { level: 2, name: new RegExp(`^Token ${serial}`) });
    const choose = async (serial: string, name: string): Promise<void> => {
      await page.getByRole('button', { name: `Actions for token ${serial}` }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await heading(first).waitFor();
    // At once.
    await api('unassignToken', { params: { serial: first } });
    await choose(first, en.tokens.enable);
    await heading(first).waitFor({ state: 'detached' });
    // In a window: what it says is read first.
    await api('unassignToken', { params: { serial: second } });
    await choose(second, en.tokens.unassign);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: en.tokens.confirm.unassign.action, exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await page.waitForLoadState('networkidle');
    await dialog.getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await heading(second).waitFor({ state: 'detached' });
  });

  test('a log-on without a passkey offers one: declined, not again; accepted, it leads to the passkey itself', async () => {
    const given = { userName: 'newdesk', password: 'correct horse battery' };
    const person = { ...given, locale: 'en' };
    await newAdministrator(deployment, { ...given, grants: [{ role: 'help-desk', securityDomain: 'top' }] });
    const offered = en.passkeyOffer.title;
    const declines = await openConsole(browser, deployment, person);
    await declines.page.getByText(offered).waitFor();
    expect(await faults(declines.page)).toEqual([]);
    await declines.page.getByRole('button', { name: en.passkeyOffer.no, exact: true }).click();
    await declines.page.getByText(offered).waitFor({ state: 'detached' });
    await declines.page.reload();
    await declines.page.getByRole('heading', { level: 1 }).first().waitFor();
    await declines.page.waitForLoadState('networkidle');
    expect(await declines.page.getByText(offered).count()).toBe(0);
    await declines.context.close();
    // In another browser, which can have a passkey of its own.
    const { page: other, context: its } = await openConsole(browser, deployment, person);
    const devTools = await its.newCDPSession(other);
    await devTools.send('WebAuthn.enable');
    await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
        ...{ isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    await other.getByText(offered).waitFor();
    await other.getByRole('button', { name: en.ownLogOn.add, exact: true }).click();
    const dialog = other.getByRole('dialog');
    await dialog.locator('input').first().fill('This laptop');
    await dialog.getByRole('button', { name: en.ownLogOn.add, exact: true }).click();
    await other.getByText('This laptop', { exact: true }).waitFor();
    await other.goto(`${originOf(deployment)}/console/`);
    await other.getByRole('heading', { level: 1 }).first().waitFor();
    await other.waitForLoadState('networkidle');
    expect(await other.getByText(offered).count()).toBe(0);
    await its.close();
  });

  test('people are named first: among users, requests, rows of the audit log and of jobs', async () => {
    await go('users?search=jdoe');
    const cells = page.locator('tr', { hasText: 'jdoe' }).locator('td a');
    expect((await cells.allTextContents()).slice(0, 2)).toEqual(['Doe', 'jdoe']);
    await go('requests');
    await page.locator('#main').getByRole('link', { name: 'Doe (jdoe)', exact: true }).first().waitFor();
    await page
      .getByRole('link', { name: /^View request of Doe \(jdoe\)/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /Doe \(jdoe\)/ }).waitFor();
    await deployment.api('setUserPassword', {
      params: { userId: 'jdoe' },
      body: { password: 'correct horse battery' },
    });
    await go('audit?object=user%3Ajdoe');
    await page.locator('#main tbody').getByText('Doe user:jdoe').first().waitFor();
    const job = await deployment.api('doToUsers', {
      body: { action: 'move', securityDomain: 'top', choose: { userIds: ['jdoe'] } },
    });
    await go(`jobs/${job.id}`);
    await page.locator('#main tbody').getByText('Doe jdoe').first().waitFor();
  });

  test('a long name and a wide mark of the organization leave the buttons of the masthead on the screen', async () => {
    const { api } = deployment;
    const mark = PNG.sync.write(new PNG({ width: 400, height: 40 })).toString('base64');
    const look = async (name: string, logo: string): Promise<void> => {
      const { version } = await api('getSettings', {});
      const body = { 'organization.name': name, 'organization.logo': logo };
      await api('editSettings', { body, ifMatch: version });
    };
    await look('The Organization of Many and Long Words in Its Name', `data:image/png;base64,${mark}`);
    try {
      await go('users');
      await page.locator('.sower-brand-mark[src="/look/mark"]').waitFor();
      for (const width of [320, 360, 390, 577, 700, 992, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        await expect.poll(beyond, { message: `${width}` }).toBeLessThanOrEqual(0);
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 900 });
      await look('', '');
    }
  });

  test('what callers are to be asked for stands on the User Dashboard, if it is set', async () => {
    const { api } = deployment;
    const shown = page.getByText(en.call.askFor);
    await go('users/jdoe');
    await page.getByRole('heading', { name: en.call.title }).waitFor();
    expect(await shown.count()).toBe(0);
    const { version } = await api('getSettings', {});
    const checks = 'Employee number; <b>Date</b> of the last logon';
    await api('editSettings', { body: { 'organization.callerChecks': checks }, ifMatch: version });
    await go('users/jdoe');
    await shown.waitFor();
    expect(
      await page.getByRole('list', { name: en.call.askFor }).getByRole('listitem').allTextContents(),
    ).toEqual(['Employee number', '<b>Date</b> of the last logon']);
    expect(await faults(page)).toEqual([]);
    const edited = await api('getSettings', {});
    await api('editSettings', { body: { 'organization.callerChecks': '' }, ifMatch: edited.version });
  });

  test('a screen of 1440 by 900 has room for twelve rows of each list; a row of the audit log is one line, with its details on demand', async () => {
    for (let number = 0; number < 14; number += 1)
      await deployment.api('addUser', {
        body: { userId: `row${number}`, firstName: 'Rosa', lastName: `Reihe ${number}` },
      });
    await page.setViewportSize({ width: 1440, height: 900 });
    const room: Record<string, number> = {};
    for (const path of LISTS) {
      await follow(page, path, en.shell.noPage);
      const labels = await page
        .locator('.sower-search > .pf-v6-c-form__group > .pf-v6-c-form__group-label')
        .evaluateAll((each) => each.map(({ clientHeight }) => clientHeight));
      expect(new Set(labels).size, `fields of the search in one line: ${path}`).toBeLessThan(2);
      if ((await page.locator('#main tbody tr').count()) === 0) continue;
      room[path] = await page.evaluate(() => {
        const main = document.querySelector('#main') as HTMLElement;
        const rows = [...main.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect());
        // Who has two roles has two lines.
        const usual = Math.min(...rows.map(({ height }) => height));
        // Main ends where its content does; when it is full, this far above the end of the window.
        return Math.floor((innerHeight - 24 - (rows[0]?.top ?? Number.NaN)) / usual);
      });
    }
    console.log(JSON.stringify(room));
    expect(Object.keys(room).length).toBeGreaterThan(11);
    expect(Object.entries(room).filter(([, rows]) => !(rows >= 12))).toEqual([]);
    await go('audit');
    const heights = await page
      .locator('#main tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.clientHeight));
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(8);
    const details = page.getByRole('button', { name: /^Details of User added/ }).first();
    await details.click();
    await page
      .locator('tr.sower-details')
      .getByRole('link', { name: /^Request/ })
      .waitFor();
    expect(await details.getAttribute('aria-expanded')).toBe('true');
    expect(await faults(page)).toEqual([]);
    // What a row is about is a link by its name.
    await page.locator('#main tbody').getByRole('link', { name: 'user:row13', exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Rosa Reihe 13 (row13)' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('a policy says what is inherited, and neither it nor the settings are left unsaved by mistake', async () => {
    const { api } = deployment;
    const params = { domain: 'top' };
    const { policy, version } = await api('getPolicy', { params: { kind: 'token', ...params } });
    await api('editTokenPolicy', {
      params,
      ifMatch: version,
      body: { ...policy, pinMinLength: 6 } as never,
    });
    const north = (await api('listSecurityDomains', {})).items.find(({ name }) => name === 'North');
    await go(`policies/token?domain=${north?.id}`);
    await page.getByText(en.policies.fromAbove.replace('{{name}}', 'Top domain')).waitFor();
    const least = page.getByLabel(en['policy-field'].pinMinLength.label);
    expect(await least.inputValue()).toBe('6');
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    const away = (): Promise<void> => byMenu(page, 'Setup', 'Certificates');
    await least.fill('7');
    await away();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await button(en.policies.discard).click();
    await away();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
    await go('settings/tokens');
    const most = page.getByLabel('Maximum tokens per user');
    await most.fill('4');
    await away();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await button('Save').click();
    await page.getByText(en.settings.saved).first().waitFor();
    await away();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
  });

  test('a list on paper is whole; what cannot be changed looks so in the dark', async () => {
    await go('tokens?tab=unassigned&limit=50');
    await page.locator('tbody a.sower-serial').first().waitFor();
    const path = join(folder, 'tokens.pdf');
    writeFileSync(path, await page.pdf({ format: 'A4' }));
    const words = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
    const rows = await page.locator('tbody a.sower-serial').allTextContents();
    expect(rows.length).toBeGreaterThan(15);
    await page.getByText(`1–${rows.length} of ${rows.length}`, { exact: true }).waitFor();
    for (const serial of rows) expect(words).toContain(serial);
    await go('users/jdoe/edit');
    await show(page, 'dark 1280');
    const light = await page.getByLabel('User ID').evaluate((input) => {
      const shown = input.closest('.pf-v6-c-form-control') ?? input;
      const octets =
        getComputedStyle(shown)
          .backgroundColor.match(/\d+(\.\d+)?/g)
          ?.map(Number) ?? [];
      return Math.max(...octets.slice(0, 3));
    });
    expect(light).toBeLessThan(128);
    await show(page, 'light 1280');
  });

  test('a file is chosen by a field of ours, by the keyboard too, and dropped on it', async () => {
    await go('users/import');
    const field = page.locator('input[type=file]');
    await field.setInputFiles({
      name: 'staff.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('userId\nanna\n'),
    });
    await page.locator('.sower-file').getByText('staff.csv').waitFor();
    const shown = await page.locator('.sower-file').evaluate((box) => {
      const [within, input] = [
        box.getBoundingClientRect(),
        box.querySelector('input')?.getBoundingClientRect(),
      ];
      return {
        whole: input?.width === box.clientWidth && input?.height === box.clientHeight,
        wide: within.width,
      };
    });
    expect(shown.whole).toBe(true);
    expect(await faults(page)).toEqual([]);
  });

  test('the audit log: what it is about is counted, and narrowed down by a click that another takes back', async () => {
    await go('audit');
    const rows = page.locator('main tbody tr:not(.sower-details)');
    const facet = page.locator('.sower-facet', { hasText: en['audit-action']['user.add'] });
    await facet.waitFor({ state: 'attached' });
    // The first row is seen without scrolling.
    await page.setViewportSize({ width: 1440, height: 900 });
    const { y = 0, height = 0 } = (await rows.first().boundingBox()) ?? {};
    expect(y + height).toBeLessThan(900);
    expect(await faults(page)).toEqual([]);
    await page.getByText(en.audit.facets.title, { exact: true }).click();
    const said = (await facet.textContent()) ?? '';
    await facet.click();
    await page.waitForURL(/action=user.add/);
    await expect.poll(() => rows.count()).toBe(Number(/\d+$/.exec(said)?.[0]));
    await expect.poll(() => facet.getAttribute('aria-pressed')).toBe('true');
    await facet.click();
    await expect.poll(() => page.url()).not.toContain('action=');
    // All that one request did; an error of the server leads there too.
    for (const details of await rows.getByRole('button').all()) await details.click();
    const link = page.locator('main tbody a[href*="request="]').first();
    const request =
      new URL((await link.getAttribute('href')) ?? '', page.url()).searchParams.get('request') ?? 'none';
    await link.click();
    await page.waitForURL(`**/audit?request=${request}`);
    const { items } = await deployment.api('listAudit', { query: { request, limit: 50 } });
    await expect.poll(() => rows.count()).toBe(items.length);
    expect(await page.getByLabel(en.audit.request).inputValue()).toBe(request);
    await page.route('**/api/v1/token-profiles*', (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        json: problemDocument('internal', { title: 'x', params: { request } }),
      }),
    );
    await go('profiles');
    await page.getByRole('link', { name: en.audit.failedRequest }).click();
    await page.waitForURL(`**/audit?request=${request}`);
    await page.unroute('**/api/v1/token-profiles*');
    // A device type is called by its name.
    await go('profiles');
    await page.locator('#main tbody').getByText('Sower authenticator', { exact: true }).first().waitFor();
    await go(`audit?request=${request}`);
    await show(page, 'dark 360');
    expect(await faults(page)).toEqual([]);
    await show(page, 'light 1280');
  });

  test('a choice can be clicked on its text, and on what is said below it', async () => {
    await go('profiles/new');
    const device = page.getByLabel(en.profiles.deviceType).first();
    await device.locator('option').nth(1).waitFor({ state: 'attached' });
    await device.selectOption({ index: 1 });
    await page.getByRole('radio').first().waitFor();
    let clicked = 0;
    for (const choice of await page.locator('.pf-v6-c-radio, .pf-v6-c-check').all()) {
      const input = choice.locator('input');
      if (await input.isDisabled()) continue;
      for (const text of await choice.locator('[class$=__label], [class$=__description]').all()) {
        const before = await input.isChecked();
        const box = await text.boundingBox();
        expect(box).not.toBeNull();
        // Near the end of the words, as by a mouse: what is there gets it.
        await text.click({
          position: { x: Math.min(60, (box?.width ?? 0) / 2), y: (box?.height ?? 0) / 2 },
          force: true,
        });
        const isRadio = (await input.getAttribute('type')) === 'radio';
        expect(await input.isChecked(), (await text.textContent()) ?? '').toBe(isRadio ? true : !before);
        // Another one is chosen before the next text.
        if (isRadio)
          await input.evaluate((radio: HTMLInputElement) => {
            const others = [...document.querySelectorAll<HTMLInputElement>(`input[name="${radio.name}"]`)];
            others.find((other) => other !== radio && !other.disabled)?.click();
          });
        clicked += 1;
      }
    }
    expect(clicked).toBeGreaterThan(4);
  });

  test('the audit log is searched by a part of who, what and where from, and by days of the calendar', async () => {
    await deployment.api('addUser', { body: { userId: 'part-of-a-name' } });
    await go('audit');
    await button(en.tokens.search.more).click();
    await page.getByRole('textbox', { name: en.audit.object }).fill('PART-of-a');
    await page.getByRole('textbox', { name: en.audit.source, exact: true }).fill('127.0');
    await button(en.ui.search).click();
    await page.waitForURL(/object=\*PART-of-a\*&source=\*127\.0\*/);
    const rows = page.locator('#main tbody');
    await rows.getByText('user:part-of-a-name').first().waitFor();
    await expect.poll(() => rows.getByText('user:jdoe').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: en.audit.object }).inputValue()).toBe('PART-of-a');
    // Days of the browser: today is in between, and tomorrow has not been.
    const day = (later: number) => new Date(Date.now() + later * 86_400_000).toLocaleDateString('sv');
    await page.getByLabel(en.audit.firstDay).fill(day(-1));
    await page.getByLabel(en.audit.lastDay).fill(day(1));
    await button(en.ui.search).click();
    await page.waitForURL(/from=.*&to=/);
    await rows.getByText('user:part-of-a-name').first().waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByLabel(en.audit.firstDay).fill(day(2));
    await page.getByLabel(en.audit.lastDay).fill(day(3));
    await button(en.ui.search).click();
    await page.getByRole('heading', { name: en.audit.none }).waitFor();
    // A period takes the place of the days.
    await page.getByLabel(en.audit.period).selectOption('hour');
    await rows.getByText('user:part-of-a-name').first().waitFor();
    expect(new URL(page.url()).searchParams.has('from')).toBe(false);
  });

  test('the audit log is searched by a part of an action in words, and of a name; so is the monitor, by user, client and address', async () => {
    await deployment.api('addUser', { body: { userId: 'u-4711', firstName: 'Zoë', lastName: 'Österling' } });
    await go('audit');
    await button(en.tokens.search.more).click();
    await page.getByRole('textbox', { name: en.audit.object }).fill('osterling');
    await page.getByRole('textbox', { name: en.audit.action }).fill('user adde');
    await button(en.ui.search).click();
    await page.waitForURL(/action=user\+adde/);
    const rows = page.locator('#main tbody');
    await rows.getByText('Zoë Österling').first().waitFor();
    await expect.poll(() => rows.getByRole('row').count()).toBe(1);
    // What a click beside the table or a link seeks is shown in words, and stays what it is.
    await go('audit?action=user.add');
    expect(await page.getByRole('textbox', { name: en.audit.action }).inputValue()).toBe(
      en['audit-action']['user.add'],
    );
    await button(en.ui.search).click();
    await page.waitForURL(/action=user\.add(&|$)/);

    const attempt = (userId: string) =>
      deployment.api('authenticate', { body: { userId, passcode: '12345678' } });
    await attempt('u-4711');
    await attempt('jdoe');
    await go('monitor');
    await rows.getByText('jdoe').first().waitFor();
    await page.getByRole('textbox', { name: en.monitor.user }).fill('sterlin');
    await rows.getByText('Zoë Österling').first().waitFor();
    await expect.poll(() => rows.getByText('jdoe').count()).toBe(0);
    await page.getByRole('textbox', { name: en.audit.source, exact: true }).fill('192.0.2.');
    await page.getByRole('heading', { name: en.monitor.none }).waitFor();
    await page.getByRole('textbox', { name: en.audit.source, exact: true }).fill('127.0');
    await page.getByRole('textbox', { name: en.audit.actor }).fill('API-KEY:command');
    await rows.getByText('Zoë Österling').first().waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test('where the audit trail is forwarded to is what an alert about it leads to, with the rows that were refused', async () => {
    const sentAt = '2031-05-01T10:00:00.000Z';
    const target = 'https://siem.example.com/services/collector/event';
    const place = { target, lag: 12_345, link: 7, sentAt, failures: 0, setAside: 1_234, setAsideLink: 5 };
    await page.route('**/api/v1/audit/forwarding', (route) => route.fulfill({ json: { items: [place] } }));
    await go('audit?proof=open');
    const row = page.getByRole('row', { name: /siem\.example\.com/ });
    await row.getByText('12,345').waitFor();
    expect(await inspect(page, 'forwarding', ['light 360', 'dark 1280'])).toEqual([]);
    await show(page, 'light 1280');
    await row.getByRole('link', { name: '1,234' }).click();
    await page.waitForURL(/action=audit\.set-aside$/);
    await page.unrouteAll();
  });

  test('an actor is called by kind and name, in the language of the page; a search keeps what the trail calls it', async () => {
    await go('audit');
    await page.getByRole('gridcell', { name: 'API key command line', exact: true }).first().waitFor();
    await page.getByText(en.audit.facets.title, { exact: true }).click();
    await page.locator('.sower-facet', { hasText: 'API key command line' }).click();
    await page.waitForURL('**/audit?actor=api-key%3Acommand+line');
    await page.evaluate(() => localStorage.setItem('sower.language', 'de'));
    await page.reload();
    await page.getByRole('gridcell', { name: 'API-Schlüssel command line', exact: true }).first().waitFor();
    expect(await page.locator('main tbody').textContent()).not.toContain('api-key:command line');
    await page.evaluate(() => localStorage.removeItem('sower.language'));
  });

  test('all requests that a search finds are approved in one act, whatever page they are on', async () => {
    const MANY = 60;
    const { api } = deployment;
    await api('addOffer', {
      body: { name: 'Many', profile: 'Sower_QR', steps: [{ name: 'Manager' }] },
    });
    const people = Array.from({ length: MANY }, (_, index) => `many${index}`);
    for (const userId of people) {
      await api('addUser', { body: { userId } });
      await api('requestToken', { body: { userId, offer: 'Many' } });
    }
    const calls: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().includes('decisions'))
        calls.push((request.postDataJSON() as { items: unknown[] }).items.length);
    });
    await go('requests');
    await page.getByRole('textbox', { name: en.requests.offer, exact: true }).fill('Many');
    await page.getByRole('button', { name: en.ui.search, exact: true }).click();
    // Those of one page, and then whatever page they are on.
    await page.getByRole('checkbox', { name: `Select the request of many${MANY - 1}: Many` }).check();
    await page.getByRole('button', { name: 'Approve 1', exact: true }).waitFor();
    await page.getByRole('button', { name: en.requests.chooseWhole }).click();
    await page.getByRole('button', { name: en.requests.approveFound }).click();
    const dialog = page.getByRole('dialog', { name: `Approve ${MANY} requests?` });
    await dialog.getByRole('button', { name: en.requests.approveAllAction_other, exact: true }).click();
    await dialog.getByText(`${MANY} succeeded, 0 failed`).waitFor({ timeout: 120_000 });
    expect(calls).toEqual([MANY]);
    await dialog.getByRole('button', { name: en.ui.close }).last().click();
    const { items } = await api('listRequests', { query: { show: 'waiting', offer: 'Many', limit: 10 } });
    expect(items).toEqual([]);
  });

  // The last one, since it ends the session.
  test('whoever logs off in one tab leaves nothing on the other', async () => {
    await go('users/jdoe');
    const other = await context.newPage();
    await other.goto(`${originOf(deployment)}/console/`);
    await other.getByRole('banner').getByRole('button', { name: /admin/ }).click();
    await other.getByRole('menuitem', { name: en.session.logOff }).click();
    await other.locator('#log-on-user-name').waitFor();
    await page.locator('#log-on-user-name').waitFor();
    expect(await page.content()).not.toContain('jdoe');
  });
});
