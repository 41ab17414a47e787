/** What somebody has typed or chosen in the Security Console is neither lost nor used for something else, in a real Chromium. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemDocument } from '@sower/api/problems';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleEn as en } from '../../../packages/texts/test/tables.ts';
import { newAdministrator } from '../../harness/administrator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { byMenu, openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';
import { openssl } from '../../harness/mail/smime.ts';

const skip = !findChromium() && !process.env.CI;

describe.skipIf(skip)('Security Console: what was typed and chosen', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let page: Page;
  let context: BrowserContext;

  beforeAll(async () => {
    await furnish(deployment);
    ({ page, context } = await openConsole(browser, deployment, { locale: 'en' }));
  });
  afterAll(async () => {
    await context?.close();
  });
  const go = async (path: string): Promise<void> => {
    await page.goto(`${originOf(deployment)}/console/${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const choose = async (menu: string, entry: string): Promise<void> => {
    await button(menu).click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
  };
  const leaving = () => page.getByRole('dialog', { name: en.ui.unsaved });
  const stay = async (): Promise<void> => {
    await leaving().getByRole('button', { name: 'Cancel' }).click();
    await leaving().waitFor({ state: 'detached' });
  };

  /** Requests of this kind wait until they are let on their way. */
  const hold = async (address: string, method: string) => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    await page.route(address, async (route) => {
      if (route.request().method() === method) {
        ask();
        await released;
      }
      return route.fallback();
    });
    return { asked, release };
  };
  const QRUSER = '**/api/v1/users/qruser';
  const editedMeanwhile = {
    status: 412,
    contentType: 'application/problem+json',
    json: problemDocument('edited-meanwhile', { title: 'Edited', detail: 'Somebody was faster.' }),
  };
  /** In a form of the user, with something to save. */
  const editUser = async (firstName: string): Promise<void> => {
    await go('users/qruser/edit');
    await page.getByRole('textbox', { name: en.users.firstName }).fill(firstName);
  };

  test('the way back in the browser leads out of a form once it is confirmed, and nowhere before', async () => {
    await go('users');
    await page.getByRole('link', { name: 'qruser', exact: true }).first().click();
    await choose(en.ui.actions, en.users.edit);
    await page.getByRole('textbox', { name: en.users.firstName }).fill('Half done');
    const back = () => page.evaluate(() => history.back());
    await back();
    await stay();
    expect(await page.getByRole('textbox', { name: en.users.firstName }).inputValue()).toBe('Half done');
    await back();
    await leaving().getByRole('button', { name: en.ui.leave, exact: true }).click();
    await page.waitForURL('**/console/users/qruser');
    await leaving().waitFor({ state: 'detached' });
  });

  test('a device definition that is imported over a new profile does not add the profile', async () => {
    const { items } = await deployment.api('listDeviceTypes', {});
    const { imported: _, version: __, ...android } = items.find(({ id }) => id === 'android')!;
    await go('profiles/new');
    await page.locator('#profile-name').fill('Half done');
    await page.locator('#device-type').selectOption('sower');
    await button(en.deviceTypes.import).click();
    await page.locator('#definition-text').fill(JSON.stringify({ ...android, id: 'ours', name: 'Ours' }));
    await button(en.deviceTypes.importAction).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('#device-type').inputValue()).toBe('ours');
    const { items: profiles } = await deployment.api('listProfiles', { query: { limit: 100 } });
    expect(profiles.map(({ name }) => name)).not.toContain('Half done');
  });

  test('a device definition whose import had no answer is sent again as it is', async () => {
    const { items } = await deployment.api('listDeviceTypes', {});
    const { imported: _, version: __, ...android } = items.find(({ id }) => id === 'android')!;
    await go('device-types');
    await button(en.deviceTypes.import).first().click();
    await page.locator('#definition-text').fill(JSON.stringify({ ...android, id: 'again', name: 'Again' }));
    await page.route('**/api/v1/device-types', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.fallback(),
    );
    await button(en.deviceTypes.importAction).click();
    await page.getByRole('alert').getByText(en.ui.noConnection).waitFor();
    await page.unrouteAll();
    await button(en.deviceTypes.importAction).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('Again').first().waitFor();
  });

  test('an answer of another version of the server is said in words', async () => {
    await page.route('**/api/v1/security-domains**', async (route) => {
      const answer = await route.fetch();
      const { items } = await answer.json();
      return route.fulfill({ json: { items: items.map(({ name }: { name: string }) => ({ name })) } });
    });
    await go('security-domains');
    await page.getByRole('alert').getByText(en.ui.otherVersion).waitFor();
    await page.unrouteAll();
  });

  test('an answer that comes late closes no window but its own', async () => {
    await go('security-domains');
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => {
      void page.route('**/api/v1/security-domains/*', async (route) => {
        if (route.request().method() !== 'DELETE') return route.continue();
        resolve();
        await new Promise<void>((go_) => {
          answer = go_;
        });
        return route.continue();
      });
    });
    await choose('Actions for Harbour', en.securityDomains.delete);
    await page.getByRole('dialog').getByRole('button', { name: en.securityDomains.delete }).click();
    await asked;
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await choose('Actions for South', en.securityDomains.rename);
    await page.getByRole('textbox', { name: en.securityDomains.name }).fill('Deep South');
    answer();
    await page.getByText(en.securityDomains.said.deleted.replace('{{name}}', 'Harbour')).first().waitFor();
    await page.waitForTimeout(300);
    expect(await page.locator('input[value="Deep South"]').count()).toBe(1);
    await page.unrouteAll();
  });

  test('whoever has chosen a user and types on chooses anew', async () => {
    await go('tokens?tab=unassigned');
    await choose(`Actions for token ${serialOf(4)}`, en.tokens.assign);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'jdoe' }).check();
    await dialog.getByRole('textbox', { name: en.users.find }).fill('qr');
    await dialog.getByRole('radio', { name: 'jdoe' }).waitFor({ state: 'detached' });
    expect(await dialog.getByRole('button', { name: en.tokens.assignAction, exact: true }).isDisabled()).toBe(
      true,
    );
  });

  test('all of a search is not all of the next one, which the way back leads to', async () => {
    await go('tokens');
    await page.getByRole('textbox', { name: en.tokens.search.userId }).fill('jdoe');
    await button(en.ui.search).click();
    await page.getByRole('link', { name: 'qruser' }).waitFor({ state: 'detached' });
    await button(en.tokens.bulk.chooseWhole).click();
    await button(en.tokens.bulk.menuWhole).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'qruser' }).waitFor();
    expect(await button(en.tokens.bulk.menuWhole).count()).toBe(0);
  });

  test('a user who is deleted is not in the list that follows', async () => {
    await deployment.api('addUser', { body: { userId: 'leaver' } });
    await go('users');
    await page.getByRole('link', { name: 'leaver' }).click();
    await choose(en.ui.actions, en.users.delete);
    await page.getByRole('dialog').getByRole('textbox').fill('leaver');
    await page.getByRole('dialog').getByRole('button', { name: en.users.confirm.delete.action }).click();
    await page.waitForURL('**/console/users');
    await page.getByRole('link', { name: 'jdoe' }).waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByRole('link', { name: 'leaver' }).count()).toBe(0);
  });

  test('what was changed by a button is not left by mistake, nor for another domain or template', async () => {
    const away = (): Promise<void> => byMenu(page, 'Setup', 'Certificates');
    await go('administrators/north');
    await button('Remove role 2').click();
    await away();
    await stay();
    await button('Cancel').click();
    await page.waitForURL('**/console/administrators');

    await go('policies/lockout');
    await page.getByLabel(en['policy-field'].failures.label).fill('9');
    await page.getByLabel(en.policies.domain).selectOption({ index: 1 });
    await stay();
    expect(await page.getByLabel(en['policy-field'].failures.label).inputValue()).toBe('9');

    await go('mail/templates');
    await page.getByRole('textbox', { name: en.mailTemplates.body }).fill('Hello {{name}}, here it is.');
    await page.getByLabel(en.mailTemplates.language, { exact: true }).selectOption('de');
    await stay();
    await away();
    await stay();
    await button('Save').click();
    await page.getByText(en.mailTemplates.saved).first().waitFor();
    await page.getByLabel(en.mailTemplates.language, { exact: true }).selectOption('de');
    await page.waitForURL('**language=de');
  });

  test('a file that was corrected is read again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-kept-'));
    const file = join(folder, 'staff.csv');
    await go('users/import');
    const client = await context.newCDPSession(page);
    const { root } = await client.send('DOM.getDocument');
    const { nodeId } = await client.send('DOM.querySelector', {
      nodeId: root.nodeId,
      selector: 'input[type=file]',
    });
    // As the browser's own window does it, without the events that the library adds.
    const pick = async (content: string): Promise<void> => {
      writeFileSync(file, content);
      await page.locator('input[type=file]').evaluate((input) => {
        input.addEventListener('click', (event) => event.preventDefault(), { once: true });
        (input as HTMLInputElement).click();
      });
      await client.send('DOM.setFileInputFiles', { nodeId, files: [file] });
    };
    await pick('userId\nwrong\n');
    await page.getByRole('gridcell', { name: 'wrong' }).waitFor();
    await pick('Login\nright\n');
    await page
      .getByRole('gridcell', { name: 'right' })
      .waitFor({ timeout: 3000 })
      .catch(() => {});
    expect(await page.locator('#import-column-userId').inputValue()).not.toBe('userId');
    expect(await page.locator('table').textContent()).not.toContain('wrong');
    rmSync(folder, { recursive: true, force: true });
  });

  test('whoever has left when a slow save is answered stays where they are, and hears if it failed', async () => {
    for (const failed of [false, true]) {
      await editUser(`Slow ${failed}`);
      if (failed)
        await page.route(QRUSER, (route) =>
          route.request().method() === 'PATCH' ? route.fulfill(editedMeanwhile) : route.fallback(),
        );
      const { asked, release } = await hold(QRUSER, 'PATCH');
      await button('Save').first().click();
      await asked;
      await byMenu(page, 'Setup', 'Certificates');
      await page.waitForURL('**/console/certificates');
      release();
      const said = failed
        ? en.ui.leftUnsaved.replace('{{problem}}', 'Somebody was faster.')
        : en.users.said.edited.replace('{{userId}}', 'qruser');
      await page.getByText(said).first().waitFor();
      await page.waitForTimeout(300);
      expect(new URL(page.url()).pathname).toBe('/console/certificates');
      await page.unrouteAll();
    }
  });

  test('whoever has left a new form, or closed a window, hears that what it sent has failed', async () => {
    const refused = {
      status: 409,
      contentType: 'application/problem+json',
      json: problemDocument('wrong-state', { title: 'No', detail: 'It is not possible now.' }),
    };
    const said = (text: string, title = '') =>
      page
        .getByText(text.replace('{{title}}', title).replace('{{problem}}', 'It is not possible now.'))
        .first()
        .waitFor();
    for (const [form, address] of [
      ['profiles', 'token-profiles'],
      ['offers', 'offers'],
      ['rules', 'distribution-rules'],
    ] as const) {
      await go(`${form}/new`);
      const route = `**/api/v1/${address}`;
      await page.route(route, (request) =>
        request.request().method() === 'POST' ? request.fulfill(refused) : request.fallback(),
      );
      const { asked, release } = await hold(route, 'POST');
      await page.getByRole('textbox').first().fill('Left');
      if (form === 'profiles') await page.locator('#device-type').selectOption('sower');
      await button('Save').click();
      await asked;
      await byMenu(page, 'Setup', 'Certificates');
      await page.waitForURL('**/console/certificates');
      release();
      await said(en.ui.leftUnsaved);
      await page.unrouteAll();
    }

    await go('security-domains');
    const domains = '**/api/v1/security-domains/*';
    await page.route(domains, (route) =>
      route.request().method() === 'DELETE' ? route.fulfill(refused) : route.fallback(),
    );
    const { asked, release } = await hold(domains, 'DELETE');
    await choose('Actions for South', en.securityDomains.delete);
    await page.getByRole('dialog').getByRole('button', { name: en.securityDomains.delete }).click();
    await asked;
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    release();
    await said(en.ui.closedUndone, en.securityDomains.deleteTitle.replace('{{name}}', 'South'));
    await page.unrouteAll();
  });

  test('what is open over one user is not over the next, whom the way back leads to', async () => {
    await go('users/qruser');
    // As a link does that stands on the page itself.
    await page.evaluate(() => {
      window.history.pushState({}, '', '/console/users/jdoe');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByRole('heading', { level: 1, name: /jdoe/ }).waitFor();
    await button(en.dashboard.assign).click();
    await page.getByRole('dialog').waitFor();
    await page.goBack();
    await page.waitForURL('**/console/users/qruser');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('what somebody else has saved meanwhile and cannot be had is said, and the form stays', async () => {
    await editUser('Kept');
    await page.route(QRUSER, (route) =>
      route.request().method() === 'PATCH' ? route.fulfill(editedMeanwhile) : route.abort(),
    );
    await button('Save').first().click();
    await page.getByRole('alert').getByText(en.ui.noConnection).waitFor();
    expect(await page.getByRole('textbox', { name: en.users.firstName }).inputValue()).toBe('Kept');
    await page.unrouteAll();
  });

  test('a save whose answer is lost is not called undone, in the language of the page', async () => {
    await editUser('Lost on its way');
    await page.route(QRUSER, async (route) => {
      if (route.request().method() !== 'PATCH') return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await button('Save').first().click();
    const alert = page.getByRole('alert').filter({ hasText: en.ui.noConnection });
    await alert.waitFor();
    expect(await alert.textContent()).not.toMatch(/nothing was/i);
    expect(await deployment.api('getUser', { params: { userId: 'qruser' } })).toMatchObject({
      firstName: 'Lost on its way',
    });
    await page.unrouteAll();

    const at = '2100-01-01T00:00:00.000Z';
    await page.route(`${QRUSER}/activity`, (route) =>
      route.fulfill({ json: { lockedUntil: at, failures: 0, since: at, items: [] } }),
    );
    await page.route(`${QRUSER}/unlock`, (route) => route.abort());
    await go('users/qruser');
    await button(en.access.unlock).click();
    const notice = page.locator('.pf-m-toast .pf-v6-c-alert');
    await notice.waitFor();
    expect(await notice.textContent()).toContain(en.ui.noConnection);
    await page.unrouteAll();
  });

  test('the last page of a list that becomes empty gives way to the one before it', async () => {
    const ids = Array.from({ length: 21 }, (_, index) => `last-${String(index + 1).padStart(2, '0')}`);
    for (const userId of ids) await deployment.api('addUser', { body: { userId } });
    await go('users?search=last-');
    await button(en.ui.nextPage).click();
    await page.getByRole('link', { name: 'last-21' }).waitFor();
    const second = page.url();
    await choose('Actions for last-21', en.users.delete);
    await page.getByRole('dialog').getByRole('textbox').fill('last-21');
    await page.getByRole('dialog').getByRole('button', { name: en.users.confirm.delete.action }).click();
    await page.getByRole('link', { name: 'last-20' }).waitFor();
    // The rows are there before they have been counted again.
    await expect.poll(() => page.locator('.sower-paging > span').textContent()).toBe('1–20 of 20');
    expect(await button(en.ui.previousPage).isDisabled()).toBe(true);
    // As whoever was sent the address of that page finds it.
    await page.goto(second);
    await page.getByRole('link', { name: 'last-20' }).waitFor();
    expect(new URL(page.url()).searchParams.has('cursor')).toBe(false);

    const list = await hold('**/api/v1/users?*', 'GET');
    const loading = await hold('**/assets/certificates-page-*.js', 'GET');
    await page.goto(second);
    await byMenu(page, 'Setup', 'Certificates');
    list.release();
    await page.waitForTimeout(300);
    loading.release();
    await page.getByRole('heading', { level: 1, name: en.certificates.title }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/certificates');
    await page.unrouteAll();
  });

  test('a code that is made after its page was left is said to be lost, and shown on no other page', async () => {
    await go(`tokens/${serialOf(3)}/distribute?profile=Sower_CT_KIP`);
    const { asked, release } = await hold('**/distributions', 'POST');
    await button(en.distribute.save).click();
    await asked;
    await byMenu(page, 'Setup', 'Certificates');
    await page.waitForURL('**/console/certificates');
    release();
    await page.getByText('you had left the page that shows its activation code').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/certificates');
    await page.unrouteAll();
  });

  test('emergency tokencodes stay until they are put away; whoever has closed the window by then hears that they are lost', async () => {
    const access = '**/emergency-access';
    const until = '2100-01-01T00:00:00.000Z';
    const codes = { kind: 'set', codes: ['47110815'], until, withPin: false, whenTokenReturns: 'end' };
    await page.route(access, (route) => route.fulfill({ json: codes }));
    await go('tokens');
    await page.getByRole('link', { name: serialOf(3) }).click();
    const give = async (): Promise<void> => {
      await button(en.access.giveEmergency).click();
      await page.getByRole('dialog').getByRole('button', { name: en.access.give, exact: true }).click();
    };
    await give();
    const shown = page.getByRole('dialog', { name: en.access.codesTitle });
    await shown.waitFor();
    await page.keyboard.press('Escape');
    await page.evaluate(() => history.back());
    await page.waitForTimeout(300);
    expect([await shown.count(), new URL(page.url()).pathname]).toEqual([
      1,
      `/console/tokens/${serialOf(3)}`,
    ]);
    await shown.getByRole('button', { name: en.ui.close, exact: true }).click();
    const { asked, release } = await hold(access, 'POST');
    await give();
    await asked;
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    release();
    await page.getByText(en.ui.onceLost.replace('{{title}}', en.access.codesTitle)).first().waitFor();
    await page.unrouteAll();
  });

  test('the activation code of a request that was distributed is not left behind without a question', async () => {
    await go('requests');
    await page.getByRole('link', { name: 'Token for Android' }).first().click();
    await button(en.requests.distribute).click();
    await page.getByRole('dialog').getByRole('button', { name: en.requests.distribute, exact: true }).click();
    await page.getByText(en.requests.once).waitFor();
    await page.evaluate(() => history.back());
    await page.getByRole('dialog').getByText('is shown nowhere else').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(en.requests.once).waitFor();
    await page.evaluate(() => history.back());
    await page.getByRole('dialog').getByRole('button', { name: en.result.leave, exact: true }).click();
    await page.getByText(en.requests.once).waitFor({ state: 'detached' });
  });

  test('what can be chosen and cannot be had is said: nothing is added where nobody has chosen', async () => {
    const alert = () => page.getByRole('alert').filter({ hasText: en.ui.noConnection });
    await page.route('**/api/v1/security-domains', (route) => route.abort());
    await go('users/new');
    await alert().waitFor();
    await page.unrouteAll();
    await alert().getByRole('button', { name: en.ui.tryAgain }).click();
    await page.getByRole('combobox', { name: en.domains.one }).waitFor();

    await page.route('**/api/v1/offers', (route) => route.abort());
    await go('requests');
    await button(en.requests.make).first().click();
    await page.getByRole('dialog').getByText(en.ui.noConnection).first().waitFor();

    await page.route('**/mail-delivery', (route) => route.abort());
    await go(`tokens/${serialOf(3)}/distribute?profile=Sower_CT_KIP`);
    await alert().waitFor();

    // Nor does Home say that there is nothing to look at.
    await page.route('**/api/v1/alerts', (route) => route.abort());
    await go('');
    await alert().waitFor();
    await page.unrouteAll();
  });

  test('whoever is on the way to a page that is slow to load has left the one before it', async () => {
    await go(`tokens/${serialOf(3)}/distribute?profile=Sower_CT_KIP`);
    const { asked, release } = await hold('**/distributions', 'POST');
    const loading = await hold('**/assets/certificates-page-*.js', 'GET');
    await button(en.distribute.save).click();
    await asked;
    await byMenu(page, 'Setup', 'Certificates');
    await loading.asked;
    release();
    const lost = page.getByText('you had left the page that shows its activation code').first();
    await lost.waitFor();
    loading.release();
    await page.waitForURL('**/console/certificates');
    await page.getByRole('heading', { level: 1, name: en.certificates.title }).waitFor();
    expect(await lost.isVisible()).toBe(true);
    await page.unrouteAll();
  });

  test('a certificate that is changed while it is checked is not called right', async () => {
    await go('certificates');
    await button(en.certificates.upload.open).click();
    await page.route('**/certificates/check', (route) =>
      route.fulfill({ json: { usable: true, findings: [], chain: [] } }),
    );
    const { asked, release } = await hold('**/certificates/check', 'POST');
    const dialog = page.getByRole('dialog');
    const text = dialog.getByRole('textbox').first();
    const look = dialog.getByRole('button', { name: en.certificates.upload.look, exact: true });
    const use = dialog.getByRole('button', { name: en.certificates.upload.use, exact: true });
    await text.fill('one');
    await look.click();
    await asked;
    await text.fill('another');
    release();
    await expect.poll(() => look.or(use).isEnabled()).toBe(true);
    expect(await use.count()).toBe(0);
    await look.click();
    await use.waitFor();
    await page.unrouteAll();
  });

  test('Enter in what an identity source is tried out with tries it out, and sends nothing else', async () => {
    const { items } = await deployment.api('listIdentitySources', {});
    await go(`identity-sources/${items[0]?.id}/edit`);
    const sent: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.method()));
    const test = page.waitForRequest((request) => request.url().endsWith('/test'));
    await page.getByRole('textbox', { name: en.sources.find }).fill('jdoe');
    await page.keyboard.press('Enter');
    await test;
    await page.waitForTimeout(300);
    expect(sent).toEqual(['POST']);
    expect(page.url()).toContain('/edit');
    page.removeAllListeners('request');
  });

  test('a certificate for signing leaves the mail settings above it as they were typed', async () => {
    const smime = openssl();
    smime.make('mail', 'sower@example.com');
    await go('mail/settings');
    const host = page.getByRole('textbox', { name: en.mailSettings.host });
    await host.fill('typed.example.com');
    await page.locator('input[type=file]').setInputFiles({
      name: 'mail.p12',
      mimeType: 'application/x-pkcs12',
      buffer: smime.pkcs12('mail', 'x'),
    });
    smime.remove();
    await page.getByLabel(en.mailSettings.signingPassword).fill('x');
    await button(en.mailSettings.signingSet).click();
    await button(en.mailSettings.signingRemove).waitFor();
    expect(await host.inputValue()).toBe('typed.example.com');
    await button('Save').click();
    await page.getByText(en.mailSettings.saved).first().waitFor();
    const { settings } = await deployment.api('getMailSettings', {});
    expect(settings.host).toBe('typed.example.com');
  });

  // The last ones, since they end the session.
  test('whoever cannot be logged off for want of an answer is told, and stays', async () => {
    await go('users');
    await page.route('**/api/v1/session', (route) =>
      route.request().method() === 'DELETE' ? route.abort() : route.continue(),
    );
    await page.getByRole('banner').getByRole('button', { name: /admin/ }).click();
    await page.getByRole('menuitem', { name: en.session.logOff }).click();
    await page.getByText(en.sessions.stillLoggedOn).first().waitFor();
    expect(await page.locator('#log-on-user-name').count()).toBe(0);
    await page.unrouteAll();
  });

  test('when another administrator logs on, in another tab or over the page, nothing of the former is left', async () => {
    const password = 'correct horse battery';
    for (const userName of ['second', 'third'])
      await newAdministrator(deployment, { userName, password, grants: [{ role: 'super-admin' }] });
    await go('users/new');
    await page.getByRole('textbox', { name: en.users.lastName }).fill('Typed by admin');
    await context.clearCookies();
    const other = await context.newPage();
    await other.goto(`${originOf(deployment)}/console/`);
    await other.locator('#log-on-user-name').fill('second');
    await other.locator('input[type=password]').fill(password);
    await other.keyboard.press('Enter');
    await other.locator('#menu-toggle').waitFor();
    await page
      .getByRole('banner')
      .getByRole('button', { name: /second/ })
      .waitFor();
    const lastName = page.getByRole('textbox', { name: en.users.lastName });
    expect(await lastName.inputValue()).toBe('');
    await other.close();

    // By a passkey, anybody may be who logs on again.
    await lastName.fill('Typed by second');
    await page.getByRole('textbox', { name: en.users.userId }).fill('somebody');
    await context.clearCookies();
    await page.route('**/api/v1/session', (route) =>
      route.continue({ postData: JSON.stringify({ userName: 'third', password }) }),
    );
    await button('Save').click();
    await page.locator('#log-on-again-password').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('banner').getByRole('button', { name: /third/ }).waitFor();
    expect(await lastName.inputValue()).toBe('');
    await page.unrouteAll();
  });
});
