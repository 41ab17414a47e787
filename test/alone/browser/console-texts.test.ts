/** Every text of the Security Console, in the pseudo-locale: on every page, and in whatever it opens. All of it comes from the catalogue. */
import { PSEUDO } from '@sower/texts/language';
import { pseudoTexts } from '@sower/texts/pseudo';
import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { consoleEn } from '../../../packages/texts/test/tables.ts';
import { adminPassword } from '../../harness/administrator.ts';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf, proveForLong } from '../../harness/browser/console-browser.ts';
import { furnishEverything } from '../../harness/browser/console-furniture.ts';
import { isNamed, serialOf } from '../../harness/browser/console-pages.ts';
import { furnishSource, peopleOf } from '../../harness/browser/console-sources.ts';
import { foreignTexts, isNeutral } from '../../harness/browser/foreign-texts.ts';
import {
  countRequests,
  open,
  openEverything,
  proveIfAsked,
  settled,
} from '../../harness/browser/open-everything.ts';
import { titlesInCode, titlesShown } from '../../harness/browser/titles-in-code.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import { hasSlapd, startSlapd } from '../../harness/directory/slapd.ts';

const skip = (!findChromium() || !hasSlapd) && !process.env.CI;

/**
 * Until it is known how many there are; what is called like the title of a window, and is none; and a plural of what is asked of one alone.
 */
const NO_WINDOW =
  /^(tokens|userFiles)\.bulk\.\w+\.label$|^(jobs|userFiles)\.startTitle$|^sourceRuns\.choice\.titles\.none$/;

/** It takes some minutes: run it with SOWER_WALK=1 when texts or dialogs change. The whole suite walks through the pages alone. */
const asked = process.env.SOWER_WALK === '1';

