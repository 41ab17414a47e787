/** A walk through every screen of the Self-Service Console, in either language: for what must hold on all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLink } from '@sower/ctkip/links';
import type { ProvisionedToken } from '@sower/ctkip/provision';
import { type Language, PSEUDO } from '@sower/texts/language';
import { pseudoTexts } from '@sower/texts/pseudo';
import type { Page } from 'playwright-core';
import { readQrImage } from '../../../apps/cli/src/authenticator/qr-image.ts';
import { selfServiceDe, selfServiceEn } from '../../../packages/texts/test/tables.ts';
import { acceptAround, provisioned, runExchange, sender, tokencode } from '../authenticator.ts';
import type { Deployment } from '../deployment.ts';

export const GIVEN_PASSWORD = 'given by the help desk';
export const OWN_PASSWORD = 'seven green bottles';

const OFFERED = 'Token for a second phone';
const WRONG_CLASS = 'a01c4380-fc01-4df0-b113-7fb98ec74694';

export const textsOf = (language: Language): typeof selfServiceEn =>
  ({ en: selfServiceEn, de: selfServiceDe, [PSEUDO]: pseudoTexts(selfServiceEn) })[language];

/** The profiles that the users of the walk are given tokens of. */
export async function furnishSelfService({ api }: Deployment): Promise<void> {
  await acceptAround(api);
  const profile = { deviceType: 'sower' } as const;
  // Everything that can be on is: there is a screen for each.
  const { version } = await api('getSettings', {});
  await api('editSettings', { ifMatch: version, body: { 'selfService.replacePin': true } });
  // Whoever walks sets a PIN where they choose to.
  await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
  await api('addProfile', {
    body: { name: 'Self_QR', delivery: 'qr', authenticationType: 'fob', codeExpiry: '1h', ...profile },
  });
  await api('addProfile', {
    body: { name: 'Self_URL', delivery: 'url', authenticationType: 'tokencode', ...profile },
  });
  await api('addOffer', {
    body: {
      name: OFFERED,
      profile: 'Self_QR',
      icon: 'phone',
      description: 'Shows a code every minute; you need no network for it.',
      downloadUrl: 'https://apps.example.com/authenticator',
      helpUrl: 'https://help.example.com/authenticator',
      isDefault: true,
      steps: ['Manager', 'Budget', 'Security', 'Help desk'].map((name) => ({ name })),
    },
  });
  await api('addOffer', { body: { name: 'Token for your tablet', profile: 'Self_QR', icon: 'tablet' } });
}

let people = 0;

/** @returns a user with a first password and a token that waits for its QR code */
export async function newPerson(deployment: Deployment): Promise<{ userId: string; serial: string }> {
  people += 1;
  const userId = `walker${people}`;
  await deployment.api('addUser', { body: { userId, firstName: 'Wanda' } });
  await deployment.api('setUserPassword', { params: { userId }, body: { password: GIVEN_PASSWORD } });
  return { userId, serial: await newToken(deployment, userId, 'Self_QR') };
}

export async function newToken(
  { api }: Deployment,
  userId: string,
  profile: 'Self_QR' | 'Self_URL',
): Promise<string> {
  const { first: serial } = await api('mintTokens', { body: {} });
  await api('assignToken', { params: { serial }, body: { userId } });
  await api('distributeToken', { params: { serial }, body: { profile, nickname: 'phone' } });
  return serial;
}

/** What is in the QR code on the screen, from its pixels. */
export async function linkOnScreen(page: Page): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-screen-'));
  const path = join(folder, 'screen.png');
  await page.screenshot({ path, fullPage: true });
  const read = await readQrImage(path);
  rmSync(folder, { recursive: true });
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

const targetOf = (link: string) => {
  const parsed = parseLink(link);
  if (!parsed.ok) throw new Error(parsed.defect);
  return { ctkipUrl: parsed.url, activationCode: parsed.activationCode };
};

