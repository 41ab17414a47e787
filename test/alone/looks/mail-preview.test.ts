/** The page of a mail template in a real Chromium: both versions of the mail beside each other, before anything is saved. */
import { describe, expect, test } from 'vitest';
import { findChromium } from '../../harness/browser/chromium.ts';
import { openConsole } from '../../harness/browser/console-browser.ts';
import { inspect, LOOKS } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const executablePath = findChromium();

describe.skipIf(!executablePath && !process.env.CI)('the preview of a mail', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);

  test('follows what is typed, as HTML and as text, and nothing is saved by it', async () => {
    const { page } = await openConsole(browser, deployment, { path: 'mail/templates' });
    const formatted = page.getByRole('region', { name: 'With formatting' });
    const text = page.getByRole('region', { name: 'As text' });
    await formatted.locator('ol li').nth(2).waitFor();
    await text.getByText('Activate your token: https://otp.example.com/self-service').waitFor();
    await page
      .getByRole('textbox', { name: /^Text/ })
      .fill('Hello {{name}},\n\n- one <b>\n- two\n\nGo there: {{selfServiceUrl}}');
    await formatted.locator('ul li').nth(1).waitFor();
    expect(await formatted.locator('ul').textContent()).toBe('one <b>two');
    const button = formatted.getByText('Go there', { exact: true });
    expect(
      await button.evaluate((label) => getComputedStyle(label.closest('a') as Element).backgroundColor),
    ).toBe('rgb(31, 111, 74)');
    // While it is no template, the last one that was stays.
    await page.getByRole('textbox', { name: /^Text/ }).fill('Hello {{nobody}}');
    await page.waitForTimeout(1_500);
    expect(await formatted.textContent()).toContain('Go there');
    const { items } = await deployment.api('listMailTemplates', {});
    expect(items.every(({ original }) => original)).toBe(true);
    expect(await inspect(page, 'mail template', LOOKS)).toEqual([]);
  });
});
