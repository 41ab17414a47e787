/** What the help desk meets a thousand times a day in the Security Console, in a real Chromium: menus, notices, fields, paper, log-off. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemDocument } from '@sower/api/problems';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleEn as en } from '../../../packages/texts/test/tables.ts';
import { provisioned } from '../../harness/authenticator.ts';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { faults, inspect, show } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

const skip = !findChromium() && !process.env.CI;

describe.skipIf(skip)('Security Console: every day', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let folder: string;

  beforeAll(async () => {
    database = await SQLITE.installed();
    deployment = await deploy(database);
    await furnish(deployment);
    browser = await launchChromium(deployment);
    ({ page, context } = await openConsole(browser, deployment, { locale: 'en' }));
    folder = mkdtempSync(join(tmpdir(), 'sower-everyday-'));
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await deployment?.stop();
    await database?.drop();
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
    expect(await section(en.menu.roles).getAttribute('aria-expanded')).toBe('false');

    await go('roles');
    await expect.poll(() => section(en.menu.roles).getAttribute('aria-expanded')).toBe('true');
    await section(en.menu.roles).click();
    expect(await section(en.menu.roles).getAttribute('aria-expanded')).toBe('false');
    // A link from elsewhere opens it again.
    await page.locator('#main').getByRole('link', { name: en.menu.addNew }).click();
    const here = menu.locator('[aria-current=page]');
    await expect.poll(() => here.getAttribute('href')).toMatch(/roles\/new$/);
    expect(await here.isVisible()).toBe(true);
    expect(await faults(page)).toEqual([]);
    await section(en.menu.tokens).click();
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
    const away = page.getByRole('navigation').getByRole('link', { name: 'Certificates' });
    await least.fill('7');
    await away.click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await button(en.policies.discard).click();
    await away.click();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
    await go('settings/tokens');
    const most = page.getByLabel('Maximum tokens per user');
    await most.fill('4');
    await away.click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await button('Save').click();
    await page.getByText(en.settings.saved).first().waitFor();
    await away.click();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
  });

  test('a list on paper is whole; what cannot be changed looks so in the dark', async () => {
    await go('tokens?tab=unassigned&limit=50');
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
    const rows = page.locator('main tbody tr');
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
    const { items } = await deployment.api('listAudit', { query: { limit: 50 } });
    const request = items.find((entry) => entry.request !== undefined)?.request ?? 'none';
    const ofOne = items.filter((entry) => entry.request === request).length;
    await page.locator(`main tbody a[title*="${request}"]`).first().click();
    await page.waitForURL(`**/audit?request=${request}`);
    await expect.poll(() => rows.count()).toBe(ofOne);
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
    await show(page, 'dark 360');
    expect(await faults(page)).toEqual([]);
    await show(page, 'light 1280');
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
    await dialog.getByRole('button', { name: en.requests.approveAllAction, exact: true }).click();
    await dialog.getByText(`${MANY} succeeded, 0 failed`).waitFor({ timeout: 120_000 });
    expect(calls).toEqual([MANY]);
    await dialog.getByRole('button', { name: en.ui.close }).last().click();
    const { items } = await api('listRequests', { query: { show: 'waiting', offer: 'Many', limit: 10 } });
    expect(items).toEqual([]);
  }, 240_000);

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
