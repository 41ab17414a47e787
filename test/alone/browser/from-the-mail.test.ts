/**
 * Somebody who has never seen it, at 390 px: from the mail to the first accepted code, by what is visible alone, with an app for Android,
 * one for iOS, and our own authenticator in the same browser. Taps and words on the way are counted.
 */
import { parseLink } from '@sower/ctkip/links';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { shownCode } from '../../harness/browser/authenticator-app.ts';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';
import { type Sink, smtpSink } from '../../harness/mail/smtp-sink.ts';

const PASSWORD = 'seven green bottles on a wall';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15';

/** What it took on the day this was written: a step or a page of text that is added shows here. */
const WAYS = [
  {
    name: 'app for Android',
    deviceType: 'android',
    userAgent: ANDROID,
    link: /^http:\/\/127\.0\.0\.1\/securid\//,
    taps: 12,
    words: 545,
  },
  {
    name: 'app for iOS',
    deviceType: 'ios',
    userAgent: IPHONE,
    link: /^com\.rsa\.securid:/,
    taps: 12,
    words: 545,
  },
  {
    name: 'our authenticator',
    deviceType: 'sower',
    userAgent: ANDROID,
    link: /\/authenticator#ctkip/,
    taps: 13,
    words: 730,
  },
] as const;

/** The thumb and the eyes: each tap counts, and the words of each page that is new. */
function stranger() {
  const counted = { taps: 0, words: 0, pages: 0 };
  const read = new Set<string>();
  /** What has not been read before; a page that only goes on is not read twice. */
  const look = async (page: Page): Promise<void> => {
    // biome-ignore lint/performance/useDomNodeTextContent: what is seen, and not what is hidden
    const lines = (await page.evaluate(() => document.body.innerText)).split('\n').map((line) => line.trim());
    const fresh = lines.filter((line) => line !== '' && !read.has(line));
    for (const line of fresh) read.add(line);
    counted.words += fresh
      .join(' ')
      .split(/\s+/)
      .filter((word) => /\p{L}/u.test(word)).length;
    if (fresh.length > 0) counted.pages += 1;
  };
  return {
    counted,
    look,
    async tap(page: Page, role: 'button' | 'link', name: string): Promise<void> {
      const target = page.getByRole(role, { name, exact: true });
      await target.waitFor();
      await look(page);
      counted.taps += 1;
      await target.tap();
    },
    /** Into a field; to touch it is a tap. */
    async type(page: Page, label: string, text: string): Promise<void> {
      const field = page.getByLabel(label).and(page.locator('input:not([type=radio])')).first();
      await field.waitFor();
      counted.taps += 1;
      await field.tap();
      await page.keyboard.type(text);
    },
  };
}

describe.skipIf(!findChromium() && !process.env.CI)('from the mail to the first code', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let browser: Browser;
  let sink: Sink;
  const table: string[] = [];

  beforeAll(async () => {
    database = await SQLITE.installed();
    deployment = await deploy(database);
    browser = await launchChromium(deployment);
    sink = await smtpSink();
    const { api } = deployment;
    const { version } = await api('getMailSettings', {});
    await api('editMailSettings', {
      body: {
        enabled: true,
        host: 'localhost',
        port: sink.port,
        from: 'sower@example.com',
        certificateAuthority: sink.ca,
      },
      ifMatch: version,
    });
  });
  afterAll(async () => {
    console.log(['', '| way | taps | words | pages |', '| --- | --- | --- | --- |', ...table, ''].join('\n'));
    await browser?.close();
    await sink?.close();
    await deployment?.stop();
    await database?.drop();
  });

  /** A user whose token waits; what the mail program shows of the mail about it. */
  async function mailed(
    context: BrowserContext,
    deviceType: string,
  ): Promise<{ mail: Page; userId: string }> {
    const { api } = deployment;
    const userId = `new-${deviceType}`;
    const email = `${userId}@example.com`;
    await api('addUser', { body: { userId, firstName: 'Grace', lastName: 'Hopper', email } });
    await api('setUserPassword', { params: { userId }, body: { password: PASSWORD, mustChange: false } });
    await api('addProfile', {
      body: { name: deviceType, deviceType, delivery: 'qr', authenticationType: 'tokencode' },
    });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId } });
    await api('distributeToken', { params: { serial }, body: { profile: deviceType } });
    const mine = () => sink.received.find(({ to }) => to.includes(email));
    await expect.poll(mine, { timeout: 30_000 }).toBeDefined();
    const mail = await context.newPage();
    await mail.setContent(mine()?.parsed.html || '');
    return { mail, userId };
  }

  test.each(WAYS)('$name', async ({ name, deviceType, userAgent, link, taps, words }) => {
    const context = await browser.newContext({
      ...{ ignoreHTTPSErrors: true, locale: 'en', userAgent, hasTouch: true, isMobile: true },
      viewport: { width: 390, height: 844 },
    });
    const { counted, look, tap, type } = stranger();
    const { mail, userId } = await mailed(context, deviceType);
    expect(await mail.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    const [page] = await Promise.all([
      context.waitForEvent('page'),
      tap(mail, 'link', 'Activate your token'),
    ]);
    await type(page, 'User ID', userId);
    await tap(page, 'button', 'Next');
    await type(page, 'Password', PASSWORD);
    await tap(page, 'button', 'Log on');
    await tap(page, 'link', 'Activate Your Token');
    await tap(page, 'button', 'I have the app');
    await tap(page, 'button', 'Get the token');
    const open = page.getByRole('link', { name: 'Open in the app on this phone', exact: true });
    const address = (await open.getAttribute('href')) ?? '';
    expect(address).toMatch(link);
    let code: string;
    if (deviceType === 'sower') {
      const [app] = await Promise.all([
        context.waitForEvent('page'),
        tap(page, 'link', 'Open in the app on this phone'),
      ]);
      await tap(app, 'button', 'Import token');
      code = await shownCode(app);
      await look(app);
    } else {
      // The phone hands the link to an app of another maker, which imports it without a question of ours.
      await look(page);
      counted.taps += 1;
      const parsed = parseLink(address);
      if (!parsed.ok) throw new Error(parsed.defect);
      const { deviceClass } = (await deployment.api('listDeviceTypes', {})).items.find(
        ({ id }) => id === deviceType,
      ) as { deviceClass: string };
      const target = { ctkipUrl: parsed.url, activationCode: parsed.activationCode };
      code = tokencode(await provisioned(deployment, target, { deviceClass }));
    }
    // Back to the page that is still open.
    counted.taps += 1;
    await page.bringToFront();
    await type(page, 'The code that your app shows now', code);
    await tap(page, 'button', 'Check the code');
    await page.getByRole('heading', { name: 'Your authenticator is ready' }).waitFor();
    await look(page);
    const { items } = await deployment.api('listTokens', { query: { userId } });
    expect(items[0]).toMatchObject({ distribution: { state: 'confirmed' } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    table.push(`| ${name} | ${counted.taps} | ${counted.words} | ${counted.pages} |`);
    expect(counted.taps).toBeLessThanOrEqual(taps);
    expect(counted.words).toBeLessThanOrEqual(words);
    await context.close();
  });
});