/** @param visit called on every screen, with its name */
export async function walk(
  {
    page,
    deployment,
    origin,
    locale,
  }: { page: Page; deployment: Deployment; origin: string; locale: Language },
  visit: (name: string) => Promise<void>,
): Promise<void> {
  const t = textsOf(locale);
  const { userId, serial } = await newPerson(deployment);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const field = (name: string) => page.getByLabel(name);
  const heading = (name: string | RegExp) => page.getByRole('heading', { name }).first();
  const closeDialog = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };

  // Its time goes on as ours does, but for where the walk turns it forward.
  await page.clock.install();
  await page.goto(`${origin}/self-service/`);
  await field(t.logOn.userId).waitFor();
  await visit('log-on');
  await field(t.logOn.userId).fill(userId);
  await button(t.next).click();
  await page.getByText(t.logOn.how).waitFor();
  await visit('log-on-method');
  await page.locator('#log-on-secret').fill('a wrong password');
  await button(t.logOn.submit).click();
  await page.getByText(t.logOn.refused).waitFor();
  await visit('log-on-refused');
  await page.locator('#log-on-secret').fill(GIVEN_PASSWORD);
  await button(t.logOn.submit).click();
  await heading(t.password.mustTitle).waitFor();
  await visit('first-password');
  const passwords = page.locator('input[type=password]');
  // The one that was typed a moment ago is not asked for again.
  await passwords.nth(0).fill(OWN_PASSWORD);
  await passwords.nth(1).fill(OWN_PASSWORD);
  await button(t.password.submit).click();
  await heading(t.tokens.title).waitFor();
  await page.getByText(serial).first().waitFor();
  await visit('my-authenticators');

  const openMenu = async (): Promise<void> => {
    // Off the labels, whose tooltips would lie over the button.
    await page.mouse.move(0, 0);
    const card = page.locator(`section[aria-labelledby~="serial-${serial}"]`);
    await card.getByRole('button', { name: t.ui.actions, exact: true }).click();
  };
  const choose = async (name: string): Promise<void> => {
    await openMenu();
    await page.getByRole('menuitem', { name, exact: true }).click();
    await page.getByRole('dialog').waitFor();
  };
  await choose(t.tokens.troubleshoot);
  await visit('troubleshoot');
  await closeDialog();

  await page.getByRole('link', { name: t.tokens.activate }).click();
  await button(t.activate.app.have).waitFor();
  await visit('activate-app');
  await button(t.activate.app.have).click();
  await button(t.activate.scan.show).waitFor();
  await visit('activate-scan');
  await button(t.activate.scan.show).click();
  await page.getByRole('img', { name: t.activate.scan.image }).waitFor();
  await button(t.activate.scan.trouble).click();
  await visit('activate-code');

  // The same person, in another window.
  await page.evaluate(
    (path) => fetch(path, { method: 'POST' }).then(() => undefined),
    `/api/v1/self-service/tokens/${serial}/activation`,
  );
  await page.getByText(t.activate.scan.replacedTitle).waitFor();
  await visit('activate-replaced');
  const again = async (): Promise<void> => {
    await button(t.activate.scan.again).click();
    await page.getByRole('img', { name: t.activate.scan.image }).waitFor();
  };
  await again();
  await page.clock.fastForward('01:00:01');
  await page.getByText(t.activate.scan.expiredTitle).waitFor();
  await visit('activate-expired');
  await again();
  const scannedByWrong = targetOf(await linkOnScreen(page));
  await runExchange(deployment, scannedByWrong, { deviceClass: WRONG_CLASS });
  await page.getByText(t.activate.scan.deviceTitle).waitFor();
  await visit('activate-wrong-device');
  for (let run = 2; run <= 10; run += 1) {
    await runExchange(deployment, scannedByWrong, { deviceClass: WRONG_CLASS });
  }
  await page.getByText(t.activate.scan.failedTitle).waitFor();
  await visit('activate-too-many-runs');
  await again();
  await scanAndFallSilent(deployment, targetOf(await linkOnScreen(page)));
  await page.getByText(t.activate.scan.opened).waitFor();
  await visit('activate-scanned');
  await page.clock.fastForward(21_000);
  await page.getByText(t.activate.scan.silentTitle).waitFor();
  await visit('activate-silent-phone');
  await again();
  const target = targetOf(await linkOnScreen(page));
  const token: ProvisionedToken = await provisioned(deployment, target);
  await field(t.activate.confirm.label).waitFor();
  await page.getByText(/^\d{3} \d{3} \d{3}$/).waitFor();
  await visit('activate-confirm');
  await runExchange(deployment, target);
  await page.getByText(t.activate.confirm.reusedTitle).waitFor();
  await field(t.activate.confirm.label).fill('12345678');
  await button(t.activate.confirm.submit).click();
  await page.getByText(t.activate.confirm.rejected.replace('{{serial}}', serial)).waitFor();
  await visit('activate-second-scan-and-wrong-code');
  await field(t.activate.confirm.label).fill(tokencode(token, -1));
  await button(t.activate.confirm.submit).click();
  await button(t.pin.submit).waitFor();
  await page.getByText(t.pin.rulesMore).waitFor();
  await visit('activate-pin');
  await field(t.pin.label).first().fill('123');
  await field(t.pin.again).fill('123');
  await button(t.pin.submit).click();
  // By the server, at the field.
  await page.locator('input[type=password][aria-invalid=true]').first().waitFor();
  await visit('activate-pin-refused');
  await field(t.pin.label).first().fill('2580');
  await field(t.pin.again).fill('2580');
  await button(t.pin.submit).click();
  await page.getByText(t.activate.done.title).waitFor();
  await visit('activate-done');

  await page.getByRole('link', { name: t.activate.done.leave }).click();
  await heading(t.tokens.title).waitFor();
  await page.getByText(t.tokens.states.active).first().waitFor();
  await visit('my-authenticators-ready');
  await openMenu();
  await page.getByRole('menuitem').first().waitFor();
  await visit('menu');
  await page.keyboard.press('Escape');
  for (const [name, label] of [
    ['view', t.tokens.view],
    ['test', t.tokens.test],
    ['change-pin', t.tokens.changePin],
    ['rename', t.tokens.rename],
    ['move-to-a-new-phone', t.tokens.move],
    ['request-replacement', t.requests.replacement],
    ['report-lost', t.tokens.lost],
  ] as const) {
    await choose(label);
    await visit(name);
    await closeDialog();
  }
  const params = { serial };
  await deployment.api('clearPin', { params });
  await page.reload();
  await page.getByText(t.tokens.hints.noPin).waitFor();
  await choose(t.tokens.createPin);
  await visit('create-pin');
  await closeDialog();
  await deployment.api('setPin', { params, body: { pin: '2580' } });
  await page.reload();
  await page.getByText(t.tokens.states.active).first().waitFor();
  await choose(t.tokens.troubleshoot);
  await button(t.pin.replaceTitle).click();
  await page.getByText(t.pin.codesHelp).waitFor();
  await visit('forgotten-pin');
  await closeDialog();
  await choose(t.tokens.troubleshoot);
  await button(t.resynchronise.title).click();
  await page.getByText(t.resynchronise.body).waitFor();
  await visit('resynchronise');
  await field(t.resynchronise.first).fill('12345678');
  await field(t.resynchronise.second).fill('12345679');
  await button(t.resynchronise.submit).click();
  await page.getByRole('alert').waitFor();
  await visit('resynchronise-refused');
  // Both of one moment: when the minute ends in between, they do not follow each other.
  const [first, second] = [tokencode(token, 3), tokencode(token, 4)];
  await field(t.resynchronise.first).fill(first);
  await field(t.resynchronise.second).fill(second);
  await button(t.resynchronise.submit).click();
  await page.getByText(t.resynchronise.done).waitFor();
  await visit('resynchronised');
  await closeDialog();

  // Asking for a token, and what becomes of it.
  await button(t.requests.ask).click();
  await page.getByRole('dialog').waitFor();
  await page.getByRole('radio', { name: OFFERED }).waitFor();
  await visit('request');
  await page.getByRole('radio', { name: OFFERED }).check();
  await field(t.requests.nickname).fill('second');
  await field(t.requests.reason).fill('A second phone for the night shift');
  await button(t.requests.submit).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText(t.requests.states.pending).waitFor();
  await visit('request-waiting');
  const { items: asked } = await deployment.api('listRequests', { query: { userId } });
  const request = { id: asked[0]?.id ?? '' };
  await deployment.api('approveRequest', { params: request, body: {}, ifMatch: 1 });
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString();
  await deployment.api('deferRequest', {
    params: request,
    body: { until, comment: 'The budget of next month' },
    ifMatch: 2,
  });
  await page.reload();
  await page.getByText('The budget of next month').waitFor();
  await visit('request-put-off');
  await deployment.api('rejectRequest', {
    params: request,
    body: { comment: 'One is enough' },
    ifMatch: 3,
  });
  await page.reload();
  await page.getByText('One is enough').waitFor();
  await visit('request-rejected');

  await page.goto(`${origin}/self-service/move#serial=${serial}&approval=123456789012`);
  await button(t.move.submit).waitFor();
  await visit('move-asked');
  await button(t.move.submit).click();
  await field(t.move.label).waitFor();
  await visit('move-refused');

  const byUrl = await newToken(deployment, userId, 'Self_URL');
  await page.goto(`${origin}/self-service/tokens/${byUrl}/activate`);
  await button(t.activate.app.have).click();
  await page.getByText(t.activate.url.body).waitFor();
  await visit('activate-by-url');

  await page.goto(`${origin}/self-service/mail`);
  await heading(t.mailLanguage.title).waitFor();
  await page.locator('#mail-language').waitFor();
  await visit('mail-language');
  await page.goto(`${origin}/self-service/password`);
  await heading(t.password.title).waitFor();
  await visit('change-password');
  await page.getByRole('button', { name: t.person.replace('{{userId}}', userId) }).click();
  await page.getByRole('menuitem', { name: t.logOff }).click();
  await field(t.logOn.userId).fill(userId);
  await button(t.next).click();
  await page.locator('#log-on-secret').fill(OWN_PASSWORD);
  await button(t.logOn.submit).click();
  await heading(t.tokens.title).waitFor();
  await page.goto(`${origin}/self-service/tokens/${byUrl}/activate`);
  await heading(t.prove.title).waitFor();
  await visit('activate-passcode-needed');
  await page.goto(`${origin}/self-service/`);
  await page.getByText(serial).first().waitFor();
  await choose(t.tokens.changePin);
  await page.getByText(t.pin.proveBody).waitFor();
  await visit('change-pin-passcode-needed');
  await closeDialog();
  await page.evaluate(
    (path) => fetch(path, { method: 'POST' }).then(() => undefined),
    `/api/v1/self-service/tokens/${serial}/lost`,
  );
  await page.reload();
  await page.getByText(t.tokens.states.lost).waitFor();
  await visit('my-authenticators-lost');

  const tokens = '**/api/v1/self-service/tokens';
  await page.route(tokens, (route) => route.fulfill({ json: { items: [] } }));
  await page.reload();
  await page.getByText(t.tokens.none).waitFor();
  await visit('my-authenticators-none');
  await page.unroute(tokens);
  const session = '**/api/v1/self-service/session';
  await page.route(session, (route) => route.abort());
  await page.reload();
  await heading(t.logOn.unreachable).waitFor();
  await visit('no-server');
  await page.unroute(session);
}

/** As far as the ServerHello: what follows never comes. */
async function scanAndFallSilent(
  deployment: Deployment,
  target: Parameters<typeof runExchange>[1],
): Promise<void> {
  const send = sender(deployment);
  let sent = 0;
  await runExchange(deployment, target, {
    attempts: 1,
    send: async (request) => {
      sent += 1;
      if (sent > 1) throw new Error('no network');
      return send(request);
    },
  });
}
