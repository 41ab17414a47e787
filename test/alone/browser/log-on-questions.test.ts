/** What is asked beyond a passcode at the log-ons of both consoles, in a real Chromium: a new PIN, and the next tokencode. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealing } from '@sower/server/keys/seal/sealing';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { originOf } from '../../harness/browser/console-browser.ts';
import { faults } from '../../harness/browser/looks.ts';
import { hiddenOf } from '../../harness/browser/shown-once.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed, openedFor } from '../../harness/deployed.ts';
import { problemOf, selfServiceClient } from '../../harness/self-service-client.ts';
import { person, prepareModes, random, roomInTheMinute, type Stage } from '../../harness/token-modes.ts';

const PASSWORD = 'seven green bottles';
const executablePath = findChromium();

describe.skipIf(!executablePath && !process.env.CI)('questions at the log-on', () => {
  const { database, deployment } = deployed(SQLITE);
  const stored = openedFor(database);
  const browser = chromiumFor(deployment);
  let stage: Stage;

  beforeAll(async () => {
    const masterKey = Buffer.from(readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    await prepareModes(stage);
    await newAdministrator(deployment, {
      userName: 'grace',
      password: PASSWORD,
      grants: [{ role: 'super-admin' }],
    });
    // For so long the server remembers policies.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  });

  async function open(path: string, locale: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale });
    const page = await context.newPage();
    await page.goto(originOf(deployment) + path);
    return page;
  }
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  test('a new PIN at the Self-Service Console: typed wrong, refused, made by the system, and used', async () => {
    await roomInTheMinute(stage, 30_000);
    const someone = await person(stage, {
      seed: { authentication_type: 'fob' },
      policy: ['PIN chosen or made', { pinRequired: true, pinChosenBy: 'either' }],
    });
    const page = await open('/self-service/', 'en');
    await page.getByLabel('User ID').fill(someone.userId);
    await press(page, 'Next');
    await page.getByLabel('With a code from my authenticator').check();
    await page.locator('#log-on-secret').fill(someone.code(-1));
    await press(page, 'Log on');
    await page.getByText('Your token needs a new PIN.').waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByLabel('New PIN', { exact: true }).fill('4826');
    await page.getByLabel('New PIN again').fill('4827');
    await press(page, 'Continue');
    await page.getByText('The two PINs differ.').waitFor();
    await page.getByLabel('New PIN', { exact: true }).fill('11');
    await page.getByLabel('New PIN again').fill('11');
    await press(page, 'Continue');
    await page.getByText('A PIN has 4 to 8 letters and digits.').waitFor();
    await press(page, 'Continue');
    await page.locator('.sower-once output').waitFor();
    expect(await hiddenOf(page)).toEqual([]);
    const pin = await page.locator('.sower-once output').textContent();
    expect(pin).toMatch(/^\w{4,8}$/);
    await press(page, 'I have remembered it');
    await page.getByLabel('Passcode with the new PIN').fill(pin + someone.code(0));
    await press(page, 'Continue');
    await page.getByRole('heading', { name: 'My Authenticators' }).waitFor();
    await page.close();
  });

  test('the next tokencode at the Security Console, in German; a wrong one begins anew', async () => {
    await roomInTheMinute(stage, 30_000);
    const waiting = { failures: 10, last_failure_at: Date.now() - 600_000 };
    const someone = await person(stage, { token: waiting });
    await stored.db
      .updateTable('administrators')
      .set({ token_user_id: someone.userRow })
      .where('user_name_key', '=', 'grace')
      .execute();
    await markAllRows(stored.db, stage);
    const page = await open('/console/', 'de');
    await page.getByLabel('Benutzername').fill('grace');
    await page.locator('input[type=password]').fill(PASSWORD);
    await press(page, 'Anmelden');
    await page.getByLabel('Passcode').fill(someone.code(-1));
    await press(page, 'Anmelden');
    await page.getByText('warten Sie, bis die Anzeige', { exact: false }).waitFor();
    await page.getByLabel('Nächster Code').fill('00000000');
    await press(page, 'Weiter');
    await page.getByText('Der Passcode wurde nicht angenommen.').waitFor();
    expect(await page.getByLabel('Passcode').evaluate((input) => input === document.activeElement)).toBe(
      true,
    );
    await stored.db.updateTable('tokens').set(waiting).where('id', '=', someone.tokenId).execute();
    await page.getByLabel('Passcode').fill(someone.code(0));
    await press(page, 'Anmelden');
    await page.getByLabel('Nächster Code').fill(someone.code(1));
    await press(page, 'Weiter');
    await page.locator('#menu-toggle').waitFor();
    await page.close();
  });

  test('a challenge lets in only the user it belongs to', async () => {
    await roomInTheMinute(stage);
    const waiting = { token: { failures: 10, last_failure_at: Date.now() - 600_000 } };
    const [owner, other] = [await person(stage, waiting), await person(stage)];
    const { api } = selfServiceClient(deployment);
    const show = (userId: string, passcode: string, challenge?: string) =>
      api('openUserSession', { body: { method: 'passcode', userId, passcode, challenge } });
    const asked = await show(owner.userId, owner.code(-1)).catch((error) => error.problem.challenge);
    expect(asked).toMatchObject({ challenge: { kind: 'next-tokencode' } });
    expect((await problemOf(show(other.userId, owner.code(0), asked.id))).code).toBe('log-on-failed');
    expect((await problemOf(api('getUserSession', {}))).code).toBe('not-authenticated');
    // It stays open for its owner, for one answer.
    expect((await show(owner.userId, owner.code(0), asked.id)).userId).toBe(owner.userId);
    expect((await problemOf(show(owner.userId, owner.code(1), asked.id))).code).toBe('log-on-failed');
  });

  test('who is logged on with a password shows the token in as many steps as it takes', async () => {
    await roomInTheMinute(stage);
    const waiting = { token: { failures: 10, last_failure_at: Date.now() - 600_000 } };
    const someone = await person(stage, waiting);
    const { userId } = someone;
    await deployment.api('setUserPassword', {
      params: { userId },
      body: { password: PASSWORD, mustChange: false },
    });
    const { api } = selfServiceClient(deployment);
    await api('openUserSession', { body: { method: 'password', userId, password: PASSWORD } });
    const asked = await api('proveToken', { body: { passcode: someone.code(-1) } }).catch(
      (error) => error.problem.challenge,
    );
    expect((await api('getUserSession', {})).method).toBe('password');
    const proven = await api('proveToken', { body: { passcode: someone.code(0), challenge: asked.id } });
    expect(proven.method).toBe('passcode');
  });
});
