/** Tokens in the Security Console, in a real Chromium: replacing one, two editors of one, one action on a whole search, files to take along. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { consoleEn } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { follow, openConsole, sharedConsole } from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';
import type { ServerProcess } from '../../harness/deployment.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;

describe.skipIf(skip)('Security Console: tokens', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let origin: string;

  beforeAll(async () => {
    origin = `https://localhost:${deployment.servers[0]?.port}`;
    await furnish(deployment);
  });

  /** In English the tests share one log-on. */
  const logged = sharedConsole(() => ({ browser, deployment }));

  /** Once everything has come. */
  async function faultsOf(page: Page, name: string): Promise<string[]> {
    await page.waitForLoadState('networkidle');
    return inspect(page, name, LOOKS_IN.en);
  }

  async function menu(page: Page, serial: string, entry: string): Promise<void> {
    await page.getByRole('button', { name: `Actions for token ${serial}` }).click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
  }

  test('Replace: from the user’s dashboard to the Distribute page of the new token, with the same profile', async () => {
    const { api } = deployment;
    const serial = serialOf(1);
    await api('distributeToken', { params: { serial }, body: { profile: 'Sower_CT_KIP' } });
    await api('setPin', { params: { serial }, body: { pin: '4711' } });
    const page = await logged('en', 'users/jdoe');
    await menu(page, serial, 'Replace');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('keeps working until the first passcode of the new one').waitFor();
    await dialog.getByLabel('A token by its serial number').check();
    await dialog.getByRole('textbox', { name: 'Serial number' }).fill('0001 0000 0010');
    await dialog.getByLabel('Carry the PIN over').uncheck();
    expect(await faultsOf(page, 'replace')).toEqual([]);
    await dialog.getByRole('button', { name: 'Replace', exact: true }).click();
    await page.getByRole('heading', { name: `Distribute token ${serialOf(10)}` }).waitFor();
    const profile = page.getByLabel('Select Token Profile');
    await expect.poll(() => profile.locator('option:checked').textContent()).toContain('Sower_CT_KIP');
    expect(await api('getToken', { params: { serial: serialOf(10) } })).toMatchObject({
      userId: 'jdoe',
      replaces: serial,
      pinSet: false,
    });
    await page.goto(`${origin}/console/tokens/${serial}`);
    await page.getByText('Being replaced').waitFor();
    await page.getByRole('link', { name: serialOf(10) }).waitFor();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: /^Replace/ }).waitFor();
    await page.getByText('is already waiting to replace it').waitFor();
  });

  test('two administrators edit one token: the second is told, sees both, chooses', async () => {
    const { api } = deployment;
    const serial = serialOf(2);
    await api('distributeToken', { params: { serial }, body: { profile: 'Sower_QR', nickname: 'old' } });
    const page = await logged('en', `tokens/${serial}/edit`);
    await page.getByLabel('Nickname').fill('mine');
    await page.getByLabel('Expires on').fill('2040-02-29');
    const { version } = await api('getToken', { params: { serial } });
    await api('editToken', {
      params: { serial },
      ifMatch: version,
      body: { nickname: 'theirs', expiresOn: '2041-12-31' },
    });
    const { userId = '' } = await api('getToken', { params: { serial } });
    const { version: ofUser } = await api('getUser', { params: { userId } });
    await api('editUser', { params: { userId }, ifMatch: ofUser, body: { securityDomain: 'South' } });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`Changed by someone else: ${serial}`).waitFor();
    await dialog.getByRole('radiogroup', { name: 'Nickname' }).getByLabel('Yours: mine').check();
    await dialog
      .getByRole('radiogroup', { name: 'Expires on' })
      .getByLabel(/Theirs/)
      .check();
    // What only the other one changed is not asked about.
    expect(await dialog.getByRole('radiogroup', { name: 'Security domain' }).count()).toBe(0);
    expect(await faultsOf(page, 'conflict')).toEqual([]);
    await dialog.getByRole('button', { name: 'Save these values' }).click();
    await page.getByRole('heading', { name: `Token ${serial}`, exact: true }).waitFor();
    expect(await api('getToken', { params: { serial } })).toMatchObject({
      expiresOn: '2041-12-31',
      securityDomain: 'South',
      distribution: { nickname: 'mine' },
    });
  });

  test('every search field finds by its label what it says; the address carries it, columns and CSV follow', async () => {
    const { api } = deployment;
    // A domain of its own: other tests count what is in theirs.
    await api('addSecurityDomain', { body: { name: 'Bay' } });
    const { serials } = await api('mintTokens', { body: { count: 4, securityDomain: 'Bay' } });
    const [one, two, three] = serials as [string, string, string, string];
    await api('addUser', { body: { userId: 'seeker', lastName: 'Quill', securityDomain: 'Bay' } });
    for (const serial of [one, two, three])
      await api('assignToken', { params: { serial }, body: { userId: 'seeker' } });
    await api('distributeToken', { params: { serial: one }, body: { profile: 'Android' } });
    await api('distributeToken', { params: { serial: two }, body: { profile: 'Sower_QR' } });
    await api('disableToken', { params: { serial: two } });
    await api('markLost', { params: { serial: three }, body: { lost: true } });
    const edit = async (serial: string, expiresOn: string) => {
      const { version } = await api('getToken', { params: { serial } });
      await api('editToken', { params: { serial }, ifMatch: version, body: { expiresOn } });
    };
    const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await edit(two, day(30));
    const page = await logged('en', 'tokens');
    const found = async (): Promise<string[]> => {
      await page.waitForLoadState('networkidle');
      return page.locator('tbody a.sower-serial').allTextContents();
    };
    const search = page.getByRole('search', { name: 'Search tokens' });
    // By Enter in a field; the focus stays there.
    const serialField = search.getByLabel('Serial number starts with');
    await serialField.fill(`${one.slice(0, 4)} ${one.slice(4)}`);
    await page.keyboard.press('Enter');
    await expect.poll(found).toEqual([one]);
    expect(await serialField.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'Show more search fields' }).click();

    const fields: [fields: Record<string, string>, choices: Record<string, string>, expected: string[]][] = [
      [{ 'User ID': 'seeker' }, {}, [one, two, three]],
      [{ 'Last name starts with': 'qui' }, {}, [one, two, three]],
      [{ 'Serial number contains': three.slice(6) }, {}, [three]],
      [{ 'Serial number from': one, 'Serial number to': two }, {}, [one, two]],
      [{ 'Serial number from': three, 'Serial number to': three }, {}, [three]],
      [{ 'User ID': 'seeker' }, { 'Token profile': 'Android' }, [one]],
      [{ 'User ID': 'seeker' }, { 'Device type': 'Sower authenticator' }, [two]],
      [{ 'User ID': 'seeker' }, { Distribution: 'Issued' }, [one, two]],
      [{ 'User ID': 'seeker' }, { Distribution: 'Not distributed' }, [three]],
      [{}, { 'Security domain': 'Bay' }, [one, two, three]],
      [{ 'User ID': 'seeker' }, { Enabled: 'Disabled' }, [two]],
      [{ 'User ID': 'seeker' }, { Lost: 'Lost' }, [three]],
      [{ 'User ID': 'seeker' }, { Expired: 'Not expired' }, [one, two, three]],
      [{ 'User ID': 'seeker', 'Expires before': day(31) }, {}, [two]],
    ];
    // One window for all: another would be another process.
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(page.url());
    await elsewhere.getByRole('heading', { level: 1 }).first().waitFor();
    for (const [typed, chosen, expected] of fields) {
      await search.getByRole('button', { name: 'Clear search' }).click();
      for (const [label, value] of Object.entries(typed))
        await search.getByLabel(label, { exact: true }).fill(value);
      for (const [label, value] of Object.entries(chosen)) {
        const options = search.getByLabel(label, { exact: true });
        const option = options.locator('option', { hasText: new RegExp(`^\\W*${value}$`) });
        await option.waitFor({ state: 'attached' });
        await options.selectOption((await option.getAttribute('value')) as string);
      }
      await search.getByRole('button', { name: 'Search', exact: true }).click();
      await expect.poll(found, { message: JSON.stringify([typed, chosen]) }).toEqual(expected);
      // Whoever is sent the address sees the same.
      await follow(elsewhere, page.url().slice(`${origin}/console/`.length), consoleEn.shell.noPage);
      await elsewhere.locator('tbody a.sower-serial').first().waitFor();
      await expect.poll(() => elsewhere.locator('tbody a.sower-serial').allTextContents()).toEqual(expected);
      for (const [label, value] of Object.entries(typed)) {
        const field = elsewhere.getByLabel(label, { exact: true });
        await expect.poll(() => field.inputValue(), { message: label }).toBe(value);
      }
    }
    await elsewhere.close();
    // What is wrong is said at its field.
    await search.getByRole('button', { name: 'Clear search' }).click();
    await search.getByLabel('Serial number from').fill('a/b');
    await search.getByRole('button', { name: 'Search', exact: true }).click();
    await expect
      .poll(() => search.getByLabel('Serial number from').getAttribute('aria-invalid'))
      .toBe('true');
    await search.getByLabel('Serial number from').fill('');
    await search.getByLabel('Serial number contains').fill(one.slice(6));
    await search.getByRole('button', { name: 'Search', exact: true }).click();
    await expect.poll(found).toEqual([one]);

    await page.getByRole('button', { name: 'Choose columns' }).click();
    await page.getByRole('checkbox', { name: 'Device type' }).check();
    await page.getByRole('checkbox', { name: 'Expires on' }).uncheck();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Device type' }).waitFor();
    await expect.poll(() => page.getByRole('columnheader', { name: 'Expires on' }).count()).toBe(0);
    await page.reload();
    await page.getByRole('columnheader', { name: 'Device type' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    expect(readFileSync((await download.path()) as string, 'utf8')).toBe(
      `\ufeffSerial number,User ID,State,Distribution,Token profile,Device type\r\n${one},seeker,enabled,issued,Android,android\r\n`,
    );
  });

  test('the whole procedure by keyboard alone: from the menu to the code that is handed over, with the focus in sight', async () => {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('addUser', { body: { userId: 'keys' } });
    await api('assignToken', { params: { serial }, body: { userId: 'keys' } });
    const page = await logged('en', 'certificates');
    const { keyboard } = page;
    /** How it is labeled, and whether one sees where one is. */
    const here = () =>
      page.evaluate(() => {
        const at = document.activeElement as HTMLInputElement | null;
        const label = at?.labels?.[0]?.textContent ?? at?.getAttribute('aria-label') ?? at?.textContent ?? '';
        const { outlineStyle, boxShadow } = at
          ? getComputedStyle(at)
          : { outlineStyle: 'none', boxShadow: 'none' };
        return {
          name: label.replace('*', '').replace(/\s+/g, ' ').trim(),
          seen: at?.matches(':focus-visible') === true && (outlineStyle !== 'none' || boxShadow !== 'none'),
        };
      });
    const hidden: string[] = [];
    const reach = async (name: string, key: 'Tab' | 'ArrowDown' = 'Tab'): Promise<void> => {
      for (let step = 0; step < 120; step += 1) {
        const { name: at, seen } = await here();
        if (at === name) {
          if (!seen) hidden.push(name);
          return;
        }
        await keyboard.press(key);
      }
      throw new Error(`${name} is not reached by ${key}; the focus is at ${(await here()).name}`);
    };
    const on = async (name: string): Promise<void> => {
      await reach(name);
      await keyboard.press('Enter');
    };
    // Authentication > SecurID Tokens > Manage Existing
    await on('SecurID Tokens');
    await on('Manage Existing');
    await page.getByRole('heading', { level: 1, name: 'SecurID Tokens' }).waitFor();
    // Use the search fields to find the software token that you want to distribute.
    await reach('User ID');
    await keyboard.type('keys');
    await keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('userId=keys');
    await page.getByRole('button', { name: `Actions for token ${serial}` }).waitFor();
    // From the search results, click the token; from the context menu, click Distribute.
    await on(`Actions for token ${serial}`);
    await page.getByRole('menuitem', { name: 'Distribute', exact: true }).waitFor();
    await reach('Distribute', 'ArrowDown');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: `Distribute token ${serial}` }).waitFor();
    // From the Select Token Profile drop-down list, select a profile.
    await page
      .getByLabel('Select Token Profile')
      .locator('option', { hasText: 'Sower_CT' })
      .waitFor({ state: 'attached' });
    await reach('Select Token Profile');
    await keyboard.type('Sower_CT');
    await page.getByLabel('Nickname').waitFor();
    await reach('DeviceSerialNumber');
    await reach('Nickname');
    await keyboard.type('phone');
    await reach('CT-KIP Activation Code');
    await on('Save and Distribute');
    await page.getByText('The activation code is shown only now').waitFor();
    // Copy the activation code and CT-KIP URL and safely deliver them to the user.
    await on('Copy CT-KIP URL');
    await reach('Copy CT-KIP Activation Code');
    expect(hidden).toEqual([]);
    const { items } = await api('listDistributions', { params: { serial } });
    expect(items[0]).toMatchObject({ state: 'issued', nickname: 'phone' });
  });

  test('by keyboard alone: context menu, dialog, and the focus back where it came from', async () => {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('addUser', { body: { userId: 'typist' } });
    await api('assignToken', { params: { serial }, body: { userId: 'typist' } });
    const page = await logged('en', 'tokens?userId=typist');
    const { keyboard } = page;
    const toggle = page.getByRole('button', { name: `Actions for token ${serial}` });
    await toggle.waitFor();
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
      });
    // Reached by the tabulator, from the search button on.
    await page.getByRole('button', { name: 'Search', exact: true }).focus();
    for (let step = 0; step < 30 && (await focused()) !== `Actions for token ${serial}`; step += 1)
      await keyboard.press('Tab');
    expect(await focused()).toBe(`Actions for token ${serial}`);
    await keyboard.press('Enter');
    await expect.poll(focused).toBe('View');
    await keyboard.press('ArrowDown');
    await expect.poll(focused).toBe('Edit');
    await keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(focused).toBe(`Actions for token ${serial}`);

    const disable = async (): Promise<void> => {
      await keyboard.press('Enter');
      await expect.poll(focused).toBe('View');
      for (let step = 0; step < 20 && (await focused()) !== 'Disable'; step += 1)
        await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null))
        .toBe(true);
    };
    await disable();
    // The tabulator does not leave the dialog.
    for (let step = 0; step < 6; step += 1) {
      await keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    }
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused).toBe(`Actions for token ${serial}`);

    await disable();
    for (let step = 0; step < 6 && (await focused()) !== 'Disable'; step += 1) await keyboard.press('Tab');
    await keyboard.press('Enter');
    await page.getByText(`Token ${serial} is disabled.`).waitFor();
    await expect.poll(focused).toBe(`Actions for token ${serial}`);
    expect((await api('getToken', { params: { serial } })).enabled).toBe(false);
  });

  test('one action on all tokens of a search: counted, confirmed by its number, done, and what failed is listed', async () => {
    const { api } = deployment;
    const { serials } = await api('mintTokens', { body: { count: 45, securityDomain: 'Harbour' } });
    await api('addUser', { body: { userId: 'sailor', securityDomain: 'Harbour' } });
    const page = await logged('en', 'tokens?tab=unassigned&securityDomain=Harbour');
    await page.getByRole('button', { name: 'Select all tokens of this search' }).click();
    await page.getByText('All tokens of this search are selected, on every page.').waitFor();
    await page.getByRole('button', { name: 'Action (the whole search)' }).click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Delete 45 tokens?').waitFor();
    const act = dialog.getByRole('button', { name: 'Delete 45 tokens' });
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel('Type 45 to confirm').fill('44');
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByLabel('Type 45 to confirm').fill('45');
    expect(await faultsOf(page, 'bulk')).toEqual([]);
    // Somebody takes one meanwhile: it is left out of the search, and of the action.
    await api('assignToken', { params: { serial: serials[3] as string }, body: { userId: 'sailor' } });
    await act.click();
    await dialog.getByText('44 succeeded, 0 failed.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    expect((await api('listTokens', { query: { securityDomain: 'Harbour' } })).items).toHaveLength(1);

    // What fails is listed: the PIN of a token that nobody has cannot be cleared by the one action on chosen tokens either.
    await page.goto(`${origin}/console/tokens?userId=sailor`);
    await page
      .getByRole('row', { name: new RegExp(serials[3] as string) })
      .getByRole('checkbox')
      .check();
    await page.getByText('1 token of this page is selected.').waitFor();
    await page.getByRole('button', { name: 'Action (1 selected)' }).click();
    await page.getByRole('menuitem', { name: 'Unassign', exact: true }).click();
    await page.getByRole('dialog').getByText('Unassign 1 token?').waitFor();
    await api('unassignToken', { params: { serial: serials[3] as string } });
    await page.getByRole('dialog').getByRole('button', { name: 'Unassign 1 token' }).click();
    await page.getByRole('dialog').getByText('0 succeeded, 1 failed.').waitFor();
    await page.getByRole('list', { name: 'What failed' }).getByText('The token is not assigned.').waitFor();
    expect(await faultsOf(page, 'bulk-failed')).toEqual([]);

    // One that was selected is deleted by its serial number.
    const serial = serials[3] as string;
    await page.goto(`${origin}/console/tokens?tab=unassigned&securityDomain=Harbour`);
    await page
      .getByRole('row', { name: new RegExp(serial) })
      .getByRole('checkbox')
      .check();
    await page.getByRole('button', { name: 'Action (1 selected)' }).click();
    await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
    const gone = page.getByRole('dialog').getByRole('button', { name: 'Delete 1 token' });
    expect(await gone.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${serial} to confirm`).fill(serial);
    await gone.click();
    await page.getByRole('dialog').getByText('1 succeeded, 0 failed.').waitFor();
  });

  test('an action on a whole search can be stopped, left and resumed; what was done is done, the rest untouched', async () => {
    const { api } = deployment;
    await api('addSecurityDomain', { body: { name: 'Quay' } });
    for (let left = 4_000; left > 0; left -= 1_000)
      await api('mintTokens', { body: { count: 1_000, securityDomain: 'Quay' } });
    const page = await logged('en', 'tokens?tab=unassigned&securityDomain=Quay');
    await page.getByRole('button', { name: 'Select all tokens of this search' }).click();
    await page.getByRole('button', { name: 'Action (the whole search)' }).click();
    await page.getByRole('menuitem', { name: 'Move to security domain' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Security domain').selectOption({ label: 'South' });
    await dialog.getByLabel('Type 4,000 to confirm').fill('4000');
    await dialog.getByRole('button', { name: 'Move 4,000 tokens' }).click();
    await dialog.getByText('The server continues on its own').waitFor();
    // It stands still while it is looked at: on a busy machine all would be done before it is stopped.
    const [{ child }] = deployment.servers as [ServerProcess];
    child.kill('SIGSTOP');
    const running = faultsOf(page, 'bulk-running').finally(() => child.kill('SIGCONT'));
    expect(await running).toEqual([]);
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByText(/^Not finished: [\d,]+ succeeded, 0 failed/).waitFor();
    expect(await faultsOf(page, 'bulk-stopped')).toEqual([]);
    const left = async () => (await api('countTokens', { query: { securityDomain: 'Quay' } })).count;
    expect(await left()).toBeGreaterThan(0);
    await dialog.getByRole('link', { name: 'Go to the job' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('[data-state=done]').waitFor();
    expect(await faultsOf(page, 'bulk-job')).toEqual([]);
    expect(await left()).toBe(0);
  });

  test('the trail as a file proves itself; CSV carries no formula; the trail of a user has that of the user’s tokens', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: '=HYPERLINK("http://x.example","x")' } });
    const page = await logged('en', 'audit');
    const take = async (button: string): Promise<string> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      return (await download.path()) as string;
    };
    const file = await take('Export with chain (JSON)');
    const proof = () =>
      spawnSync(process.execPath, [LAUNCHER, 'audit', 'verify-file', file], { encoding: 'utf8' });
    const proven = proof();
    expect(proven.stdout + proven.stderr).toContain('The chain is intact');
    expect(proven.status).toBe(0);
    const rows = readFileSync(file, 'utf8').trim().split('\n');
    expect(rows.length).toBeGreaterThan(20);
    expect(JSON.parse(rows[0] as string)).toMatchObject({ seq: 1 });

    await page.getByLabel('User ID').fill('jdoe');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page
      .getByRole('gridcell', { name: `token:${serialOf(1)}` })
      .first()
      .waitFor();
    await page.getByRole('gridcell', { name: 'user:jdoe' }).first().waitFor();

    await page.goto(`${origin}/console/tokens`);
    await api('assignToken', {
      params: { serial: serialOf(15) },
      body: { userId: '=HYPERLINK("http://x.example","x")' },
    });
    await page.goto(`${origin}/console/tokens?serialContains=100000015`);
    await page.getByRole('link', { name: serialOf(15) }).waitFor();
    const csv = readFileSync(await take('Export CSV'), 'utf8');
    expect(csv).toContain(`${serialOf(15)},"'=HYPERLINK(""http://x.example"",""x"")"`);
  });

  // In English they are looked at above.
  test('in German the dialogs fit and axe finds nothing in them', async () => {
    const { page } = await openConsole(browser, deployment, {
      locale: 'de',
      path: `tokens?serial=${serialOf(3)}`,
    });
    const found: string[] = [];
    const look = async (name: string): Promise<void> => {
      await page.waitForLoadState('networkidle');
      found.push(...(await inspect(page, name, ['dark 360', 'light 1280'])));
    };
    await page.getByRole('link', { name: serialOf(3) }).waitFor();
    await page
      .getByRole('row', { name: new RegExp(serialOf(3)) })
      .getByRole('button')
      .last()
      .click();
    await page.getByRole('menuitem', { name: 'Ersetzen', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await look('replace');
    await page.goto(`${origin}/console/tokens?tab=unassigned`);
    await page.getByRole('button', { name: 'Alle Token dieser Suche auswählen' }).click();
    await look('whole');
    await page.getByRole('button', { name: 'Aktion (die ganze Suche)' }).click();
    await page.getByRole('menuitem').last().click();
    await page.getByRole('dialog').waitFor();
    await look('bulk');
    expect(found).toEqual([]);
  });
});
