/**
 * The first hour of a stranger: from an empty installation to a confirmed token, by visible labels and the set-up guide alone, with clicks and
 * pages counted. Nothing is prepared and no address is typed but that of the console and the link that the administrator hands over.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { givenPassword } from '../../harness/administrator.ts';
import { openBrowser, shownCode } from '../../harness/browser/authenticator-app.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { originOf } from '../../harness/browser/console-browser.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const OWN = 'seven green bottles on a wall';
/** What it took on the day this was written: a step that is added shows here. */
const MOST = { clicks: 27, pages: 15, fields: 11 };

/** A person who sees labels: each click and each field goes through here and is counted. */
function stranger(page: Page) {
  const counted = { clicks: 0, pages: 0, fields: 0 };
  let path = '';
  const seen = async (title: string | RegExp): Promise<void> => {
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    const now = new URL(page.url()).pathname;
    if (now !== path) counted.pages += 1;
    path = now;
  };
  const main = page.locator('#main');
  return {
    counted,
    seen,
    async press(name: string | RegExp, within = page.locator('body')): Promise<void> {
      counted.clicks += 1;
      await within.getByRole('button', { name, exact: true }).first().click();
    },
    async followLink(name: string | RegExp, within = main): Promise<void> {
      counted.clicks += 1;
      await within.getByRole('link', { name, exact: true }).first().click();
    },
    async item(name: string): Promise<void> {
      counted.clicks += 1;
      await page.getByRole('menuitem', { name, exact: true }).click();
    },
    async fill(label: string | RegExp, value: string): Promise<void> {
      counted.fields += 1;
      await page.getByLabel(label).first().fill(value);
    },
    async choose(label: string, option: RegExp): Promise<void> {
      counted.fields += 1;
      const field = page.getByLabel(label).first();
      const found = field.locator('option').filter({ hasText: option }).first();
      await found.waitFor({ state: 'attached' });
      await field.selectOption({ label: (await found.textContent()) ?? '' });
    },
  };
}

describe.skipIf(!findChromium() && !process.env.CI)('the first hour', () => {
  const { deployment } = deployed({ installed: SQLITE.fresh });
  const browser = chromiumFor(deployment);

  test('a stranger comes from an empty installation to a confirmed token', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en' });
    const page = await context.newPage();
    const { counted, seen, press, followLink, item, fill, choose } = stranger(page);
    const menu = page.getByRole('navigation', { name: 'Main menu' });
    const guide = page.getByRole('list', { name: 'Set up Sower' });
    const home = async (): Promise<void> => {
      await followLink('Home', menu);
      await seen('Home');
      await guide.waitFor();
    };
    const isDone = (step: string) => guide.getByRole('listitem', { name: `${step}: done` }).waitFor();

    // The password is in the file that the first start has named.
    await page.goto(`${originOf(deployment)}/console/`);
    await seen('Log on');
    await fill('User name', 'admin');
    await fill('Password', givenPassword(deployment));
    await press('Log on');
    await seen('Choose your own password');
    await fill('New password', OWN);
    await fill('New password again', OWN);
    await press('Change password');
    await seen('Home');
    await guide.waitFor();

    await followLink('Add a profile');
    await seen('Add New Software Token Profile');
    await fill('Profile Name', 'Phones');
    await choose('Device Type', /Sower/);
    // "The user enters the tokencode alone, without a PIN."
    counted.clicks += 1;
    await page.getByRole('radio', { name: /^Tokencode/ }).check();
    // "The user gets a link and a one-time activation code. You choose how to hand them over."
    counted.clicks += 1;
    await page.getByRole('radio', { name: /URL/ }).check();
    await press('Save');
    await seen('Software Token Profiles');

    await home();
    await isDone('A token profile');
    await followLink('Add one person');
    await seen('Add New User');
    await fill('User ID', 'grace');
    await fill('Last name', 'Hopper');
    await press('Save');
    await seen(/grace/);

    await home();
    await isDone('Users');
    await followLink('Mint tokens');
    await seen('Mint Tokens');
    await fill('Number of tokens', '5');
    await press('Mint tokens', page.locator('#main'));
    await page.getByText('5 tokens are minted').first().waitFor();

    await home();
    await isDone('Tokens');
    // "Choose a user, such as yourself. On the user's page, assign a token and distribute it."
    await followLink('Choose who gets it');
    await seen('Users');
    await followLink('grace', page.locator('#main'));
    await seen(/grace|Hopper/);
    await press('Assign token');
    const dialog = page.getByRole('dialog');
    await press('Assign', dialog);
    await dialog.waitFor({ state: 'detached' });
    await press(/^Actions for token/);
    await item('Distribute');
    await seen(/^Distribute Token/);
    await choose('Select Token Profile', /Phones/);
    await press('Save and Distribute');
    await page.getByText('The activation code is shown only now').waitFor();
    await page.getByText(/is distributed to Hopper \(grace\)$/).waitFor();
    await page.getByText(/^It works once, until \S.+\.$/).waitFor();
    const link = page.getByRole('group', { name: /^Link for/ }).locator('output');
    const address = (await link.textContent()) ?? '';

    // The user's phone.
    const phone = await openBrowser({ width: 390 });
    const user = stranger(phone.page);
    try {
      await phone.page.goto(address);
      await user.press('Import token');
      const code = await shownCode(phone.page);
      await page.getByText('Provisioned: the token is in the app').waitFor();

      await followLink('Show all tokens');
      await seen('SecurID Tokens');
      await press(/^Actions for token/);
      await item('View');
      await seen(/^Token \d/);
      await press('Test');
      await fill('Passcode', code);
      await press('Test', page.getByRole('dialog'));
      await page.getByRole('dialog').getByText('The passcode is right. The token works.').waitFor();
      await press('Cancel', page.getByRole('dialog'));
    } finally {
      await phone.close();
    }
    await home();
    await isDone('The first token on a device');
    const { items } = await deployment.api('listTokens', { query: { userId: 'grace' } });
    expect(items[0]).toMatchObject({ userId: 'grace', distribution: { state: 'confirmed' } });

    const { clicks, pages, fields } = counted;
    console.log(
      `first hour: ${clicks} clicks, ${pages} pages, ${fields} fields; on the phone ${user.counted.clicks} clicks`,
    );
    expect(clicks).toBeLessThanOrEqual(MOST.clicks);
    expect(pages).toBeLessThanOrEqual(MOST.pages);
    expect(fields).toBeLessThanOrEqual(MOST.fields);
    await context.close();
  });
});
