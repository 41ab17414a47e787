/** Administrators log on with more than a password: a token's passcode, a passkey in a real Chromium. */

import { type ApiClient, apiClient } from '@sower/api/client';
import { openDatabase } from '@sower/server/store/db/open';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { type Deployment, deploy, type HttpAnswer } from '../../harness/deployment.ts';
import { problemCode } from '../../harness/problems.ts';
import { markRows } from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'another staple, wrong horse';
const SAME_SITE = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };

const post = (deployment: Deployment, path: string, body: unknown, cookie?: string): Promise<HttpAnswer> =>
  deployment.send(0, {
    method: 'POST',
    path: `/api/v1${path}`,
    headers: { ...SAME_SITE, ...(cookie === undefined ? {} : { cookie }) },
    body: JSON.stringify(body),
  });
const logOn = (deployment: Deployment, body: Record<string, string>, cookie?: string) =>
  post(deployment, '/session', body, cookie);
const codeOf = (answer: HttpAnswer): string =>
  (JSON.parse(answer.body.toString()) as { code?: string }).code ?? 'none';
const cookiesOf = (answer: HttpAnswer): string =>
  [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

function withCookie(deployment: Deployment, cookie: string): ApiClient {
  return apiClient(async (request) => {
    const answer = await deployment.send(0, {
      method: request.method,
      path: request.path,
      headers: { ...request.headers, cookie, 'sec-fetch-site': 'same-origin' },
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return { status: answer.status, body: answer.body.toString() };
  });
}

onBothDatabases('log-on of administrators', (kind) => {
  const { database, deployment } = deployed(kind);
  const serial = '000100000001';

  beforeAll(async () => {
    const { api } = deployment;
    for (const userName of ['grace', 'mallory']) {
      await newAdministrator(deployment, { userName, password: PASSWORD, grants: [{ role: 'super-admin' }] });
    }
    await api('addUser', { body: { userId: 'ghopper' } });
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'ghopper' } });
  });

  const edit = async (tokenOf: string | null) => {
    const { items } = await deployment.api('listAdministrators', {});
    const { version } = items.find(({ userName }) => userName === 'grace') as { version: number };
    return deployment.api('editAdministrator', {
      params: { userId: 'grace' },
      body: { tokenOf },
      ifMatch: version,
    });
  };

  test('a token is asked for from when it works, and the password alone opens nothing then', async () => {
    const { api } = deployment;
    expect(await problemCode(edit('ghopper'))).toBe('wrong-state');
    const result = await api('distributeToken', { params: { serial }, body: { profile: 'p' } });
    const token = await provisioned(deployment, result);
    let offset = -2;
    const code = (): string => {
      offset += 1;
      return tokencode(token, offset);
    };
    expect((await api('authenticate', { body: { userId: 'ghopper', passcode: code() } })).result).toBe(
      'accepted',
    );
    // Neither of a token that no passcode is accepted of: the administrator could not log on again.
    const set = async (enabled: boolean) => {
      const { version } = await api('getUser', { params: { userId: 'ghopper' } });
      await api('editUser', { params: { userId: 'ghopper' }, body: { enabled }, ifMatch: version });
    };
    const expireOn = async (day: string) => {
      const { db, close } = await openDatabase(database.location);
      await db.updateTable('tokens').set({ expires_on: day }).where('serial', '=', serial).execute();
      await close();
    };
    await set(false);
    expect(await problemCode(edit('ghopper'))).toBe('wrong-state');
    await set(true);
    await expireOn('2020-01-01');
    expect(await problemCode(edit('ghopper'))).toBe('wrong-state');
    await expireOn('2037-01-01');
    expect((await edit('ghopper')).tokenOf).toBe('ghopper');

    const alone = await logOn(deployment, { userName: 'grace', password: PASSWORD });
    expect([alone.status, codeOf(alone), alone.headers['set-cookie']]).toEqual([
      401,
      'second-factor-required',
      undefined,
    ]);
    // Who does not know the password is not told that there is more.
    expect(codeOf(await logOn(deployment, { userName: 'grace', password: 'wrong' }))).toBe('log-on-failed');
    const passcode = code();
    for (const [body, expected] of [
      [{ password: 'wrong', passcode }, 'log-on-failed'],
      [{ password: PASSWORD, passcode: '00000000' }, 'log-on-failed'],
      [{ password: PASSWORD, passcode }, 'none'],
      // The same passcode again: never accepted twice.
      [{ password: PASSWORD, passcode }, 'log-on-failed'],
    ] as const) {
      expect(codeOf(await logOn(deployment, { userName: 'grace', ...body }))).toBe(expected);
    }
    // An emergency tokencode stands in for the token, but not here: it is refused, and neither used up nor counted.
    const failures = async () => (await api('getUserActivity', { params: { userId: 'ghopper' } })).failures;
    const before = await failures();
    const given = await api('giveEmergencyAccess', { params: { serial }, body: { kind: 'set' } });
    const [emergency] = given.codes as [string];
    for (let tries = 0; tries < 3; tries += 1) {
      const refused = await logOn(deployment, { userName: 'grace', password: PASSWORD, passcode: emergency });
      expect([codeOf(refused), refused.headers['set-cookie']]).toEqual(['log-on-failed', undefined]);
    }
    expect(await failures()).toBe(before);
    const body = { userId: 'ghopper', passcode: emergency };
    expect(await api('authenticate', { body })).toEqual({
      result: 'accepted',
      userId: 'ghopper',
      means: 'emergency-tokencode',
    });
    expect(await api('authenticate', { body })).toEqual({ result: 'rejected' });
    // The user cannot go while an administrator depends on them.
    expect(await problemCode(api('deleteUser', { params: { userId: 'ghopper' } }))).toBe('in-use');
    await edit(null);
    expect((await logOn(deployment, { userName: 'grace', password: PASSWORD })).status).toBe(201);
  });

  test("one's own password: asked for again, and other sessions end", async () => {
    const [here, there] = await Promise.all([
      logOn(deployment, { userName: 'mallory', password: PASSWORD }),
      logOn(deployment, { userName: 'mallory', password: PASSWORD }),
    ]);
    const [api, other] = [here, there].map((answer) => withCookie(deployment, cookiesOf(answer))) as [
      ApiClient,
      ApiClient,
    ];
    const newPassword = 'another horse battery';
    expect(await problemCode(api('setOwnPassword', { body: { password: 'wrong', newPassword } }))).toBe(
      'password-refused',
    );
    expect(
      await problemCode(api('setOwnPassword', { body: { password: PASSWORD, newPassword: 'short' } })),
    ).toBe('password-refused');
    await api('setOwnPassword', { body: { password: PASSWORD, newPassword } });
    expect((await api('getOwnLogOn', {})).userName).toBe('mallory');
    expect(await problemCode(other('getOwnLogOn', {}))).toBe('not-authenticated');
    expect((await logOn(deployment, { userName: 'mallory', password: newPassword })).status).toBe(201);
    // An API key is nobody's log-on.
    expect(await problemCode(deployment.api('getOwnLogOn', {}))).toBe('not-authenticated');
  });
});

