/** The Setup pages of the Security Console in a real Chromium: certificates, the address in links, wrong files, the next token. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import vectors from '../../../vectors/pkcs12.json' with { type: 'json' };
import { adminPassword } from '../../harness/administrator.ts';
import { type Authority, makeAuthority } from '../../harness/authority.ts';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { byMenu } from '../../harness/browser/console-browser.ts';
import { furnish } from '../../harness/browser/console-pages.ts';
import { faults } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;
const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';

describe.skipIf(skip)('Setup in the Security Console', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let authority: Authority;
  let browser: Browser;
  let page: Page;
  let origin: string;
  const dialogs: string[] = [];

  beforeAll(async () => {
    authority = await makeAuthority();
    database = await SQLITE.fresh();
    deployment = await deploy(database, { alsoTrusted: authority.root.pem });
    origin = `https://localhost:${deployment.servers[0]?.port}`;
    await furnish(deployment);
    browser = await launchChromium(deployment);
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
    page = await context.newPage();
    page.on('dialog', (dialog) => {
      // The browser's own question about what is unsaved.
      if (dialog.type() === 'beforeunload') return void dialog.accept();
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(`${origin}/console/`);
    await page.getByLabel('User name').fill('admin');
    await page.locator('input[type=password]').fill(await adminPassword(deployment));
    await page.getByRole('button', { name: 'Log on' }).click();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await deployment.stop();
    await database.drop();
  });

  const go = async (path: string): Promise<void> => {
    await page.goto(`${origin}/console/${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
  };
  const file = (name: string, content: string | Buffer) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(content),
  });
  test('the set-up guide: what is done is ticked off, the next step is one click away, hidden and back', async () => {
    await go('');
    const guide = page.getByRole('list', { name: 'Set up Sower' });
    await guide.getByRole('listitem', { name: 'A token profile: done' }).waitFor();
    await guide.getByRole('listitem', { name: 'Mail: not done yet' }).waitFor();
    await guide.getByRole('link', { name: 'Set up mail' }).click();
    await page.getByRole('heading', { level: 1, name: 'Mail' }).waitFor();
    await go('');
    await page.getByRole('button', { name: 'Hide' }).click();
    await guide.waitFor({ state: 'detached' });
    await go('');
    await page.getByRole('heading', { name: 'What needs attention' }).waitFor();
    expect(await guide.count()).toBe(0);
    await page.getByRole('banner').getByRole('button', { name: /admin/ }).click();
    await page.getByRole('menuitem', { name: 'Set-up guide' }).click();
    await guide.getByRole('listitem', { name: 'Users: done' }).waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test('anything is found by the keyboard alone, and Enter opens none of several', async () => {
    await go('certificates');
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Find anything' });
    await field.waitFor();
    const found = page.getByRole('listbox', { name: 'What was found' });
    const options = found.getByRole('option');
    // Digits of a serial number, as they are read out.
    await page.keyboard.type('0100 000');
    await found.getByRole('group', { name: 'Tokens' }).getByRole('option').nth(1).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await found.getByRole('option', { selected: true }).waitFor();
    expect(page.url()).toContain('/certificates');
    await field.fill('doe');
    await found.getByRole('option', { name: /^Doe\s*jdoe/ }).waitFor();
    await field.fill('jd');
    await expect.poll(() => options.count()).toBe(1);
    await page.getByText('1 result. Enter opens it.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /jdoe/ }).waitFor();
    // A page, by words of its name in any order.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('new profiles');
    await found.getByRole('option', { name: /Software Token Profiles: Add New/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/profiles\/new/);
    await page.keyboard.press('Control+k');
    await field.fill('zzzz');
    await page.getByText('Nothing was found.').waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    // The quick search of Home: three are called Doe.
    await go('');
    await page.getByRole('textbox', { name: 'Find a user' }).fill('doe');
    await page.getByRole('list', { name: 'Users' }).getByRole('listitem').nth(2).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/users\?search=doe$/);
  });

  test('people, clients and what is to be done are found by the words that people use, in a window that stays where it is', async () => {
    await deployment.api('addUser', {
      body: { userId: 'z17', firstName: 'Zo\u00eb', lastName: 'M\u00fcller' },
    });
    for (let number = 0; number < 9; number += 1)
      await deployment.api('addUser', { body: { userId: `many${number}`, lastName: 'Manyfold' } });
    await go('certificates');
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Find anything' });
    await field.waitFor();
    const window = page.getByRole('dialog', { name: 'Find anything' });
    const empty = await window.boundingBox();
    expect(empty?.y).toBeLessThan(120);
    const option = (name: RegExp) => page.getByRole('option', { name });
    await field.fill('ller zoe');
    await option(/^Zo\u00eb M\u00fcller\s*z17/).waitFor();
    expect(await window.boundingBox()).toEqual(empty);
    for (const [words, page] of [
      ['lost phone', /Users: Manage Existing/],
      ['restore', /^Backups/],
      ['smtp', /E-mail Settings/],
      ['vpn', /^RADIUS Clients/],
    ] as const) {
      await field.fill(words);
      await option(page).waitFor();
    }
    expect(await faults(page)).toEqual([]);
    // All of them as a list, the last of the users.
    await field.fill('anyfol');
    await option(/^All as a list/).click();
    await page.waitForURL(/users\?search=anyfol$/);
    await page.getByRole('link', { name: 'many8' }).waitFor();
    // A client by a part of its name leads to its row.
    await page.keyboard.press('Control+k');
    await field.fill('ld swit');
    await option(/^Old switch/).click();
    await page.locator('tr[aria-current=true]').filter({ hasText: 'Old switch' }).waitFor();
    expect(await faults(page)).toEqual([]);
    // Searching keeps the order.
    await go('tokens?order=desc');
    await page.getByLabel('Serial number starts with').fill('0001');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.waitForURL(/serial=0001/);
    expect(page.url()).toContain('order=desc');
  });

  test('a form with something unsaved is not left by mistake; whoever saves or cancels is not asked', async () => {
    await go('users/new');
    await page.getByLabel('User ID').fill('late');
    const away = (): Promise<void> => byMenu(page, 'Setup', 'Certificates');
    await away();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByLabel('User ID').inputValue()).toBe('late');
    // Refused by the server, it is as unsaved as before.
    await page.getByRole('textbox', { name: 'E-mail address', exact: true }).fill('not an address');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Nothing was saved.').first().waitFor();
    await away();
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor();
    await go('users/new');
    await page.getByLabel('User ID').fill('late');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: /late/ }).waitFor();
    expect(await dialog.count()).toBe(0);
    await go('users/new');
    await page.getByLabel('User ID').fill('never');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.url()).not.toContain('users/new');
    expect(await dialog.count()).toBe(0);
  });

  test('a certificate: wrong ones are told what and where, a right one is used, and there is a way back', async () => {
    const { api } = deployment;
    const stored = async () =>
      (await api('listCertificates', {})).items.filter(({ chain }) => chain.length > 0);
    const leaf = await authority.issue();
    const other = await authority.issue();
    await go('certificates');
    await page.getByRole('button', { name: 'Upload certificate' }).click();
    const dialog = page.getByRole('dialog');
    const look = dialog.getByRole('button', { name: 'Check it' });

    await dialog.getByLabel('Certificate file').setInputFiles(file('a.pem', HOSTILE));
    await look.click();
    await dialog.getByText('This is not a PKCS#12 file').waitFor();

    await dialog
      .getByLabel('Certificate file')
      .setInputFiles(file('chain.pem', leaf.pem + authority.root.pem + authority.intermediate.pem));
    await dialog.getByLabel('Private key file (PEM)').setInputFiles(file('key.pem', other.keyPem));
    await look.click();
    await dialog.getByText('The private key does not belong to certificate 1 (CN=localhost)').waitFor();
    await dialog.getByText('certificate 3 did. Put the server').waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await stored()).toEqual([]);

    const [p12] = vectors.files;
    await dialog
      .getByLabel('Certificate file')
      .setInputFiles(file('a.p12', Buffer.from(p12?.file as string, 'base64')));
    await dialog.getByText('The file a.p12 is chosen').waitFor();
    await look.click();
    await dialog.getByText('The password is wrong.').waitFor();
    await dialog.getByLabel('Password of the key or file').fill(p12?.password as string);
    await look.click();
    await dialog.getByText('does not name localhost').waitFor();

    await dialog.getByLabel('Certificate file').setInputFiles(file('chain.pem', authority.chain(leaf)));
    await dialog.getByLabel('Private key file (PEM)').setInputFiles(file('key.pem', leaf.keyPem));
    await dialog.getByLabel('Password of the key or file').fill('');
    await look.click();
    await dialog.getByText('This certificate can be used').waitFor();
    expect(await faults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Use this certificate' }).click();
    await page.getByText('The certificate is in use').waitFor();
    expect(await stored()).toHaveLength(1);
    await page.getByText('The certificate stored here', { exact: true }).waitFor();

    await page.getByRole('button', { name: "Actions for The server's own" }).click();
    await page.getByRole('menuitem', { name: 'Use this certificate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Use certificate' }).click();
    await page.getByText("This server's own CA, created at the first start", { exact: true }).waitFor();
    expect(await stored()).toMatchObject([{ state: 'kept' }]);
    expect(dialogs).toEqual([]);
  });

  test('a signing request is made and shown', async () => {
    await go('certificates');
    await page.getByRole('button', { name: 'Create a signing request' }).click();
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.getByLabel('DNS names').inputValue()).toBe('localhost');
    // Not on the button that closes it.
    const focused = dialog.locator(':focus');
    expect(await focused.evaluate((element) => element.matches('input, textarea, select'))).toBe(true);
    await dialog.getByLabel('Country').fill('Germany');
    await dialog.getByRole('button', { name: 'Create request' }).click();
    await dialog.getByText('Use two letters, such as DE').waitFor();
    await dialog.getByLabel('Country').fill('de');
    await dialog.getByLabel('Organization', { exact: true }).fill('Example AG');
    await dialog.getByRole('button', { name: 'Create request' }).click();
    await page.getByRole('button', { name: 'Download request' }).waitFor();
    await expect
      .poll(() => page.getByRole('dialog').locator('output').textContent())
      .toContain('-----BEGIN CERTIFICATE REQUEST-----');
    expect(await faults(page)).toEqual([]);
  });

  test('the address in links: checked, told what it touches, saved', async () => {
    await go('settings/tokens');
    const host = page.getByLabel('Fully qualified host name');
    await page.getByRole('button', { name: 'Check this address' }).click();
    await page.getByText('it is this server, but its certificate is not trusted here').waitFor();
    await host.fill('otp.invalid');
    await page.getByText('Links already handed out do not change').waitFor();
    await page.getByRole('button', { name: 'Check this address' }).click();
    await page.getByText('does not answer from this server').waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByLabel('Activation code expires').selectOption('1d');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved').waitFor();
    const { settings } = await deployment.api('getSettings', {});
    expect(settings).toMatchObject({
      'provisioning.host': 'otp.invalid',
      'provisioning.port': 0,
      'provisioning.codeExpiry': '1d',
    });
    await go('profiles/new');
    await page.getByLabel('Device Type').selectOption('android');
    await expect.poll(() => page.locator('#link-preview').textContent()).toContain('otp.invalid');
    // What the links say now is what the check before distributing looks at.
    await go('tokens/000100000001/distribute');
    await page.getByLabel('Select Token Profile').selectOption({ index: 1 });
    await page.getByText('no device can import').waitFor();
    await go('settings/tokens');
    await host.fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings are saved').waitFor();
    await go('tokens/000100000001/distribute');
    await page
      .getByLabel('Select Token Profile')
      .selectOption({ label: 'Android – Dynamic Seed Provisioning (using URL)' });
    await page.getByText('refuses certificates it does not trust').waitFor();
    await page.getByRole('button', { name: 'Certificate and reachability check' }).click();
    await page.getByText('SHA-256 fingerprint').first().waitFor();
    expect(await faults(page)).toEqual([]);
  });

  test('old rows: how many would go now, for how long they stay, and a legal hold', async () => {
    await go('settings/tokens');
    expect(await page.getByLabel('Legal hold').count()).toBe(0);
    await byMenu(page, 'Setup', 'System Settings', 'Retention and Alerts');
    await page.getByRole('heading', { level: 1, name: 'Retention and Alerts' }).waitFor();
    await page.getByLabel('Alert when fewer tokens').waitFor();
    await page.getByText('There are no backups, so rows of the audit trail are deleted').waitFor();
    expect(await page.getByText('0 rows would be deleted now.').count()).toBe(7);
    expect(await page.getByRole('button', { name: 'Delete old rows now' }).isDisabled()).toBe(true);
    await page.getByLabel('Keep the audit trail for (days)').fill('89');
    await page.getByText('This value is out of range.').waitFor();
    await page.getByLabel('Keep the audit trail for (days)').fill('400');
    await page.getByLabel('Legal hold').fill('case 4711');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The settings are saved').waitFor();
    await page.getByText('A legal hold keeps everything').waitFor();
    const { settings } = await deployment.api('getSettings', {});
    expect(settings).toMatchObject({ 'retention.auditDays': 400, 'retention.hold': 'case 4711' });
    expect(await faults(page)).toEqual([]);
    await page.getByLabel('Legal hold').fill('');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('A legal hold keeps everything').waitFor({ state: 'detached' });
  });

  test('a wrong device definition: what and where, nothing changed, and its script does not run', async () => {
    const before = await deployment.api('listDeviceTypes', {});
    await go('device-types');
    await page.getByRole('button', { name: 'Import device definition file' }).first().click();
    const dialog = page.getByRole('dialog');
    const choose = (content: string) =>
      dialog.locator('input[type=file]').setInputFiles(file('device.json', content));
    await choose(HOSTILE);
    await dialog.getByText('This is not JSON').waitFor();
    const { imported: _, version: __, ...shipped } = before.items[0] as (typeof before.items)[number];
    await choose(JSON.stringify({ ...shipped, id: 'mine', name: HOSTILE, [HOSTILE]: 1 }));
    await dialog.getByRole('button', { name: /^Import/ }).click();
    await dialog.getByText(/^name: /).waitFor();
    await dialog.getByText('onerror').first().waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: /^Import/ }).isDisabled()).toBe(true);
    expect(await deployment.api('listDeviceTypes', {})).toEqual(before);
    expect(dialogs).toEqual([]);
  });

  test('Assign next available token', async () => {
    await go('users/other');
    await page.getByRole('button', { name: 'Assign next available token' }).click();
    await page.getByText(/is assigned to Doe \(other\)/).waitFor();
    expect((await deployment.api('getUser', { params: { userId: 'other' } })).tokens).toHaveLength(2);
  });
});
