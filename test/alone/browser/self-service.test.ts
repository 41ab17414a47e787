/** The Self-Service Console in a real Chromium: a user activates a token by QR code, and what else they see there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SettingsPatch } from '@sower/api/settings';
import { parseLink } from '@sower/ctkip/links';
import { PSEUDO } from '@sower/texts/language';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomesDe, outcomesEn, selfServiceDe, selfServiceEn } from '../../../packages/texts/test/tables.ts';
import { adminPassword } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { chooseLanguage } from '../../harness/browser/console-browser.ts';
import { englishTexts, foreignTexts, isNeutral, shownTexts } from '../../harness/browser/foreign-texts.ts';
import { faults, inspect, type Look, looksOf } from '../../harness/browser/looks.ts';
import {
  furnishSelfService,
  GIVEN_PASSWORD,
  linkOnScreen,
  newPerson,
  newToken,
  OWN_PASSWORD,
  textsOf,
  walk,
} from '../../harness/browser/self-service-pages.ts';
import { titlesInCode, titlesShown } from '../../harness/browser/titles-in-code.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';
import { deploy } from '../../harness/deployment.ts';
import { expireCode } from '../../harness/self-service-client.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;
if (skip)
  console.warn(
    'No Chromium here: the Self-Service Console is not tested. Install one (apt-get install chromium).',
  );

const t = textsOf('en');

/** What users and administrators have named or written. */
const isNamed = (text: string): boolean =>
  /^(walker\d+|phone|second|Sower Self-Service|A second phone for the night shift|Sower authenticator|Token for (your tablet|a second phone)|Shows a code every minute; you need no network for it[.]|The budget of next month|One is enough|Manager|Budget|Security|Help desk)$/.test(
    text,
  );

