/** Administration in the Security Console: what each role may not do, and the pages of domains, administrators and roles. */
import { ALERT_KINDS } from '@sower/api/checks';
import type { Permission } from '@sower/api/permissions';
import { BUILT_IN_ROLES } from '@sower/api/roles';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleEn } from '../../../packages/texts/test/tables.ts';
import { adminPassword, newAdministrator } from '../../harness/administrator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import {
  follow,
  openConsole,
  originOf,
  type Person,
  proveForLong,
} from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { settled } from '../../harness/browser/open-everything.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const executablePath = findChromium();
const PASSWORD = 'correct horse battery';

/** Pages that need a permission, with what they send when somebody gets that far. */
const ACTIONS: readonly {
  permission: Permission;
  page: string;
  /** Whether the menu leads there. */
  menu: boolean;
  request: { method: string; path: string; body?: object };
}[] = [
  {
    permission: 'users:edit',
    page: '/users/new',
    menu: true,
    request: { method: 'POST', path: '/users', body: { userId: 'new' } },
  },
  {
    permission: 'tokens:mint',
    page: '/tokens/mint',
    menu: true,
    request: { method: 'POST', path: '/tokens', body: {} },
  },
  {
    permission: 'tokens:edit',
    page: `/tokens/${serialOf(3)}/edit`,
    menu: false,
    request: { method: 'DELETE', path: `/tokens/${serialOf(3)}/pin` },
  },
  {
    permission: 'tokens:distribute',
    page: `/tokens/${serialOf(3)}/distribute`,
    menu: false,
    request: {
      method: 'POST',
      path: `/tokens/${serialOf(3)}/distributions`,
      body: { profile: 'Android' },
    },
  },
  {
    permission: 'profiles:edit',
    page: '/profiles/new',
    menu: true,
    request: {
      method: 'POST',
      path: '/token-profiles',
      body: { name: 'x', deviceType: 'ios', delivery: 'qr' },
    },
  },
  {
    permission: 'settings:edit',
    page: '/settings/tokens',
    menu: true,
    request: { method: 'GET', path: '/settings' },
  },
  {
    permission: 'administrators:view',
    page: '/administrators',
    menu: true,
    request: { method: 'GET', path: '/administrators' },
  },
  {
    permission: 'administrators:edit',
    page: '/administrators/new',
    menu: true,
    request: {
      method: 'POST',
      path: '/administrators',
      body: { userName: 'x', password: PASSWORD, grants: [] },
    },
  },
  {
    permission: 'keys:edit',
    page: '/api-keys',
    menu: true,
    request: { method: 'GET', path: '/api-keys' },
  },
  {
    permission: 'keys:edit',
    page: '/server-keys',
    menu: true,
    request: { method: 'GET', path: '/server-keys' },
  },
  { permission: 'audit:view', page: '/audit', menu: true, request: { method: 'GET', path: '/audit' } },
  { permission: 'audit:view', page: '/monitor', menu: true, request: { method: 'GET', path: '/audit' } },
  {
    permission: 'policies:view',
    page: '/policies/token',
    menu: true,
    request: { method: 'GET', path: '/policies/token' },
  },
  {
    permission: 'agents:view',
    page: '/radius-clients',
    menu: true,
    request: { method: 'GET', path: '/radius-clients' },
  },
  { permission: 'agents:view', page: '/agents', menu: true, request: { method: 'GET', path: '/agents' } },
  {
    permission: 'settings:edit',
    page: '/mail/settings',
    menu: true,
    request: { method: 'GET', path: '/mail/settings' },
  },
  { permission: 'profiles:view', page: '/offers', menu: true, request: { method: 'GET', path: '/offers' } },
  {
    permission: 'profiles:edit',
    page: '/offers/new',
    menu: false,
    request: { method: 'POST', path: '/offers', body: { name: 'x', profile: 'Android' } },
  },
  {
    permission: 'requests:view',
    page: '/requests',
    menu: true,
    request: { method: 'GET', path: '/requests' },
  },
];