describe.skipIf(skip || !asked)('texts of the Security Console', () => {
  test('every page and all that it opens: every text comes from the catalogue', async () => {
    const database = await SQLITE.installed();
    const deployment = await deploy(database);
    const browser = await launchChromium(deployment);
    const slapd = await startSlapd({ ldif: peopleOf('walk', ['jdoe', 'other']) });
    try {
      const pages = [...(await furnishEverything(deployment)), ...(await furnishSource(deployment, slapd))];
      const { page, context } = await openConsole(browser, deployment, { locale: 'en', language: PSEUDO });
      await page.emulateMedia({ reducedMotion: 'reduce' });
      countRequests(page);
      const devTools = await context.newCDPSession(page);
      await givePasskeys(devTools);
      const found = new Map<string, string>();
      const titles = new Set<string>();
      const visit = async (state: string): Promise<void> => {
        const foreign = await foreignTexts(page, (text) => isNeutral(text) || isNamed(text));
        for (const text of foreign) if (!found.has(text)) found.set(text, state);
        for (const title of await titlesShown(page)) titles.add(title);
      };
      const way = {
        password: await adminPassword(deployment),
        without: (['cancel', 'back', 'copy'] as const).map((name) => pseudoTexts(consoleEn).ui[name]),
        tried: new Map<string, Set<string>>(),
      };
      for (const path of pages) {
        await open(page, `${originOf(deployment)}/console/${path}`);
        await visit(path);
        await openEverything(page, { ...way, visit: (state) => visit(`${path}: ${state}`) });
      }
      await whatComesSeldom({ page, deployment, devTools, pages, visit });
      expect([...found].map(([text, state]) => `${state}: ${text}`)).toEqual([]);
      const inCode = titlesInCode('security', consoleEn);
      expect(inCode.without).toEqual([]);
      expect(inCode.titles.length).toBeGreaterThan(100);
      const seen = [...titles];
      const missed = inCode.titles.filter(
        ({ key, shown }) => !NO_WINDOW.test(key) && !seen.some((title) => shown.test(title)),
      );
      expect(missed.map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
    } finally {
      await browser.close();
      await deployment.stop();
      await database.drop();
      await slapd.stop();
    }
  }, 1_200_000);
});

/** An authenticator that makes a passkey whenever it is asked to. */
async function givePasskeys(devTools: CDPSession): Promise<void> {
  await devTools.send('WebAuthn.enable');
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/**
 * The offer on Home has led to a passkey, and a device makes none twice: another device. It has no passkey to prove anything by, so what was
 * proved with the first one has to last.
 */
async function anotherDevice(deployment: Deployment, devTools: CDPSession): Promise<void> {
  await proveForLong(deployment);
  await devTools.send('WebAuthn.disable');
  await givePasskeys(devTools);
}

/** Empty lists, a server that is away, a session that ended, somebody else's edit. */
async function whatComesSeldom({
  page,
  deployment,
  devTools,
  pages,
  visit,
}: {
  page: Page;
  deployment: Deployment;
  devTools: CDPSession;
  pages: readonly string[];
  visit: (state: string) => Promise<void>;
}): Promise<void> {
  const origin = originOf(deployment);
  const api = '**/api/v1/**';
  await page.route(api, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch();
    const body = (await response.json().catch(() => undefined)) as { items?: unknown[] } | undefined;
    if (body?.items === undefined) return route.fulfill({ response });
    return route.fulfill({ response, json: { ...body, items: [] } });
  });
  // Templates of mail ship: that list is never empty.
  for (const path of [...pages.filter((each) => each !== 'mail/templates'), 'jobs?state=paused']) {
    await open(page, `${origin}/console/${path}`);
    await visit(`${path}, nothing there`);
  }
  await page.unroute(api);

  // Somebody else has saved it meanwhile.
  await page.route(api, (route) => {
    const headers = route.request().headers();
    return 'if-match' in headers
      ? route.fallback({ headers: { ...headers, 'if-match': '"4711"' } })
      : route.fallback();
  });
  for (const path of await editPages(deployment)) {
    await open(page, `${origin}/console/${path}`);
    await page.locator('#main button[type=submit]').first().click();
    await page.getByRole('dialog').waitFor();
    await visit(`${path}, edited by somebody else`);
  }
  await page.unroute(api);

  await open(page, `${origin}/console/security-domains`);
  await page.locator('#main input[type=search]').fill('zzz');
  await settled(page);
  await visit('security-domains, none found');
  await open(page, `${origin}/console/tokens/${serialOf(3)}/distribute?profile=Sower_CT_KIP`);
  await page.locator('#main button[type=submit]').click();
  await page.locator('#distributed').waitFor();
  await settled(page);
  await visit('distributed');
  await page.locator('#main a[href$="/console/tokens"]').last().click();
  await page.getByRole('dialog').waitFor();
  await visit('distributed, left');
  await page.keyboard.press('Escape');

  const words = pseudoTexts(consoleEn);
  await deployment.api('openActivationWindow', { params: { userId: 'jdoe' } });
  await open(page, `${origin}/console/users/jdoe`);
  await page.getByRole('button', { name: words.userSelfService.closeWindow, exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await visit('users/jdoe, closing the window');
  await open(page, `${origin}/console/administrators`);
  await page.getByRole('button', { name: words.ui.menuOf.replace('{{name}}', 'admin'), exact: true }).click();
  await page
    .getByRole('menuitem', { name: words.administrators.confirm.forgetPasskeys.action, exact: true })
    .click();
  await page.getByRole('dialog').waitFor();
  await visit('administrators, forgetting passkeys');

  const { version } = await deployment.api('getUser', { params: { userId: 'other' } });
  await deployment.api('editUser', {
    params: { userId: 'other' },
    body: { enabled: false },
    ifMatch: version,
  });
  await open(page, `${origin}/console/users?search=other`);
  await page.getByRole('button', { name: words.ui.menuOf.replace('{{name}}', 'other'), exact: true }).click();
  await page.getByRole('menuitem', { name: words.users.enable, exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await visit('users, enabling one');
  // Those that were there before may have been decided on the way.
  for (const userId of ['asking', 'asking-too']) {
    await deployment.api('addUser', { body: { userId } });
    await deployment.api('requestToken', { body: { userId, offer: 'Token for your phone' } });
  }
  await open(page, `${origin}/console/requests`);
  await page.locator('.sower-tab .pf-v6-l-flex .pf-v6-c-button.pf-m-secondary').click();
  await page.getByRole('dialog').waitFor();
  await visit('requests, approving all');

  await open(page, `${origin}/console/agents`);
  await page.getByRole('button', { name: words.agents.add, exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox').first().fill('Another portal');
  await page.keyboard.press('Enter');
  await settled(page);
  await proveIfAsked(page, 'an agent', { visit, password: await adminPassword(deployment) });
  await page.getByRole('dialog').getByText('Another portal').first().waitFor();
  await visit('agents, made');
  await page.getByRole('button', { name: words.agents.kept, exact: true }).click();
  await anotherDevice(deployment, devTools);
  await open(page, `${origin}/console/log-on`);
  await page.getByRole('button', { name: words.ownLogOn.add, exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Keyring');
  await page.keyboard.press('Enter');
  await settled(page);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await open(page, `${origin}/console/agents`);
  await page.getByRole('button', { name: words.agents.add, exact: true }).click();
  await page.getByRole('dialog').locator('select').first().selectOption('validate');
  await page.getByRole('dialog').locator('#agent-tokens').waitFor();
  await visit('agents, adding a plug-in');
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: words.ui.menuOf.replace('{{name}}', 'Another portal'), exact: true })
    .click();
  await page.getByRole('menuitem', { name: words.agents.test, exact: true }).click();
  for (const index of [0, 1, 2]) await page.getByRole('dialog').locator('input').nth(index).fill('x');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').locator('pre').nth(1).waitFor();
  await visit('agents, tried out');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: words.sharedCredentials.add, exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox').first().fill('Data center 2');
  await visit('shared credentials, adding');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words.agents.kept, exact: true }).waitFor();
  await visit('shared credentials, made');
  await page.getByRole('button', { name: words.agents.kept, exact: true }).click();
  await page.locator('section').getByText('Data center 2', { exact: true }).waitFor();
  await visit('agents, with a shared credential');
  const shared = page.locator('section tr', { hasText: 'Data center 2' });
  for (const entry of [words.agents.edit, words.agents.delete]) {
    await shared.getByRole('button').last().click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await visit('agents, a shared credential');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await deployment.api('makeTransferKey', { body: {} });
  await open(page, `${origin}/console/tokens/import`);
  await page.getByRole('button', { name: words.transferKey.open, exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: words.transferKey.replace, exact: true })
    .click();
  await page.getByRole('dialog').getByText(words.transferKey.replaceBody).waitFor();
  await visit('tokens/import, replacing the transfer key');
  await page.keyboard.press('Escape');
  await coexisting(page, deployment, visit);
  await ordering(page, origin, visit);

  await open(page, `${origin}/console/users/new`);
  await page.locator('#main input[type=text]').first().fill('late');
  await page.locator('#main a[href$="/console/users"]').first().click();
  await page.getByRole('dialog').waitFor();
  await visit('users/new, left with something unsaved');
  await page.keyboard.press('Escape');
  await open(page, `${origin}/console/`);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('doe');
  await page.getByRole('option').first().waitFor();
  await visit('finding anything');
  await page.keyboard.press('Escape');

  const parts = '**/assets/users-page*';
  await page.route(parts, (route) => route.abort());
  await page.goto(`${origin}/console/users`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await visit('a part of the page does not come');
  await page.unroute(parts);
  const session = '**/api/v1/session';
  await page.route(session, (route) => route.abort());
  await page.goto(`${origin}/console/`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await visit('no server');
  await page.unroute(session);
  await open(page, `${origin}/console/requests`);
  await page.context().clearCookies();
  await page.getByRole('tab').last().click();
  await page.locator('.sower-over form').waitFor();
  await visit('the session has ended');
}

/** Turned on, without users; and the backups of a server that makes them, before the first. */
async function coexisting(
  page: Page,
  deployment: Deployment,
  visit: (state: string) => Promise<void>,
): Promise<void> {
  const { api } = deployment;
  const origin = originOf(deployment);
  const words = pseudoTexts(consoleEn);
  const old = { name: 'VPN gateway', servers: ['192.0.2.11:1812'], endsOn: '2099-12-31' };
  const { id, version } = await api('addCoexistence', {
    body: { ...old, secret: 'secret-of-the-old-servers' },
  });
  await api('editCoexistence', { params: { id }, body: { enabled: true }, ifMatch: version });
  const users = '**/api/v1/coexistence-users*';
  await page.route(users, (route) => route.fulfill({ json: { items: [] } }));
  for (const tab of ['waiting', 'moved'] as const) {
    await open(page, `${origin}/console/coexistence?tab=${tab}`);
    await page.getByRole('heading', { name: words.coexistence.noUsers[tab], exact: true }).waitFor();
    await visit(`coexistence, ${tab}`);
  }
  await page.unroute(users);
  await page
    .getByRole('button', { name: words.ui.menuOf.replace('{{name}}', old.name), exact: true })
    .click();
  await page.getByRole('menuitem', { name: words.coexistence.disable, exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await visit('coexistence, turning it off');
  await page.keyboard.press('Escape');

  const backups = '**/api/v1/backups*';
  await page.route(backups, async (route) => {
    const response = await route.fetch();
    const seen = (await response.json()) as object;
    await route.fulfill({ response, json: { ...seen, configured: true, items: [] } });
  });
  await open(page, `${origin}/console/backups`);
  await visit('backups, before the first');
  await page.unroute(backups);
}

/** As where an authority has issued certificates: nobody is asked for one here. */
async function ordering(page: Page, origin: string, visit: (state: string) => Promise<void>): Promise<void> {
  const words = pseudoTexts(consoleEn).certificates.acme;
  const certificate = {
    id: 'issued',
    state: 'kept',
    subject: 'CN=issued.test',
    names: [],
    chain: [],
    byAcme: true,
  };
  const answers = [
    [/\/acme$/, (seen: object) => ({ ...seen, state: 'waiting', orderedNames: ['localhost'] })],
    [
      /\/v1\/certificates(\?|$)/,
      () => ({ items: [{ ...certificate, createdBy: 'admin', createdAt: new Date() }] }),
    ],
  ] as const;
  for (const [address, answer] of answers)
    await page.route(address, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: answer((await response.json()) as object) });
    });
  await open(page, `${origin}/console/certificates`);
  await page.getByRole('button', { name: words.order, exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await visit('certificates, ordering one');
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', {
      name: pseudoTexts(consoleEn).certificates.stored.menuOf.replace('{{subject}}', 'CN=issued.test'),
    })
    .click();
  await page.getByRole('menuitem', { name: words.revoke, exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await visit('certificates, revoking one');
  for (const [address] of answers) await page.unroute(address);
}

async function editPages({ api }: Deployment): Promise<readonly string[]> {
  const { items: roles } = await api('listRoles', {});
  const { items: profiles } = await api('listProfiles', {});
  const { items: sources } = await api('listIdentitySources', {});
  return [
    `tokens/${serialOf(1)}/edit`,
    'users/jdoe/edit',
    'settings/tokens',
    'administrators/north',
    `roles/${roles.find(({ builtIn }) => !builtIn)?.id}`,
    `profiles/${profiles[0]?.id}`,
    `identity-sources/${sources[0]?.id}/edit`,
  ];
}