describe.skipIf(skip)('Self-Service Console', () => {
  const { database, deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let folder: string;
  let origin: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-self-service-'));
    origin = `https://localhost:${deployment.servers[0]?.port}`;
    await furnishSelfService(deployment);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const sower = (args: string[], input?: string) =>
    spawnSync(process.execPath, [LAUNCHER, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      env: {
        ...process.env,
        HOME: folder,
        SOWER_DATA: deployment.dataFolder,
        SOWER_AUTHENTICATOR: join(folder, 'authenticator.json'),
      },
    });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      locale: 'en',
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    const violations: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted ?(HTML|Script|Type)/.test(message.text()))
        violations.push(message.text());
    });
    page.on('close', () => expect(violations).toEqual([]));
    return page;
  }

  async function logOn(page: Page, userId: string, password = OWN_PASSWORD): Promise<void> {
    await page.goto(`${origin}/self-service/`);
    await page.getByLabel(t.logOn.userId).fill(userId);
    await page.getByRole('button', { name: t.next }).click();
    await page.locator('#log-on-secret').fill(password);
    await page.getByRole('button', { name: t.logOn.submit, exact: true }).click();
    await page.getByRole('heading', { name: t.tokens.title }).waitFor();
  }

  /** A user with a password of their own, logged on, with a token to activate. */
  async function person(options: BrowserContextOptions = {}) {
    const { userId, serial } = await newPerson(deployment);
    await deployment.api('setUserPassword', {
      params: { userId },
      body: { password: OWN_PASSWORD, mustChange: false },
    });
    const page = await open(options);
    await logOn(page, userId);
    return { userId, serial, page };
  }

  /** Whether it comes, as what was clicked just now should bring it. */
  const appears = (what: Locator): Promise<boolean> =>
    what.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  async function toCode(page: Page, show = t.activate.scan.show): Promise<void> {
    await page.getByRole('link', { name: t.tokens.activate }).click();
    await button(page, t.activate.app.have).click();
    await button(page, show).click();
    await page.getByRole('img', { name: t.activate.scan.image }).waitFor();
  }

  test('an administrator distributes by QR code; the user scans it, types the code, sets a PIN; the administrator sees it', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'jdoe', firstName: 'Jane', lastName: 'Doe' } });
    await api('setUserPassword', {
      params: { userId: 'jdoe' },
      body: { password: OWN_PASSWORD, mustChange: false },
    });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'jdoe' } });

    const admin = await open();
    await admin.goto(`${origin}/console/tokens/${serial}/distribute`);
    await admin.getByLabel('User name').fill('admin');
    const password = await adminPassword(deployment);
    await admin.locator('input[type=password]').fill(password);
    await admin.getByRole('button', { name: 'Log on' }).click();
    const profile = admin.getByLabel('Select Token Profile');
    const option = profile.locator('option', { hasText: 'Self_QR' });
    await option.waitFor({ state: 'attached' });
    await profile.selectOption({ label: (await option.textContent()) as string });
    await admin.getByLabel('Nickname').fill('phone');
    await admin.getByRole('button', { name: 'Save and Distribute' }).click();
    await admin.getByText('Issued: waiting for the user').waitFor();

    const user = await open();
    await logOn(user, 'jdoe');
    const replies: string[] = [];
    user.on('response', async (response) => {
      if (response.url().endsWith('/activation') && response.request().method() === 'POST')
        replies.push(response.headers()['cache-control'] ?? '');
    });
    await toCode(user);
    await expect.poll(() => replies).toEqual(['no-store']);
    await expect.poll(() => user.getByText(/^Valid for (1:00:00|\d\d:\d\d)$/).count()).toBe(1);
    const screen = join(folder, 'screen.png');
    await user.screenshot({ path: screen, fullPage: true });
    const imported = sower([
      'authenticator',
      'import',
      '--qr',
      screen,
      '--ca',
      join(deployment.dataFolder, 'tls', 'ca.pem'),
      '--json',
    ]);
    expect(imported.status, imported.stderr).toBe(0);
    const token = JSON.parse(imported.stdout) as { serial: string; comparisonNumber: string };
    expect(token.serial).toBe(serial);
    await user.getByText(t.activate.confirm.agreed).waitFor();
    // Both show the same number.
    await user.getByText(token.comparisonNumber, { exact: true }).waitFor();
    await admin.getByText('Provisioned: the token is in the app').waitFor();
    const code = (): string =>
      (JSON.parse(sower(['authenticator', 'code', serial, '--json']).stdout) as { code: string }).code;
    await user.getByLabel(t.activate.confirm.label).fill(code());
    await button(user, t.activate.confirm.submit).click();
    await button(user, t.pin.submit).waitFor();
    await user.getByLabel(t.pin.label).first().fill('2580');
    await user.getByLabel(t.pin.again).fill('2580');
    await button(user, t.pin.submit).click();
    await user.getByText(t.activate.done.title).waitFor();
    await user.getByText(t.activate.done.fob).waitFor();
    await admin.getByText('Confirmed: the first tokencode was accepted').waitFor();
    expect((await api('getToken', { params: { serial } })).pinSet).toBe(true);
    await admin.context().close();
    await user.context().close();
  });

  test('a code is in no page before it is asked for, and in none after log-off or on the way back', async () => {
    const { page } = await person();
    const bodies: string[] = [];
    page.on('response', async (response) => {
      if (response.request().resourceType() === 'document')
        bodies.push(await response.text().catch(() => ''));
    });
    await page.reload();
    await page.getByRole('link', { name: t.tokens.activate }).click();
    await button(page, t.activate.app.have).click();
    await button(page, t.activate.scan.show).waitFor();
    const pattern = /activationCode=|<svg[^>]*sower-qr-image/;
    expect(await page.content()).not.toMatch(pattern);
    await button(page, t.activate.scan.show).click();
    const image = page.getByRole('img', { name: t.activate.scan.image });
    await image.waitFor();
    const { hash } = new URL(await linkOnScreen(page));
    expect(hash).toMatch(/activationCode=[2-9A-HJKMNP-TV-Z]{20}&nickname=phone$/);
    const activationCode = /activationCode=(\w+)/.exec(hash)?.[1] as string;
    // Drawn, not written.
    expect(await page.content()).not.toContain(activationCode);
    expect(bodies.join()).not.toMatch(pattern);

    // To another page and back.
    await page.goto('about:blank');
    await page.goBack();
    await button(page, t.activate.app.have).waitFor();
    expect(await image.count()).toBe(0);
    await button(page, t.activate.app.have).click();
    await button(page, t.activate.scan.show).click();
    await image.waitFor();
    await page.getByRole('button', { name: /^Your account/ }).click();
    await page.getByRole('menuitem', { name: t.logOff }).click();
    await page.getByLabel(t.logOn.userId).waitFor();
    await page.goBack();
    await page.getByLabel(t.logOn.userId).waitFor();
    expect(await page.content()).not.toMatch(pattern);
    await page.goForward();
    await page.getByLabel(t.logOn.userId).waitFor();
    expect(await image.count()).toBe(0);
    await page.context().close();
  });

  test('an expired QR code is mended by one button, an expired code of the administrator by asking', async () => {
    const { userId, serial, page } = await person();
    await toCode(page);
    await expireCode(database, serial);
    await page.getByText(t.activate.scan.expiredTitle).waitFor();
    await expect.poll(() => page.getByRole('img', { name: t.activate.scan.image }).count()).toBe(0);
    await button(page, t.activate.scan.again).click();
    await page.getByRole('img', { name: t.activate.scan.image }).waitFor();
    // Someone who comes back later reads it before they show another.
    await expireCode(database, serial);
    await page.goto(`${origin}/self-service/tokens/${serial}/activate`);
    await button(page, t.activate.app.have).click();
    await page.getByText(t.activate.scan.expiredTitle).waitFor();
    await button(page, t.activate.scan.show).waitFor();
    const byUrl = await newToken(deployment, userId, 'Self_URL');
    await page.goto(`${origin}/self-service/tokens/${byUrl}/activate`);
    await button(page, t.activate.app.have).click();
    await page.getByText(t.activate.url.waiting).waitFor();
    await expireCode(database, byUrl);
    await page.getByText(t.activate.url.expired).waitFor();
    await expect.poll(() => button(page, t.activate.scan.again).count()).toBe(0);
    await page.context().close();
  });

  test('the clock of the computer is two hours fast: the QR code is shown all the same, for as long as it is good', async () => {
    const { page } = await person();
    await page.clock.install({ time: Date.now() + 2 * 3_600_000 });
    await page.reload();
    await toCode(page);
    await page.getByText(/^Valid for (1:00:00|59:\d\d)$/).waitFor();
    expect(await linkOnScreen(page)).toContain('activationCode=');
    await page.clock.fastForward('01:00:01');
    await page.getByText(t.activate.scan.expiredTitle).waitFor();
    await page.context().close();
  });

  test('on a phone the link itself is offered; link and code as text only where they are allowed; both can be switched', async () => {
    const { page } = await person({
      viewport: { width: 390, height: 844 },
      userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
    });
    await page.getByRole('link', { name: t.tokens.activate }).click();
    await page.getByText(t.activate.app.sameDevice).waitFor();
    await page.goBack();
    await toCode(page, t.activate.scan.get);
    const sameDevice = page.getByRole('link', { name: t.activate.scan.sameDevice });
    expect(await sameDevice.getAttribute('href')).toBe(await linkOnScreen(page));
    const trouble = () => button(page, t.activate.scan.trouble).click();
    await trouble();
    expect(await page.getByText(t.activate.scan.typed).count()).toBe(0);
    expect(await faults(page)).toEqual([]);

    const turn = async (body: SettingsPatch) => {
      const { version } = await deployment.api('getSettings', {});
      await deployment.api('editSettings', { ifMatch: version, body });
    };
    await turn({ 'activation.showCode': true, 'activation.sameDevice': false });
    await expect
      .poll(
        async () => {
          await page.goto(`${origin}/self-service/`);
          await toCode(page, t.activate.scan.get);
          await trouble();
          return appears(page.getByText(t.activate.scan.typed));
        },
        { timeout: 90_000, interval: 1_000 },
      )
      .toBe(true);
    expect(await sameDevice.count()).toBe(0);
    const code = /activationCode=(\w+)/.exec(await linkOnScreen(page))?.[1] as string;
    await page.getByText(code.replace(/(.{4})(?=.)/g, '$1 ')).waitFor();
    expect(await faults(page)).toEqual([]);
    await turn({ 'activation.showCode': false, 'activation.sameDevice': true });
    await page.context().close();
  });

  test('a phone whose clock is an hour off: two codes find it; who comes back by password shows the token before the PIN', async () => {
    const { userId, page } = await person();
    await toCode(page);
    const parsed = parseLink(await linkOnScreen(page));
    if (!parsed.ok) throw new Error('no link');
    const token = await provisioned(deployment, {
      ctkipUrl: parsed.url,
      activationCode: parsed.activationCode,
    });
    const code = page.getByLabel(t.activate.confirm.label);
    for (const late of [60, 61]) {
      await code.fill(tokencode(token, late));
      await button(page, t.activate.confirm.submit).click();
      await expect.poll(() => code.inputValue()).toBe('');
      await expect.poll(() => code.getAttribute('aria-invalid')).toBe('true');
    }
    await button(page, t.resynchronise.title).click();
    // While the token waits after wrong codes, the sentence says for how long. On a busy machine two codes may be accepted after this has
    // stopped waiting for it: the fields are gone then.
    const proof = page.getByText(t.pin.proveBody);
    const soon = { timeout: 3_000 };
    await expect
      .poll(
        async () => {
          if (await proof.isVisible()) return true;
          const [first, second] = [tokencode(token, 62), tokencode(token, 63)];
          await page.getByRole('textbox', { name: t.resynchronise.first }).fill(first, soon);
          await page.getByRole('textbox', { name: t.resynchronise.second }).fill(second, soon);
          await button(page, t.resynchronise.submit).click(soon);
          return appears(proof);
        },
        { timeout: 90_000, interval: 2_000 },
      )
      .toBe(true);
    // Two bare codes show no PIN and make the session worth no more; a passcode does, and so it is on another day.
    await page.context().close();
    const later = await open();
    await logOn(later, userId);
    await later.goto(`${origin}/self-service/tokens/${token.serial}/activate`);
    await later.getByLabel(t.prove.label).fill(tokencode(token, 64));
    await button(later, t.prove.submit).click();
    await later.getByLabel(t.pin.label).first().fill('2580');
    await later.getByLabel(t.pin.again).fill('2580');
    await button(later, t.pin.submit).click();
    await later.getByText(t.activate.done.title).waitFor();
    await later.context().close();
  });

  test('what is switched off is in no menu', async () => {
    const { page } = await person();
    const names = ['rename', 'reportLost', 'requests'] as const;
    const turn = async (on: boolean) => {
      const { version } = await deployment.api('getSettings', {});
      const body = Object.fromEntries(names.map((name) => [`selfService.${name}`, on]));
      await deployment.api('editSettings', { ifMatch: version, body });
    };
    const menu = async (): Promise<string[]> => {
      await page.reload();
      await page.getByRole('button', { name: t.ui.actions, exact: true }).first().click();
      await page.getByRole('menuitem').first().waitFor();
      return page.getByRole('menuitem').allTextContents();
    };
    expect(await menu()).toEqual(expect.arrayContaining([t.tokens.rename, t.tokens.lost]));
    await button(page, t.requests.ask).waitFor();
    await turn(false);
    await expect
      .poll(menu, { timeout: 60_000, interval: 1_000 })
      .toEqual([t.tokens.view, t.requests.replacement, t.tokens.troubleshoot]);
    expect(await button(page, t.requests.ask).count()).toBe(0);
    await page.getByRole('menuitem', { name: t.tokens.troubleshoot }).click();
    await page.getByText(t.troubleshoot.lostCall).waitFor();
    await turn(true);
    await page.context().close();
  });

  test('a request that was decided in the meantime, and is withdrawn: what was decided is shown', async () => {
    const { userId, page } = await person();
    await button(page, t.requests.ask).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio').first().check();
    await dialog.getByLabel(t.requests.reason).fill('For the tablet');
    await button(page, t.requests.submit).click();
    await dialog.waitFor({ state: 'detached' });
    await button(page, t.requests.withdraw).waitFor();
    const { items } = await deployment.api('listRequests', { query: { userId } });
    const [{ id, version } = { id: '', version: 0 }] = items;
    const body = { comment: 'One is enough' };
    await deployment.api('rejectRequest', { params: { id }, body, ifMatch: version });
    await button(page, t.requests.withdraw).click();
    await page.getByRole('alert').waitFor();
    await page.getByText('One is enough').waitFor({ timeout: 15_000 });
    expect(await button(page, t.requests.withdraw).count()).toBe(0);
    await page.context().close();
  });

  test('a user who is disabled in the middle is told, and is logged off', async () => {
    const { userId, page } = await person();
    await toCode(page);
    const { version } = await deployment.api('getUser', { params: { userId } });
    await deployment.api('editUser', { params: { userId }, ifMatch: version, body: { enabled: false } });
    await page.getByText(t.logOn.ended).waitFor();
    await expect.poll(() => page.getByRole('img', { name: t.activate.scan.image }).count()).toBe(0);
    await page.context().close();
  });

  test('when another user logs on in another tab, nothing of the former one is left, also where nobody was logged on any more', async () => {
    const { serial, page } = await person();
    const next = async () => {
      const made = await newPerson(deployment);
      const body = { password: OWN_PASSWORD, mustChange: false };
      await deployment.api('setUserPassword', { params: { userId: made.userId }, body });
      return made;
    };
    const inAnotherTab = async (userId: string): Promise<void> => {
      await page.context().clearCookies();
      const other = await page.context().newPage();
      await logOn(other, userId);
      await other.close();
    };
    const isHere = (userId: string): Promise<void> =>
      page.getByRole('button', { name: t.person.replace('{{userId}}', userId), exact: true }).waitFor();
    const rename = async (): Promise<Locator> => {
      await page.getByRole('button', { name: t.ui.actions, exact: true }).first().click();
      await page.getByRole('menuitem', { name: t.tokens.rename, exact: true }).click();
      return page.getByRole('textbox', { name: t.rename.label });
    };
    await (await rename()).fill('Half typed');
    const second = await next();
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/v1/self-service/session', async (route) => {
      await answered;
      return route.fallback();
    });
    await inAnotherTab(second.userId);
    // At once, before the server has said who it is now.
    await expect.poll(async () => (await page.content()).includes(serial)).toBe(false);
    answer();
    await isHere(second.userId);
    await page.getByText(second.serial).first().waitFor();
    expect(await page.content()).not.toContain(serial);
    expect(await page.getByRole('dialog').count()).toBe(0);

    // The session has ended here, which a request has found out.
    await page.context().clearCookies();
    await (await rename()).fill('secondphone');
    await button(page, t.ui.save).click();
    await page.getByText(t.logOn.ended).waitFor();
    const third = await next();
    await inAnotherTab(third.userId);
    await isHere(third.userId);
    await page.getByText(third.serial).first().waitFor();
    expect(await page.content()).not.toContain(second.serial);
    await page.context().close();
  });

  test('a token that was tested proves its user: changing the PIN asks for no other passcode', async () => {
    const { userId, serial, page } = await person();
    await deployment.api('addProfile', {
      body: { name: 'Url_PIN', deviceType: 'sower', delivery: 'url', authenticationType: 'fob' },
    });
    const body = { profile: 'Url_PIN' };
    const distributed = await deployment.api('distributeToken', { params: { serial }, body });
    const token = await provisioned(deployment, distributed);
    await deployment.api('setPin', { params: { serial }, body: { pin: '739184' } });
    const passcode = `739184${tokencode(token)}`;
    expect(await deployment.api('authenticate', { body: { userId, passcode } })).toMatchObject({
      result: 'accepted',
    });
    await page.reload();
    const choose = async (name: RegExp): Promise<void> => {
      await page.getByRole('button', { name: t.ui.actions, exact: true }).first().click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose(new RegExp(`^${t.tokens.test}$`));
    await page.getByLabel(t.test.label).fill(`739184${tokencode(token, 1)}`);
    await button(page, t.test.submit).click();
    await page.locator('.pf-v6-c-alert.pf-m-success').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await choose(/PIN$/);
    await page.getByLabel(t.pin.again).waitFor();
    await page.context().close();
  });

  test.each([
    ['en', outcomesEn.password],
    ['de', outcomesDe.password],
  ] as const)(
    'a new password that is refused: the field says which rule it breaks (%s)',
    async (locale, said) => {
      const words = textsOf(locale);
      const { userId } = await newPerson(deployment);
      const page = await open({ locale });
      await page.goto(`${origin}/self-service/`);
      await page.getByLabel(words.logOn.userId).fill(userId);
      await page.getByRole('button', { name: words.next }).click();
      await page.locator('#log-on-secret').fill(GIVEN_PASSWORD);
      await page.getByRole('button', { name: words.logOn.submit, exact: true }).click();
      await page.getByRole('heading', { name: words.password.mustTitle }).waitFor();
      for (const [chosen, sentence] of [
        [GIVEN_PASSWORD, said.unchanged],
        [`the place of ${userId}`, said['contains-user-name']],
        ['password12345678', said['easily-guessed']],
      ] as const) {
        for (const field of await page.locator('input[type=password]').all()) await field.fill(chosen);
        await page.getByRole('button', { name: words.password.submit, exact: true }).click();
        await page.getByText(sentence).waitFor();
        expect(await page.getByRole('alert').count()).toBe(0);
      }
      await page.close();
    },
  );

  test('a PIN that is saved late closes no window but its own', async () => {
    const { page } = await person();
    const path = '**/api/v1/self-service';
    // As after a log-on by passcode, with a token that works.
    await page.route(`${path}/session`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), method: 'passcode' } });
    });
    await page.route(`${path}/tokens`, async (route) => {
      const response = await route.fetch();
      const { items } = (await response.json()) as { items: object[] };
      const works = { state: 'active', activation: 'none', authenticationType: 'fob', pinSet: true };
      await route.fulfill({ response, json: { items: items.map((token) => ({ ...token, ...works })) } });
    });
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const saved = page.waitForRequest((request) => request.method() === 'PUT');
    await page.route(`${path}/tokens/*/pin`, async (route) => {
      if (route.request().method() !== 'PUT') return route.fallback();
      await answered;
      return route.fulfill({ status: 204 });
    });
    await page.reload();
    const choose = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: t.ui.actions, exact: true }).first().click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await choose(t.tokens.changePin);
    await page.getByLabel(t.pin.label).first().fill('2580');
    await page.getByLabel(t.pin.again).fill('2580');
    await button(page, t.pin.submit).click();
    await saved;
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await choose(t.tokens.rename);
    await page.getByRole('textbox', { name: t.rename.label }).fill('Half typed');
    answer();
    await page.getByText(t.pin.done).first().waitFor();
    await page.waitForTimeout(300);
    expect(await page.locator('input[value="Half typed"]').count()).toBe(1);
    await page.context().close();
  });

  test('its files: kept by nobody but the hashed ones, and each console under its own host name', async () => {
    const page = await deployment.send(0, { path: '/self-service/tokens/anything' });
    expect(page.status).toBe(200);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const text = page.body.toString();
    expect(text).not.toContain('/console/');
    const asset = /src="(\/self-service\/assets\/[^"]+)"/.exec(text)?.[1] as string;
    expect((await deployment.send(0, { path: asset })).headers['cache-control']).toContain('immutable');
    expect((await deployment.send(0, { path: '/self-service/assets/gone.js' })).status).toBe(404);
    expect((await deployment.send(0, { path: '/self-service/index.html' })).body.toString()).toBe(text);

    const other = await SQLITE.installed();
    const named = await deploy(other, {
      arguments: ['--console-hosts', 'admin.test', '--self-service-hosts', 'my.test'],
    });
    const status = async (host: string, path: string): Promise<number> =>
      (await named.send(0, { path, headers: { host } })).status;
    expect(await status('admin.test', '/console/')).toBe(200);
    expect(await status('admin.test', '/self-service/')).toBe(404);
    expect(await status('my.test', '/console/')).toBe(404);
    expect(await status('my.test:8443', '/self-service/')).toBe(200);
    const root = await named.send(0, { path: '/', headers: { host: 'my.test' } });
    expect(root.body.toString()).toContain('href="/self-service/"');
    expect(root.body.toString()).not.toContain('/console/');
    const console = await named.send(0, { path: '/', headers: { host: 'admin.test' } });
    expect(console.headers.location).toBe('/console/');
    await named.stop();
    await other.drop();
  });

  test('the address without a path is for users, and shows administrators the way', async () => {
    const page = await open();
    await page.goto(`${origin}/`);
    await page.getByRole('link', { name: 'Activate or manage my tokens' }).click();
    await page.locator('#log-on-user-id').waitFor();
    expect(page.url()).toContain('/self-service');
    await page.getByRole('link', { name: 'Authenticator for this device' }).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Security Console, for administrators' }).click();
    await page.locator('#log-on-user-name').waitFor();
    await page.context().close();
  });

  test('the help desk gives a password and opens a window on the user dashboard', async () => {
    const { userId, serial } = await newPerson(deployment);
    const page = await open();
    await page.goto(`${origin}/console/users/${userId}`);
    await page.getByLabel('User name').fill('admin');
    const password = await adminPassword(deployment);
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Log on' }).click();
    await page.getByRole('button', { name: 'Set password' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password for self-service').fill(OWN_PASSWORD);
    await dialog.getByLabel('Must be changed at the first logon').uncheck();
    await dialog.getByRole('button', { name: 'Set password' }).click();
    await dialog.waitFor({ state: 'detached' });
    const user = await open();
    await logOn(user, userId);
    await toCode(user);
    const screen = join(folder, 'window.png');
    await user.screenshot({ path: screen, fullPage: true });
    const ca = join(deployment.dataFolder, 'tls', 'ca.pem');
    expect(sower(['authenticator', 'import', '--qr', screen, '--ca', ca]).status).toBe(0);
    await user.getByLabel(t.activate.confirm.label).waitFor();
    const { code } = JSON.parse(sower(['authenticator', 'code', serial, '--json']).stdout) as {
      code: string;
    };
    await user.getByLabel(t.activate.confirm.label).fill(code);
    await button(user, t.activate.confirm.submit).click();
    await button(user, t.pin.submit).waitFor();
    const next = await newToken(deployment, userId, 'Self_QR');
    const elsewhere = await open();
    await logOn(elsewhere, userId);
    await elsewhere.goto(`${origin}/self-service/tokens/${next}/activate`);
    await elsewhere.getByRole('heading', { name: t.prove.title }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Open activation window' }).click();
    await dialog.getByRole('button', { name: 'Open activation window' }).click();
    await page.getByText(/Open until/).waitFor();
    // The page of the user goes on by itself.
    await button(elsewhere, t.activate.app.have).waitFor();
    for (const each of [page, user, elsewhere]) await each.context().close();
  });

  /** @returns what is wrong with a screen, in one look or both */
  const faultsIn =
    (page: Page, looks: readonly [Look, Look]) =>
    async (name: string, turn: number): Promise<string[]> =>
      // An open menu lies beside the landmarks of the page.
      name === 'menu' ? [] : inspect(page, name, looksOf(looks, turn));

  // In the pseudo-locale a label is where it is in English, and longer.
  test('every text on every screen comes from the catalogue, and axe finds nothing', async () => {
    const page = await open({ locale: 'en' });
    const faultsOf = faultsIn(page, ['light 1280', 'dark 360']);
    await chooseLanguage(page.context(), PSEUDO);
    const found: string[] = [];
    const titles: string[] = [];
    let screens = 0;
    await walk({ page, deployment, origin, locale: PSEUDO }, async (name) => {
      found.push(
        ...(await faultsOf(name, screens)),
        ...(await foreignTexts(page, (text) => isNeutral(text) || isNamed(text))).map(
          (text) => `${name}: ${text}`,
        ),
      );
      titles.push(...(await titlesShown(page)));
      screens += 1;
    });
    expect(found).toEqual([]);
    expect(screens).toBeGreaterThan(35);
    // A window that the walk does not open, or an empty list that it does not see.
    const inCode = titlesInCode('self-service', selfServiceEn);
    // The one that is called as its user calls the token.
    expect(inCode.without).toEqual(['self-service/token/token-dialog.tsx: {nameOf(token)}']);
    expect(inCode.titles.length).toBeGreaterThan(10);
    const missed = inCode.titles.filter(({ shown }) => !titles.some((title) => shown.test(title)));
    expect(missed.map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
    await page.context().close();
  }, 480_000);

  test('in German axe finds nothing on any screen, and nothing is English', async () => {
    const page = await open({ locale: 'de' });
    const faultsOf = faultsIn(page, ['dark 1280', 'light 360']);
    const found: string[] = [];
    const english: string[] = [];
    const isEnglish = englishTexts([selfServiceEn, outcomesEn], [selfServiceDe, outcomesDe]);
    let screens = 0;
    await walk({ page, deployment, origin, locale: 'de' }, async (name) => {
      found.push(...(await faultsOf(name, screens)));
      screens += 1;
      english.push(...(await shownTexts(page)).filter((text) => isEnglish(text) && !isNamed(text)));
    });
    expect(found).toEqual([]);
    expect(english).toEqual([]);
    expect(screens).toBeGreaterThan(35);
    await page.context().close();
  }, 480_000);
});
