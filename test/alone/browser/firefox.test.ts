/** The page's Procedure and the web authenticator in Firefox: both ways of delivery, from Save and Distribute to an accepted tokencode. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importNow, shownCode } from '../../harness/browser/authenticator-app.ts';
import { byMenu, openConsole } from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { hasFirefox, launchFirefox } from '../../harness/browser/firefox.ts';
import { linkOnScreen, textsOf } from '../../harness/browser/self-service-pages.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';

if (!hasFirefox) console.warn('No Firefox here: it is not tested. Install it (apt-get install firefox-esr).');

const PASSWORD = 'correct horse battery';
const t = textsOf('en');

describe.skipIf(!hasFirefox && !process.env.CI)('Firefox', () => {
  const { deployment } = deployed(SQLITE);
  let browser: Browser;
  let administrator: { page: Page; context: BrowserContext };
  const violations: string[] = [];

  beforeAll(async () => {
    await furnish(deployment);
    browser = await launchFirefox();
    administrator = await openConsole(browser, deployment);
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** A browser of a user’s; what its pages’ policies block is noted. */
  async function elsewhere(): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en' });
    const page = await context.newPage();
    await watch(page);
    return page;
  }
  async function watch(page: Page): Promise<void> {
    await page.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error(`blocked by policy: ${violatedDirective} ${blockedURI}`),
      ),
    );
    page.on('console', (message) => {
      if (message.text().startsWith('blocked by policy')) violations.push(message.text());
    });
    page.on('pageerror', (error) => violations.push(String(error)));
  }

  /** Authentication > SecurID Tokens > Manage Existing, search, context menu, Distribute, a profile from the list. */
  async function toDistribute(userId: string, serial: string, profile: string): Promise<Page> {
    const { page } = administrator;
    await page.goto(`${deployment.servers[0]?.url}/console/`);
    await byMenu(page, 'SecurID Tokens', 'Manage Existing');
    await page.getByRole('heading', { name: 'SecurID Tokens' }).waitFor();
    await page.getByLabel('User ID').fill(userId);
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await expect.poll(() => page.url()).toContain(userId);
    await page
      .getByRole('row', { name: new RegExp(serial) })
      .getByRole('button')
      .last()
      .click();
    await page.getByRole('menuitem', { name: 'Distribute', exact: true }).click();
    await page.getByRole('heading', { name: `Distribute token ${serial}` }).waitFor();
    const list = page.getByLabel('Select Token Profile');
    const option = list.locator('option', { hasText: profile });
    await option.waitFor({ state: 'attached' });
    await list.selectOption({ label: (await option.textContent()) as string });
    return page;
  }

  /** In the authenticator, from a link that was opened, to a code that it shows. */
  async function importByLink(link: string, serial: string): Promise<string> {
    const phone = await elsewhere();
    await phone.goto(link);
    await phone.getByRole('heading', { name: 'Import a token from here?' }).waitFor();
    expect(await importNow(phone)).toMatch(/^\d{3} \d{3} \d{3}$/);
    await phone.getByText(`Token ${serial} is imported.`).waitFor();
    const code = await shownCode(phone);
    // It is still there after the page was left.
    await phone.goto(`${deployment.servers[0]?.url}/authenticator/`);
    await phone.locator('.row-code [data-code]').waitFor({ state: 'attached' });
    await phone.context().close();
    return code;
  }

  test('URL delivery: distributed in the console, imported in the authenticator, accepted', async () => {
    const serial = serialOf(1);
    const page = await toDistribute('jdoe', serial, 'Sower_CT_KIP');
    await page.getByLabel('Nickname').fill('phone');
    await page.getByLabel('CT-KIP Activation Code').selectOption({ label: 'System-generated, 12 digits' });
    await page.getByRole('button', { name: 'Save and Distribute' }).click();
    await page.getByText('The activation code is shown only now').waitFor();
    const link = await page.getByRole('group', { name: 'Link' }).locator('output').textContent();
    const code = await importByLink(link ?? '', serial);
    await page.getByText('Provisioned: the token is in the app').waitFor();
    const { result } = await deployment.api('authenticate', { body: { userId: 'jdoe', passcode: code } });
    expect(result).toBe('accepted');
    await page.getByText('Confirmed: the first tokencode was accepted').waitFor();
  });

  test('QR delivery: the user activates the token at the Self-Service Console, and confirms it there', async () => {
    const serial = serialOf(2);
    await deployment.api('setUserPassword', {
      params: { userId: 'qruser' },
      body: { password: PASSWORD, mustChange: false },
    });
    const page = await toDistribute('qruser', serial, 'Sower_QR');
    await expect.poll(() => page.getByLabel('CT-KIP Activation Code').isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Save and Distribute' }).click();
    await page.getByText('Issued: waiting for the user').waitFor();

    const user = await elsewhere();
    await user.goto(`${deployment.servers[0]?.url}/self-service/`);
    await user.getByLabel(t.logOn.userId).fill('qruser');
    await user.getByRole('button', { name: t.next }).click();
    await user.locator('#log-on-secret').fill(PASSWORD);
    await user.getByRole('button', { name: t.logOn.submit, exact: true }).click();
    await user.getByRole('link', { name: 'Activate Your Token' }).click();
    for (const name of [t.activate.app.have, t.activate.scan.show])
      await user.getByRole('button', { name, exact: true }).click();
    await user.getByRole('img', { name: t.activate.scan.image }).waitFor();
    // Playwright's screenshots put a style into the page, which the policy refuses here.
    const before = violations.length;
    const link = await linkOnScreen(user);
    violations.length = before;
    const code = await importByLink(link, serial);
    await user.getByLabel(t.activate.confirm.label).fill(code);
    await user.getByRole('button', { name: t.activate.confirm.submit, exact: true }).click();
    await user.getByText(t.activate.done.title).waitFor();
    await page.getByText('Confirmed: the first tokencode was accepted').waitFor();
    await user.context().close();
  });

  test('no page was blocked by its policy, and none failed', () => {
    expect(violations).toEqual([]);
  });
});