const executablePath = findChromium();
describe.skipIf(!executablePath && !process.env.CI)('passkeys', () => {
  test('add one, log on with it alone, not with the password alone; an answer is good once', async () => {
    const database = await SQLITE.installed();
    const deployment = await deploy(database);
    const browser = await launchChromium(deployment);
    try {
      const origin = `https://localhost:${deployment.servers[0]?.port}`;
      await newAdministrator(deployment, {
        userName: 'grace',
        password: PASSWORD,
        grants: [{ role: 'auditor' }],
      });
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const devTools = await context.newCDPSession(page);
      await devTools.send('WebAuthn.enable');
      await devTools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
        },
      });
      await page.goto(`${origin}/console/`);
      await fillLogOn(page);
      await page.getByRole('heading', { name: 'Home' }).waitFor();
      await page.getByRole('button', { name: /grace/ }).click();
      await page.getByRole('menuitem', { name: 'My logon' }).click();
      await page.getByRole('heading', { name: 'My logon' }).waitFor();
      // The offer on Home leads there. It is taken out of the address, which stays when somebody logs off and on again.
      await page.goto(`${origin}/console/log-on?add`);
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('Laptop');
      expect(page.url()).toBe(`${origin}/console/log-on`);
      await dialog.getByRole('button', { name: 'Add passkey' }).click();
      await page.getByRole('row', { name: /Laptop/ }).waitFor();

      await page.getByRole('button', { name: /grace/ }).click();
      await page.getByRole('menuitem', { name: 'Log off' }).click();
      await fillLogOn(page);
      await page.getByText('Log on with your passkey to continue.').waitFor();
      const answer = page.waitForRequest((request) => request.url().endsWith('/api/v1/session/passkey'));
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.getByRole('heading', { name: 'My logon' }).waitFor();

      // What went over the wire, once more: refused, and the trail says why.
      const body = JSON.parse((await answer).postData() ?? '') as { state: string; response: { id: string } };
      expect(codeOf(await post(deployment, '/session/passkey', body))).toBe('log-on-failed');
      const altered = { ...body, state: `${body.state.slice(0, -2)}AA` };
      expect(codeOf(await post(deployment, '/session/passkey', altered))).toBe('log-on-failed');
      const { items } = await deployment.api('listAudit', { query: { limit: 20 } });
      const logOns = items.filter(({ action }) => action === 'administrator.log-on');
      expect(logOns[0]).toMatchObject({
        result: 'refused',
        reason: 'passkey Laptop: the answer was already used',
      });
      expect(logOns[1]).toMatchObject({ result: 'success', reason: 'passkey Laptop' });

      // Later a borrowed screen is not enough: the proof is asked for over the form, which keeps what was typed.
      const { db, close } = await openDatabase(database.location);
      await db.updateTable('sessions').set({ proved_at: 0 }).execute();
      await close();
      await markRows(deployment.dataFolder, database.location);
      await page.getByRole('button', { name: 'Change password' }).click();
      await dialog.getByLabel('Your current password').fill(PASSWORD);
      await dialog.getByLabel('New password').fill(NEW_PASSWORD);
      await dialog.getByRole('button', { name: 'Change password' }).click();
      const proof = page.getByRole('dialog', { name: 'Confirm your identity' });
      await proof.getByLabel('Password').fill('wrong');
      await proof.getByRole('button', { name: 'Continue' }).click();
      await proof.getByText('User name or password is wrong.').waitFor();
      await proof.getByLabel('Password').fill(PASSWORD);
      await proof.getByRole('button', { name: 'Continue' }).click();
      await proof.getByText('The password is right.').waitFor();
      await proof.getByRole('button', { name: 'Use a passkey' }).click();
      await page.getByText('Your password is changed.').waitFor();
      // And where one is logged on can be seen and ended.
      await page.getByText('This session').waitFor();

      // Lost: another administrator lets the password be enough again.
      await deployment.api('forgetPasskeys', { params: { userId: 'grace' } });
      expect((await logOn(deployment, { userName: 'grace', password: NEW_PASSWORD })).status).toBe(201);
    } finally {
      await browser.close();
      await deployment.stop();
      await database.drop();
    }
  });

  async function fillLogOn(page: Page): Promise<void> {
    await page.getByLabel('User name').fill('grace');
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log on', exact: true }).click();
  }
});