describe.skipIf(!executablePath && !process.env.CI)('Security Console, administration', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);

  beforeAll(async () => {
    await furnish(deployment);
    await proveForLong(deployment);
  });
  afterAll(async () => {
    await first?.context.close();
  });

  const open = (person?: Person) => openConsole(browser, deployment, person);
  let first: { page: Page; context: BrowserContext } | undefined;
  /** A page of the first administrator, whose log-on the tests share: each begins by going to an address, where all is loaded anew. */
  async function logged(): Promise<Page> {
    first ??= await open();
    await first.page.evaluate(() => localStorage.clear());
    return first.page;
  }
  const go = (page: Page, path: string) => page.goto(`${originOf(deployment)}/console${path}`);
  /** From the context menu of a row. */
  async function choose(page: Page, name: string, action: string): Promise<void> {
    await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: action }).click();
  }

  const roles = Object.entries(BUILT_IN_ROLES).filter(([id]) => id !== 'super-admin');
  let before: Page | undefined;
  test.each(roles)(
    '%s: what it may not do is not offered, is refused with the right words, and by the API',
    async (id, { permissions }) => {
      const userName = `is-${id}`;
      await newAdministrator(deployment, { userName, password: PASSWORD, grants: [{ role: id }] });
      const { page } = await open({ userName, password: PASSWORD, after: before });
      before = page;
      const to = (path: string) => follow(page, path.slice(1), consoleEn.shell.noPage);
      const offered = await page
        .locator('#menu a')
        .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
      for (const action of ACTIONS) {
        const may = (permissions as readonly Permission[]).includes(action.permission);
        if (action.menu) expect(offered.includes(`/console${action.page}`), action.page).toBe(may);
        if (may) continue;
        await to(action.page);
        await page.getByRole('heading', { name: 'Not permitted' }).waitFor();
        await page.getByText('This needs the permission:').waitFor();
        // Who may see who can is led there.
        await expect
          .poll(() => page.locator('#main').getByRole('link', { name: 'Who can do this?' }).count())
          .toBe((permissions as readonly Permission[]).includes('administrators:view') ? 1 : 0);
        const answer = await page.evaluate(async ({ method, path, body }) => {
          const reply = await fetch(`/api/v1${path}`, {
            method,
            ...(body === undefined
              ? {}
              : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
          });
          return { status: reply.status, problem: (await reply.json()) as object };
        }, action.request);
        expect(answer, `${id} ${action.permission}`).toMatchObject({
          status: 403,
          problem: { code: 'not-permitted', permission: action.permission },
        });
      }
      // Who may look at a profile and not change it finds nothing to save.
      if ((permissions as readonly Permission[]).includes('profiles:view')) {
        const [profile] = (await deployment.api('listProfiles', { query: { name: 'Sower_QR' } })).items;
        await to(`/profiles/${profile?.id}`);
        await page.getByText('You can view this, but not change it').waitFor();
        await expect.poll(() => page.getByLabel('Profile Name').isDisabled()).toBe(true);
        expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
      }
      // What a row offers is what the role may do with it.
      await to('/tokens');
      const row = page.getByRole('row', { name: new RegExp(serialOf(3)) });
      const sees = (permissions as readonly Permission[]).includes('tokens:view');
      if (sees) {
        await row.getByRole('button').last().click();
        await page.getByRole('menuitem').first().waitFor();
      }
      const entries = (await page.getByRole('menuitem').allTextContents()).join(' ');
      for (const [permission, words] of [
        ['tokens:distribute', /Distribute/],
        ['tokens:assign', /Unassign/],
        ['tokens:edit', /Disable/],
        ['tokens:delete', /Delete/],
      ] as const) {
        const may = (permissions as readonly Permission[]).includes(permission);
        expect(words.test(entries), `${id} ${permission}: ${entries}`).toBe(may);
      }
    },
  );

  test.for(['auditor', 'help-desk', 'agent-administrator'] as const)(
    'what needs attention, and what an agent did, lead no %s to a page that is refused',
    async (role) => {
      const userName = `led-${role}`;
      const grants = [{ role, securityDomain: 'top' }];
      await newAdministrator(deployment, { userName, password: PASSWORD, grants });
      const { page } = await open({ userName, password: PASSWORD, after: before });
      before = page;
      // One of each kind, guessing at codes as well, and an agent whose steps were refused.
      const items = ALERT_KINDS.map((kind) => ({
        id: kind,
        kind,
        text: kind,
        since: '2026-01-01T00:00:00Z',
      }));
      const changed = (path: string, change: (json: { items: object[] }) => object) =>
        page.route(path, async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, ...(response.ok() && { json: change(await response.json()) }) });
        });
      await changed('**/api/v1/alerts', (json) => ({ ...json, items }));
      await changed('**/api/v1/statistics?*', (json) => ({ ...json, guessing: true }));
      await changed('**/api/v1/agents*', (json) => ({
        ...json,
        items: json.items.map((agent) => ({ ...agent, recent: { steps: 3, refused: 2 } })),
      }));
      const pages = new Set<string>();
      for (const from of ['', '/agents']) {
        await go(page, from);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await settled(page);
        const links = await page
          .locator('#main a')
          .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        for (const link of links) pages.add(link?.replace(/^\/console\/?|\?.*$/g, '') ?? '');
      }
      for (const path of pages) {
        await follow(page, path, consoleEn.shell.noPage);
        expect(await page.getByRole('heading', { level: 1 }).first().textContent(), path).not.toBe(
          consoleEn.whoCan.notPermitted,
        );
      }
      await page.unrouteAll();
    },
  );

  test('security domains: add below, rename while another renames, delete refused with the reason', async () => {
    const page = await logged();
    await go(page, '/security-domains');
    await choose(page, 'South', 'Add below');
    await page.getByRole('textbox', { name: 'Name' }).fill('North');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('There is already a security domain "North".').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Island');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Security domain Island is added.').waitFor();

    await choose(page, 'South', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page
      .getByText(/^The security domain still contains .*1 security domain.* Move or delete them first\.$/)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();

    await choose(page, 'Island', 'Rename');
    const island = (await deployment.api('listSecurityDomains', {})).items.find(
      ({ name }) => name === 'Island',
    );
    await deployment.api('renameSecurityDomain', {
      params: { id: island?.id ?? '' },
      body: { name: 'Islet' },
      ifMatch: island?.version ?? 0,
    });
    await page.getByRole('textbox', { name: 'Name' }).fill('Isle');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: /Changed by someone else: Island/ }).waitFor();
    await page.getByText('Theirs: Islet').waitFor();
    await page.getByLabel('Yours: Isle').check();
    await page.getByRole('button', { name: 'Save these values' }).click();
    await page.getByText('Security domain Isle is saved.').waitFor();
    await choose(page, 'Isle', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Security domain Isle is deleted.').waitFor();
    await page.getByRole('button', { name: 'Actions for Top domain', exact: true }).click();
    const stays = page.getByRole('menuitem', { name: /^Delete/ });
    await expect.poll(() => stays.getAttribute('aria-disabled')).toBe('true');
    await expect.poll(() => stays.textContent()).toContain('The top security domain cannot be deleted.');
  });

  test('administrators: messages at their fields; the last Super Admin cannot go', async () => {
    const page = await logged();
    await go(page, '/administrators/new');
    await page.getByRole('textbox', { name: 'User name' }).fill('north');
    await page.getByLabel('First password').fill('short');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Choose a role, or remove this line.').waitFor();
    await page.locator('#main select').first().selectOption({ label: 'Auditor' });
    await page.getByRole('button', { name: 'Save' }).click();
    const said = (label: string) =>
      page
        .getByLabel(label)
        .evaluate(
          (input) => document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent,
        );
    await expect.poll(() => said('First password')).toContain('Use at least 15 characters.');
    await page.getByLabel('First password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => said('User name')).toContain('There is already an administrator "north".');
    await page.getByRole('textbox', { name: 'User name' }).fill('fresh');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Administrator fresh is added.').waitFor();

    await page.getByRole('button', { name: 'Actions for admin', exact: true }).click();
    const entry = page.getByRole('menuitem', { name: /^Delete/ });
    await expect.poll(() => entry.getAttribute('aria-disabled')).toBe('true');
    await expect.poll(() => entry.textContent()).toContain('This is the last Super Admin.');
    await page.keyboard.press('Escape');
    await go(page, '/administrators/admin');
    await page.getByText('This is the last enabled Super Admin').waitFor();
    await page.getByRole('button', { name: 'Remove role 1' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('No enabled Super Admin would be left.').waitFor();

    await go(page, '/administrators');
    await choose(page, 'fresh', 'Disable');
    await page.getByRole('button', { name: 'Disable administrator' }).click();
    await page.getByText('Administrator fresh is disabled.').waitFor();
    await choose(page, 'fresh', 'Delete');
    const remove = page.getByRole('button', { name: 'Delete administrator' });
    await remove.click();
    // What is gone for good is named first.
    await page.getByText('This is not the name.').waitFor();
    await page.getByLabel(/^Type .* to confirm/).fill('fresh');
    await remove.click();
    await page.getByText('Administrator fresh is deleted.').waitFor();
  });

  test('disabling an agent or a RADIUS client that changed meanwhile says so, and disables it at the second try', async () => {
    const { api } = deployment;
    const agent = await api('addAgent', { body: { name: 'gate' } });
    const client = await api('addRadiusClient', {
      body: { name: 'vpn', network: '192.0.2.7/32', secret: 's'.repeat(24) },
    });
    const page = await logged();
    const things = [
      {
        path: '/agents',
        name: 'gate',
        edit: () =>
          api('editAgent', { params: { id: agent.id }, body: { name: 'gate' }, ifMatch: agent.version }),
        enabled: async () => (await api('listAgents', {})).items.find(({ name }) => name === 'gate')?.enabled,
      },
      {
        path: '/radius-clients',
        name: 'vpn',
        edit: () =>
          api('editRadiusClient', {
            params: { id: client.id },
            body: { name: 'vpn' },
            ifMatch: client.version,
          }),
        enabled: async () =>
          (await api('listRadiusClients', {})).items.find(({ name }) => name === 'vpn')?.enabled,
      },
    ];
    for (const thing of things) {
      await go(page, thing.path);
      await page.getByText(thing.name, { exact: true }).first().waitFor();
      await thing.edit();
      await choose(page, thing.name, 'Disable');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Disable' }).click();
      await dialog.getByText(/Reload it and repeat your change/).waitFor();
      expect(await thing.enabled()).toBe(true);
      await page.reload();
      await choose(page, thing.name, 'Disable');
      await dialog.getByRole('button', { name: 'Disable' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await thing.enabled()).toBe(false);
    }
  });

  test('roles: duplicate, edit while another edits, delete refused while in use; who can do this', async () => {
    const page = await logged();
    await go(page, '/roles');
    await choose(page, 'Help Desk Administrator', 'Duplicate');
    await page.getByRole('dialog').getByRole('button', { name: 'Duplicate' }).click();
    await page.getByText('Role Copy of Help Desk Administrator is added.').waitFor();
    await page.getByRole('link', { name: 'Copy of Help Desk Administrator' }).click();
    await page.getByRole('heading', { name: /^Edit Role/ }).waitFor();
    await page.getByLabel('Delete tokens', { exact: true }).check();
    const role = (await deployment.api('listRoles', {})).items.find(({ name }) => name.startsWith('Copy of'));
    await deployment.api('editRole', {
      params: { id: role?.id ?? '' },
      body: { description: 'changed meanwhile' },
      ifMatch: role?.version ?? 0,
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Theirs: changed meanwhile').waitFor();
    // What only the other one changed is shown and stays: it is not asked about.
    expect(await page.getByRole('radiogroup', { name: 'Description' }).count()).toBe(0);
    await page.getByText('You changed different fields.').waitFor();
    await page.getByRole('button', { name: 'Save these values' }).click();
    await page.getByText('Role Copy of Help Desk Administrator is saved.').waitFor();
    expect((await deployment.api('listRoles', {})).items.find(({ id }) => id === role?.id)).toMatchObject({
      description: 'changed meanwhile',
      permissions: expect.arrayContaining(['tokens:delete', 'tokens:edit']) as unknown,
    });
    await choose(page, 'Service desk', 'Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Administrators have this role. Remove it from them first.').waitFor();

    await go(page, '/who-can');
    await page.getByRole('searchbox', { name: 'Find a permission' }).fill('issue software');
    await page.getByRole('link', { name: /Issue software tokens/ }).click();
    await page.getByText('admin, by the role Super Admin, in the whole deployment').waitFor();
    await page.getByText('north, by the role Token Distributor, in North and all below').waitFor();
    await page.getByText('command line, in the whole deployment').waitFor();
  });

  test('a stand-in is named with the reason at the field if not, decides in place of the other, and is ended', async () => {
    const page = await logged();
    await go(page, '/requests');
    await page.getByRole('link', { name: 'Stand-ins' }).click();
    await page.getByText('No stand-ins').waitFor();
    await page.getByRole('button', { name: 'Name a stand-in' }).first().click();
    const dialog = page.getByRole('dialog');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel('Last day').fill(tomorrow);
    await dialog.getByLabel('User name of the administrator').fill('nobody');
    await dialog.getByRole('button', { name: 'Name a stand-in' }).click();
    await dialog.getByText('There is no administrator "nobody".').waitFor();
    await newAdministrator(deployment, { userName: 'deputy', password: PASSWORD, grants: [] });
    await dialog.getByLabel('User name of the administrator').fill('deputy');
    await dialog.getByRole('button', { name: 'Name a stand-in' }).click();
    await page.getByText('deputy stands in for you.').waitFor();
    await page.getByRole('row', { name: /admin deputy/ }).waitFor();

    const deputy = await open({ userName: 'deputy', password: PASSWORD });
    expect(await deputy.page.locator('#menu a[href$="/requests"]').count()).toBe(1);
    await go(deputy.page, '/requests');
    await deputy.page.getByRole('link', { name: 'View request of Doe (jdoe): Token for your phone' }).click();
    await deputy.page.getByRole('button', { name: 'Approve' }).click();
    await deputy.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await deputy.page.getByText('Administrator deputy on behalf of Administrator admin').waitFor();
    await deputy.page.getByText('Not possible for you now: Approve').waitFor();
    expect(await deputy.page.getByRole('button', { name: 'Approve', exact: true }).isDisabled()).toBe(true);
    expect(await deputy.page.getByRole('button', { name: 'Reject', exact: true }).isDisabled()).toBe(false);
    // Whom a right was lent passes it on to nobody.
    await go(deputy.page, '/requests/stand-ins');
    await deputy.page.getByRole('row', { name: /admin deputy/ }).waitFor();
    expect(await deputy.page.getByRole('button', { name: /Name a stand-in|End/ }).count()).toBe(0);
    await deputy.context.close();

    await page.getByRole('button', { name: 'End the stand-in of deputy for admin' }).click();
    await dialog.getByRole('button', { name: 'End' }).click();
    await page.getByText('deputy no longer stands in for admin.').waitFor();
    await page.getByText('No stand-ins').waitFor();
  });

  test('with the two-person rule on, another administrator approves what was asked for, and it is then done once', async () => {
    const grants = [{ role: 'super-admin' }];
    await newAdministrator(deployment, { userName: 'second', password: PASSWORD, grants });
    const rule = async (on: boolean) =>
      deployment.api('editSettings', {
        body: { 'approvals.second': on },
        ifMatch: (await deployment.api('getSettings', {})).version,
      });
    await rule(true);
    const { page, context } = await open({ userName: 'second', password: PASSWORD });
    const rotate = async () => {
      await go(page, '/server-keys');
      await page.getByRole('button', { name: 'Rotate server key' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Generate key' }).click();
    };
    await rotate();
    await page.getByRole('dialog').getByText('Another administrator has to approve this first, in').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await go(page, '/second-approvals');
    await page.getByRole('row', { name: /RSA-2048 Administrator second/ }).waitFor();
    await page.getByRole('button', { name: 'Actions for RSA-2048' }).click();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Reject']);

    const admin = await logged();
    await go(admin, '/second-approvals');
    await choose(admin, 'RSA-2048', 'Approve');
    await admin.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await admin.getByText('RSA-2048 is approved.').waitFor();
    await admin.getByRole('row', { name: /Approved Administrator admin/ }).waitFor();
    await rotate();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await go(page, '/second-approvals');
    await page.getByRole('row', { name: /Done Administrator admin/ }).waitFor();
    await rule(false);
    await context.close();
  });

  test('a session that ends in the middle of a dialog: log on over it, and nothing is lost', async () => {
    const { page, context } = await open();
    await go(page, '/security-domains');
    await choose(page, 'Harbour', 'Rename');
    await page.getByRole('textbox', { name: 'Name' }).fill('Haven');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    // Escape closes neither this dialog nor the one below.
    await page.keyboard.press('Escape');
    await page.locator('#log-on-again-password').fill('wrong');
    await page.keyboard.press('Enter');
    // There is a directory that cannot be reached, which whoever logs on may be from.
    await page.getByText('User name or password is wrong').waitFor();
    await expect.poll(() => page.locator('input[value="Haven"]').count()).toBe(1);
    await page.locator('#log-on-again-password').fill(await adminPassword(deployment));
    await page.keyboard.press('Enter');
    await page.getByText('Security domain Haven is saved.').waitFor();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);

    // A form keeps what was typed, also when the log-on comes up more than once.
    await go(page, '/users/new');
    await page.getByRole('textbox', { name: 'User ID' }).fill('kept');
    await page.getByRole('textbox', { name: 'Last name' }).fill('Typed');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await page.locator('#log-on-again-password').fill(await adminPassword(deployment));
    await page.keyboard.press('Enter');
    await page.getByText('User kept is added.').waitFor();
    expect(await deployment.api('getUser', { params: { userId: 'kept' } })).toMatchObject({
      lastName: 'Typed',
    });
    await context.close();
  });

  test('a policy says whom it will touch, before it is changed and when it is saved', async () => {
    const { api } = deployment;
    await api('addSecurityDomain', { body: { name: 'Reach' } });
    await api('addSecurityDomain', { body: { name: 'Reach Harbour', parent: 'Reach' } });
    for (const [userId, securityDomain] of [
      ['reached', 'Reach'],
      ['below', 'Reach Harbour'],
    ] as const) {
      await api('addUser', { body: { userId, securityDomain } });
      const { first: serial } = await api('mintTokens', { body: { securityDomain } });
      await api('assignToken', { params: { serial }, body: { userId } });
    }
    const page = await logged();
    await go(page, '/policies/token');
    await page.getByLabel('Security domain').selectOption({ label: 'Reach – The default' });
    const touched = page.locator('section', { hasText: 'Whom this affects' });
    // Exactly, since those of the domain at the top, which is shown until then, include both.
    await touched.getByText('Reach, Reach Harbour', { exact: true }).waitFor();
    await page.getByLabel('PIN required').selectOption('Yes');
    await page.getByRole('button', { name: 'Save policy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText('This affects 2 users with 2 assigned tokens, in: Reach, Reach Harbour.')
      .waitFor();
    await dialog.getByRole('button', { name: 'Save policy' }).click();
    await page.getByText('The policy of Reach is saved.').waitFor();
    const policy = await api('getPolicy', { params: { kind: 'token', domain: 'Reach Harbour' } });
    expect(policy).toMatchObject({ from: 'Reach', policy: { pinRequired: true } });
  });

  test('reply attributes of a RADIUS client for one security domain: written as lines, refused at the field', async () => {
    await deployment.api('addSecurityDomain', { body: { name: 'Contractors' } });
    const page = await logged();
    await go(page, '/radius-clients');
    await choose(page, 'VPN gateway', 'Edit');
    const dialog = page.getByRole('dialog');
    const lines = dialog.getByLabel('Reply attributes');
    await lines.fill('Filter-Id = staff\n[Contractors Filter-Id = guests');
    await dialog.getByText('Line 2 does not have the form').waitFor();
    await lines.fill('Filter-Id = staff\n[Strangers] Filter-Id = guests');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('There is no security domain "Strangers".').waitFor();
    await lines.fill('Filter-Id = staff\n[contractors] Filter-Id = guests');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('RADIUS client VPN gateway is saved.').waitFor();
    await choose(page, 'VPN gateway', 'Edit');
    await expect.poll(() => lines.inputValue()).toBe('Filter-Id = staff\n[Contractors] Filter-Id = guests');
  });

  test('in German the server speaks German too', async () => {
    const { page, context } = await open({ locale: 'de-DE' });
    await go(page, '/roles/new');
    await page.getByRole('textbox', { name: 'Name' }).fill('Auditor');
    await page.getByLabel('Benutzer ansehen').check();
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Es gibt schon eine Rolle „Auditor“.').waitFor();
    await go(page, '/certificates');
    await page
      .getByText('Das Zertifikat stammt von der eigenen Zertifizierungsstelle dieses Servers.')
      .waitFor();
    await context.close();
  });
});
