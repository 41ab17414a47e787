/** The page's Procedure in the Security Console, step by step, by the labels that an administrator sees, in a real Chromium. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { BUILT_IN_ROLES } from '@sower/api/roles';
import { parseLink } from '@sower/ctkip/links';
import { PSEUDO } from '@sower/texts/language';
import { pseudoTexts } from '@sower/texts/pseudo';
import type { Page, Response } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readQrImage } from '../../../apps/cli/src/authenticator/qr-image.ts';
import { consoleDe as de, consoleEn as en } from '../../../packages/texts/test/tables.ts';
import { adminPassword, newAdministrator } from '../../harness/administrator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { byMenu, follow, openConsole, type Person } from '../../harness/browser/console-browser.ts';
import { CONSOLE_PAGES, furnish, isNamed, serialOf } from '../../harness/browser/console-pages.ts';
import { foreignTexts, isNeutral } from '../../harness/browser/foreign-texts.ts';
import { faults, inspect, type Look, looksOf } from '../../harness/browser/looks.ts';
import { countRequests } from '../../harness/browser/open-everything.ts';
import { linkOnScreen, textsOf } from '../../harness/browser/self-service-pages.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;
if (skip)
  console.warn('No Chromium here: the console is not tested. Install one (apt-get install chromium).');

const LOGO = `data:image/png;base64,${PNG.sync.write(new PNG({ width: 30, height: 20 })).toString('base64')}`;
const PASSWORD = 'correct horse battery';
/** Of the Self-Service Console. */
const t = textsOf('en');

type Walk = {
  readonly paths: readonly string[];
  readonly looks: readonly [Look, Look];
  readonly visit?: () => Promise<string[]>;
};

