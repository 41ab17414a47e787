/** The first page in a real Chromium, and the look of an organization on it and in the consoles. */
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { findChromium } from '../../harness/browser/chromium.ts';
import { originOf } from '../../harness/browser/console-browser.ts';
import { faults } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const executablePath = findChromium();
const LOGO = `data:image/png;base64,${PNG.sync.write(new PNG({ width: 300, height: 60 })).toString('base64')}`;
const PICTURES = process.env.SOWER_PICTURES;

describe.skipIf(!executablePath && !process.env.CI)('the first page', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);

  const organization = async (values: Record<string, string>): Promise<void> => {
    const { version } = await deployment.api('getSettings', {});
    await deployment.api('editSettings', { body: values, ifMatch: version });
    await expect
      .poll(async () => (await deployment.send(0, { path: '/look/look.json' })).body.toString(), {
        timeout: 10_000,
      })
      .toContain(JSON.stringify(values['organization.name']));
  };
  async function open(
    path: string,
    look: { locale: string; scheme: 'light' | 'dark'; width: number },
  ): Promise<Page> {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      locale: look.locale,
      colorScheme: look.scheme,
      viewport: { width: look.width, height: 900 },
    });
    const page = await context.newPage();
    await page.goto(originOf(deployment) + path);
    return page;
  }
  const picture = (page: Page, name: string) =>
    PICTURES && page.screenshot({ path: `${PICTURES}/first-page ${name}.png`, fullPage: true });

  test('leads users to their tokens, the authenticator and help, and administrators, at its end, to the Security Console', async () => {
    const page = await open('/', { locale: 'en', scheme: 'light', width: 1440 });
    const ways = await page
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(ways).toEqual(['/self-service/', '/authenticator/', '/console/']);
    await page.getByText('I have lost my phone').click();
    await page.getByText('choose Report lost').waitFor();
    await page.getByRole('link', { name: 'Activate or manage my tokens' }).click();
    await page.getByLabel('User ID').waitFor();
    await page.context().close();
  });

  test('in each language, theme and width: nothing that axe finds, nothing too wide, also with a long name and markup', async () => {
    const found: string[] = [];
    const walk = async (name: string): Promise<void> => {
      for (const [locale, scheme, width] of [
        ['en', 'light', 1440],
        ['de', 'dark', 390],
        ['de', 'light', 390],
        ['en', 'dark', 1440],
      ] as const) {
        for (const path of ['/', '/self-service/', '/console/']) {
          const page = await open(path, { locale, scheme, width });
          await page.locator('h1').waitFor();
          await page.waitForLoadState('networkidle');
          const kind = `${name}${path.replaceAll('/', ' ')} ${locale} ${scheme} ${width}`;
          await picture(page, kind);
          found.push(...(await faults(page)).map((fault) => `${kind}: ${fault}`));
          await page.context().close();
        }
      }
    };
    await walk('plain');
    await organization({
      'organization.name': `Example <b>& "Sons" ${'W'.repeat(50)}`,
      'organization.color': '#7a1f5c',
      'organization.logo': LOGO,
      'organization.helpText': 'Help desk: 555-1234; Mondays to Fridays <i>',
    });
    await walk('organization');
    expect(found).toEqual([]);
  });

  test('mark, color, name and help are those of the organization, on each page before a logon', async () => {
    await organization({
      'organization.name': 'Example & Sons',
      'organization.color': '#7a1f5c',
      'organization.logo': LOGO,
      'organization.helpText': 'Help desk: 555-1234; Mondays to Fridays',
    });
    const page = await open('/', { locale: 'de', scheme: 'light', width: 1440 });
    expect(await page.title()).toBe('Einmalcodes – Example & Sons');
    await page.getByText('Help desk: 555-1234').waitFor();
    const colorOf = (button: string) =>
      page
        .getByRole(button === 'Weiter' ? 'button' : 'link', { name: button })
        .first()
        .evaluate((each) => getComputedStyle(each).backgroundColor);
    expect(await colorOf('Authenticator öffnen')).toBe('rgb(122, 31, 92)');
    const natural = () =>
      page
        .locator('img[src="/look/mark"]')
        .first()
        .evaluate((image: HTMLImageElement) => image.naturalWidth);
    expect(await natural()).toBe(300);
    await page.goto(`${originOf(deployment)}/self-service/`);
    await page.getByText('Example & Sons').waitFor();
    await page.getByText('Help desk: 555-1234').waitFor();
    expect(await natural()).toBe(300);
    expect(await colorOf('Weiter')).toBe('rgb(122, 31, 92)');
    await page.context().close();
  });
});