describe.skipIf(skip)('Security Console', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let folder: string;
  let origin: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-console-'));
    origin = `https://localhost:${deployment.servers[0]?.port}`;
    await furnish(deployment);
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

  const ca = () => join(deployment.dataFolder, 'tls', 'ca.pem');

  const open = (person?: Person) => openConsole(browser, deployment, person);

  /** From the menu to the Distribute page of a user's token, as the page says it. */
  async function toDistribute(page: Page, userId: string, serial: string): Promise<void> {
    // Authentication > SecurID Tokens > Manage Existing
    await byMenu(page, 'SecurID Tokens', 'Manage Existing');
    await page.getByRole('heading', { name: 'SecurID Tokens' }).waitFor();
    // Use the search fields to find the software token that you want to distribute.
    await page.getByLabel('User ID').fill(userId);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await expect.poll(() => page.url()).toContain(userId);
    // From the search results, click the token; from the context menu, click Distribute.
    const row = page.getByRole('row', { name: new RegExp(serial) });
    await row.getByRole('button').last().click();
    await page.getByRole('menuitem', { name: 'Distribute', exact: true }).click();
    await page.getByRole('heading', { name: `Distribute token ${serial}` }).waitFor();
  }

  /** From the Select Token Profile drop-down list. @returns all that it offers */
  async function chooseProfile(page: Page, name: string): Promise<string[]> {
    const profile = page.getByLabel('Select Token Profile');
    // The list comes from the server, after the page.
    const option = profile.locator('option', { hasText: name });
    await option.waitFor({ state: 'attached' });
    await profile.selectOption({ label: (await option.textContent()) as string });
    return profile.locator('option').allTextContents();
  }

  /** To each page as a link leads there, and what is wrong with it in one look or both. @param visit looks at more, before */
  async function walk(
    page: Page,
    texts: typeof en | typeof de,
    { paths, looks, visit }: Walk,
  ): Promise<string[]> {
    const found: string[] = [];
    countRequests(page);
    for (const [turn, path] of paths.entries()) {
      // Here axe, too, need not be read anew for every page.
      await follow(page, path, texts.shell.noPage);
      found.push(...((await visit?.()) ?? []).map((text) => `${path}: ${text}`));
      found.push(...(await inspect(page, path, looksOf(looks, turn))));
    }
    return found;
  }

  // Before the others leave more to see. In the pseudo-locale a label is where it is in English, and longer.
  test('every text on every page comes from the catalogue, and axe finds nothing', async () => {
    const { page, context } = await openConsole(browser, deployment, { locale: 'en', language: PSEUDO });
    const foreign = () => foreignTexts(page, (text) => isNeutral(text) || isNamed(text));
    const looks = ['light 1280', 'dark 360'] as const;
    const found = await walk(page, pseudoTexts(en), { paths: CONSOLE_PAGES, looks, visit: foreign });
    expect(found).toEqual([]);
    await context.close();
  }, 480_000);

  test('URL delivery: Save and Distribute, hand over, import, and the state turns by itself', async () => {
    const { page, context } = await open();
    const serial = serialOf(1);
    await toDistribute(page, 'jdoe', serial);
    const offered = await chooseProfile(page, 'Sower_CT_KIP');
    expect(offered.join('\n')).toContain('Dynamic Seed Provisioning (using URL)');
    expect(offered.join('\n')).toContain('Dynamic Seed Provisioning (using QR Code)');
    await expect
      .poll(() => page.getByLabel('DeviceSerialNumber').inputValue())
      .toMatch(/5b0ce5ec-1f5b-4c3b-9d2f-50e7c1a6f3d4/i);
    await page.getByLabel('Nickname').fill('phone');
    await page.getByLabel('CT-KIP Activation Code').selectOption({ label: 'System-generated, 12 digits' });
    const { version } = await deployment.api('getSettings', {});
    const body = { 'organization.name': 'Example Ltd', 'organization.logo': LOGO };
    await deployment.api('editSettings', { ifMatch: version, body });
    await page.getByRole('button', { name: 'Save and Distribute' }).click();

    const value = async (label: string): Promise<string> =>
      (await page.getByRole('group', { name: label }).locator('output').textContent()) ?? '';
    await page.getByText('The activation code is shown only now').waitFor();
    const url = await value('CT-KIP URL');
    const code = (await value('CT-KIP Activation Code')).replace(/\D/g, '');
    expect(url).toBe(`${origin}/ctkip/services/CtkipService`);
    expect(code).toMatch(/^\d{12}$/);
    await page.getByText('Issued: waiting for the user').waitFor();
    expect(await faults(page)).toEqual([]);
    // The letter: what is in words, what is scanned, and who it is from.
    await page.emulateMedia({ media: 'print' });
    const letter = page.locator('.sower-letter');
    expect(await letter.textContent()).toContain(code.replace(/(.{4})(?=.)/g, '$1 '));
    const picture = join(folder, 'letter.png');
    await letter.screenshot({ path: picture });
    expect(JSON.stringify(await readQrImage(picture))).toContain(code);
    const pdf = join(folder, 'letter.pdf');
    await page.pdf({ path: pdf });
    expect(execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' })).toContain('Example Ltd');
    expect(execFileSync('pdfimages', ['-list', pdf], { encoding: 'utf8' })).toMatch(/ image +30 +20 /);
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('link', { name: 'Show all tokens' }).click();
    await page.getByRole('dialog').getByText('is shown nowhere else').waitFor();
    await page.keyboard.press('Escape');
    const imported = sower(['authenticator', 'import', '--url', url, '--code', code, '--ca', ca()]);
    expect(imported.stderr + imported.stdout).toContain('imported');
    await page.getByText('Provisioned: the token is in the app').waitFor();
    const shown = JSON.parse(sower(['authenticator', 'code', serial, '--json']).stdout) as { code: string };
    expect(sower(['verify', 'jdoe'], shown.code).stdout).toContain('accepted');
    await page.getByText('Confirmed: the first tokencode was accepted').waitFor();
    // Nothing is lost any more by leaving, and so nothing is asked.
    await page.getByRole('link', { name: 'Show all tokens' }).click();
    await page.getByRole('heading', { name: 'SecurID Tokens' }).waitFor();
    // Shown once: coming back does not bring the code back.
    await page.goBack();
    await page.getByRole('heading', { name: /Distribute Token/ }).waitFor();
    expect(await page.content()).not.toContain(code);
    await context.close();
  });

  test('QR delivery: no code and no QR for the administrator; the user does as instructed, and the state turns by itself', async () => {
    const { page, context } = await open();
    const serial = serialOf(2);
    await deployment.api('setUserPassword', {
      params: { userId: 'qruser' },
      body: { password: PASSWORD, mustChange: false },
    });
    await toDistribute(page, 'qruser', serial);
    await chooseProfile(page, 'Sower_QR');
    await expect.poll(() => page.getByLabel('CT-KIP Activation Code').isDisabled()).toBe(true);
    await page.getByText('the activation code is system-generated and cannot be changed').waitFor();
    await page.getByRole('button', { name: 'Save and Distribute' }).click();
    const instructions = page.getByRole('group', { name: 'Instructions' }).locator('output');
    await expect.poll(() => instructions.textContent()).toContain(`Console (${origin}/self-service) from`);
    await page.getByText('Issued: waiting for the user').waitFor();
    expect(await faults(page)).toEqual([]);

    // Log on to the Self-Service Console from a device other than the one on which the app is installed.
    // A low window: the QR code is scrolled to.
    const viewport = { width: 1280, height: 680 };
    const elsewhere = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en', viewport });
    const user = await elsewhere.newPage();
    await user.goto(/\((https:[^)]+)\)/.exec((await instructions.textContent()) ?? '')?.[1] ?? '');
    await user.getByLabel(t.logOn.userId).fill('qruser');
    await user.getByRole('button', { name: t.next }).click();
    await user.locator('#log-on-secret').fill(PASSWORD);
    await user.getByRole('button', { name: t.logOn.submit, exact: true }).click();
    // In the My Authenticators section of the My Accounts page, click Activate Your Token.
    await user.getByRole('heading', { name: 'My Accounts', level: 1 }).waitFor();
    await user.getByRole('heading', { name: 'My Authenticators', level: 2 }).waitFor();
    await user.getByRole('link', { name: 'Activate Your Token' }).click();
    // Follow instructions in the Activate Your Token window to activate the token.
    await user.getByRole('heading', { name: 'Activate Your Token' }).waitFor();
    await user.getByRole('button', { name: t.activate.app.have, exact: true }).click();
    await user.getByRole('button', { name: t.activate.scan.show, exact: true }).click();
    const screen = join(folder, 'screen.png');
    const photograph = async (): Promise<void> => {
      await user.getByRole('img', { name: t.activate.scan.image }).waitFor();
      await user.screenshot({ path: screen, fullPage: true });
    };
    await photograph();
    // An app of another class of device: both are told why, and the user goes on alone.
    const android = ['--device-class', 'a01c4380-fc01-4df0-b113-7fb98ec74694'];
    expect(sower(['authenticator', 'import', '--qr', screen, '--ca', ca(), ...android]).status).not.toBe(0);
    await user.getByText(t.activate.scan.deviceTitle).waitFor();
    await page.getByText('The last attempt was refused').waitFor();
    await page.getByText(/the device class is A01C4380/i).waitFor();
    await user.getByRole('button', { name: t.activate.scan.again }).click();
    await photograph();
    const link = parseLink(await linkOnScreen(user));
    const imported = sower(['authenticator', 'import', '--qr', screen, '--ca', ca(), '--json']);
    expect(imported.status, imported.stderr).toBe(0);
    expect(JSON.parse(imported.stdout)).toMatchObject({ serial });
    await page.getByText('Provisioned: the token is in the app').waitFor();
    const shown = JSON.parse(sower(['authenticator', 'code', serial, '--json']).stdout) as { code: string };
    await user.getByLabel(t.activate.confirm.label).fill(shown.code);
    await user.getByRole('button', { name: t.activate.confirm.submit, exact: true }).click();
    await user.getByText(t.activate.done.title).waitFor();
    await page.getByText('Confirmed: the first tokencode was accepted').waitFor();
    // The code was on the user's screen alone.
    expect(link).toMatchObject({ ok: true, activationCode: expect.stringMatching(/^\w{12,}$/) as string });
    if (link.ok) expect(await page.content()).not.toContain(link.activationCode);
    await context.close();
    await elsewhere.close();
  });

  const mayNot = Object.entries(BUILT_IN_ROLES)
    .filter(([, { permissions }]) => !(permissions as readonly string[]).includes('tokens:distribute'))
    .map(([id, { name, permissions }]) => ({ id, name, permissions: permissions as readonly string[] }));
  let before: Page | undefined;
  test.each([
    ...mayNot.map((role) => ({ ...role, locale: 'en' })),
    { id: 'auditor', name: 'Auditor, in German', permissions: ['tokens:view'], locale: 'de' },
    { id: 'All but issue', name: 'a role of one’s own', permissions: ['tokens:view'], locale: 'en' },
  ])(
    '$name may not distribute: told so in the console and by the API',
    async ({ id, permissions, locale }) => {
      const { api } = deployment;
      if (id === 'All but issue') {
        const all = BUILT_IN_ROLES['token-administrator'].permissions;
        await api('addRole', {
          body: { name: id, permissions: all.filter((permission) => permission !== 'tokens:distribute') },
        });
      }
      const userName = `${id.toLowerCase().replaceAll(' ', '-')}-${locale}`;
      await newAdministrator(deployment, { userName, password: PASSWORD, grants: [{ role: id }] });
      const serial = serialOf(3);
      const texts = locale === 'de' ? de : en;
      const needed = texts['permission-name']['tokens:distribute'];
      const sees = permissions.includes('tokens:view');
      const path = sees ? 'tokens' : `tokens/${serial}/distribute`;
      const after = locale === 'en' ? before : undefined;
      const { page, context } = await open({ userName, password: PASSWORD, locale, path, after });
      if (locale === 'en') before = page;
      if (sees) {
        // The context menu does not offer it, and neither does the token's page.
        await page
          .getByRole('row', { name: new RegExp(serial) })
          .getByRole('button')
          .last()
          .click();
        await page.getByRole('menuitem', { name: texts.tokens.view, exact: true }).waitFor();
        const entries = (await page.getByRole('menuitem').allTextContents()).join('; ');
        expect(entries).not.toContain(texts.tokens.distribute);
        await page.getByRole('menuitem', { name: texts.tokens.view, exact: true }).click();
        await page.getByRole('heading', { level: 1, name: serial }).waitFor();
        expect(await page.getByRole('link', { name: texts.tokens.distribute, exact: true }).count()).toBe(0);
        await page.goto(`${origin}/console/tokens/${serial}/distribute`);
      }
      await page.getByRole('heading', { name: texts.whoCan.notPermitted }).waitFor();
      await page.getByText(texts.whoCan.needs.replace('{{permission}}', needed ?? '?')).waitFor();
      expect(await page.getByRole('button', { name: texts.distribute.save }).count()).toBe(0);
      const answer = await page.evaluate(
        async ({ path, language }) => {
          const reply = await fetch(path, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'accept-language': language },
            body: JSON.stringify({ profile: 'Android' }),
          });
          return { status: reply.status, problem: (await reply.json()) as object };
        },
        { path: `/api/v1/tokens/${serial}/distributions`, language: locale },
      );
      expect(answer).toMatchObject({
        status: 403,
        problem: {
          code: 'not-permitted',
          permission: 'tokens:distribute',
          title: locale === 'de' ? 'Nicht erlaubt' : 'Not permitted',
          detail:
            locale === 'de'
              ? 'Dafür ist das Recht „tokens:distribute“ erforderlich.'
              : 'The permission "tokens:distribute" is required.',
        },
      });
      expect((await api('getToken', { params: { serial } })).distribution).toBeUndefined();
      if (locale !== 'en') await context.close();
    },
  );

  test('who may distribute in one security domain may not in another: there the token does not exist', async () => {
    await newAdministrator(deployment, {
      userName: 'southerner',
      password: PASSWORD,
      grants: [{ role: 'token-distributor', securityDomain: 'South' }],
    });
    const { page, context } = await open({
      userName: 'southerner',
      password: PASSWORD,
      path: `tokens/${serialOf(3)}/distribute`,
      after: before,
    });
    await page
      .getByText(`There is no token with the serial number ${serialOf(3)}.`)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Save and Distribute' }).count()).toBe(0);
    const status = await page.evaluate(
      async (path) =>
        (
          await fetch(path, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ profile: 'Android' }),
          })
        ).status,
      `/api/v1/tokens/${serialOf(3)}/distributions`,
    );
    expect(status).toBe(404);
    await context.close();
  });

  test('its files: nothing inline, nothing from elsewhere; pages are one page, assets that are gone are gone', async () => {
    const first = await deployment.send(0, { path: '/console/tokens/anything' });
    expect(first.status).toBe(200);
    expect((await deployment.send(0, { path: '/console/' })).body.toString()).toBe(first.body.toString());
    expect(first.headers['content-security-policy']).toContain("script-src 'self'");
    expect(first.headers['cache-control']).toBe('no-cache');
    const asset = /src="(\/console\/assets\/[^"]+)"/.exec(first.body.toString())?.[1] as string;
    const script = await deployment.send(0, { path: asset });
    expect(script.status).toBe(200);
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await deployment.send(0, { path: '/console/assets/gone.js' })).status).toBe(404);
    expect((await deployment.send(0, { path: '/console/../../package.json' })).status).not.toBe(200);
    expect((await deployment.send(0, { path: '/' })).status).toBe(200);
  });

  test('the log-on page loads less than 300 kB of script, compressed, and the parts of other pages with them', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const scripts: Response[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response);
    });
    let sessions = 0;
    page.on('request', (request) => {
      if (request.method() === 'GET' && request.url().endsWith('/api/v1/session')) sessions += 1;
    });
    await page.goto(`${origin}/console/`);
    await page.locator('#log-on-user-name').waitFor();
    await page.waitForLoadState('networkidle');
    const first = [...scripts];
    expect(first.length).toBeGreaterThan(1);
    let sent = 0;
    let zipped = 0;
    for (const script of first) {
      expect(script.headers(), script.url()).toMatchObject({
        'content-encoding': 'br',
        vary: 'accept-encoding',
      });
      sent += (await script.request().sizes()).responseBodySize;
      zipped += gzipSync(await script.body()).length;
    }
    console.log(`log-on page: ${first.length} scripts, ${sent} bytes sent, ${zipped} as gzip`);
    expect(sent).toBeGreaterThan(10_000);
    expect(sent).toBeLessThan(300_000);
    expect(zipped).toBeLessThan(300_000);
    // Pages are parts of their own: what the list of tokens needs comes with it.
    await page.locator('#log-on-user-name').fill('admin');
    await page.locator('input[type=password]').fill(await adminPassword(deployment));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.waitForLoadState('networkidle');
    // Texts came with the page; who is logged on stays known.
    expect(sessions).toBe(1);
    const home = scripts.length;
    await page.getByRole('button', { name: 'SecurID Tokens' }).click();
    await page.getByRole('link', { name: 'Manage Existing' }).click();
    await page.getByRole('heading', { name: 'SecurID Tokens' }).waitFor();
    await expect
      .poll(() => scripts.slice(home).some((script) => /tokens-page/.test(script.url())))
      .toBe(true);
    await context.close();
  });

  test('script in names does not run', async () => {
    const { api } = deployment;
    const hostile = '"><img src=x onerror=document.title=1><script>document.title=2</script>';
    await api('addUser', { body: { userId: 'hostile', firstName: hostile, lastName: hostile } });
    const { page, context } = await open({ path: 'users/hostile' });
    await page.getByText('onerror').first().waitFor();
    expect(await page.title()).not.toMatch(/^[12]$/);
    await context.close();
  });

  test.each(['/console/', '/self-service/'])(
    'nothing on %s is made from text, by whatever way',
    async (path) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(`${origin}${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      const { passed, blocked } = await page.evaluate(makeFromText);
      expect(passed).toEqual([]);
      expect(blocked).toEqual(expect.arrayContaining(['require-trusted-types-for', 'trusted-types']));
      await context.close();
    },
  );

  test('axe finds nothing on any page in German', async () => {
    const { page, context } = await open({ locale: 'de' });
    const looks = ['dark 1280', 'light 360'] as const;
    expect(await walk(page, de, { paths: CONSOLE_PAGES, looks })).toEqual([]);
    await context.close();
  }, 480_000);
});

/** In the page: what went through, and the directives that stood in the way. */
async function makeFromText() {
  const passed: string[] = [];
  const blocked = new Set<string>();
  document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.effectiveDirective));
  const types = window as never as {
    trustedTypes: { createPolicy(name: string, rules: object): { createHTML(text: string): string } };
  };
  const attempts: Record<string, () => unknown> = {
    innerHTML: () => {
      document.body.innerHTML = '<img src=x>';
    },
    outerHTML: () => {
      document.body.outerHTML = '<img src=x>';
    },
    insertAdjacentHTML: () => document.body.insertAdjacentHTML('beforeend', '<img src=x>'),
    'document.write': () => document.write('<img src=x>'),
    srcdoc: () => {
      document.createElement('iframe').srcdoc = '<p>x</p>';
    },
    DOMParser: () => new DOMParser().parseFromString('<p>x</p>', 'text/html'),
    'the text of a script': () => {
      document.createElement('script').text = '1';
    },
    Function: () => new Function('return 1')(),
    'a worker by its address': () => new Worker('/console/x.js'),
    'a policy of its own': () =>
      types.trustedTypes.createPolicy('own', { createHTML: (text: string) => text }),
    'a default policy': () =>
      types.trustedTypes.createPolicy('default', { createHTML: (text: string) => text }),
  };
  // Not while the test's own evaluation runs, which browsers let do more.
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      attempt();
      passed.push(name);
    } catch {
      // refused
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { passed, blocked: [...blocked] };
}
