/** Importing tokens in the Security Console, in a real Chromium: a hardware token from the file of its maker to the software token that replaces it. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseLink } from '@sower/ctkip/links';
import { hotp } from '@sower/otp/hotp';
import { totp } from '@sower/otp/totp';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { consoleDe, consoleEn } from '../../../packages/texts/test/tables.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { byMenu, originOf, sharedConsole } from '../../harness/browser/console-browser.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { pemOfNewKey } from '../../harness/jobs/token-files.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const executablePath = findChromium();
const skip = !executablePath && !process.env.CI;

describe.skipIf(skip)('Security Console: importing tokens', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);

  beforeAll(async () => {
    const profile = { deviceType: 'sower', delivery: 'qr', authenticationType: 'tokencode' } as const;
    await deployment.api('addProfile', { body: { name: 'Phones by QR', ...profile } });
    await deployment.api('mintTokens', { body: { count: 6 } });
  });

  const logged = sharedConsole(() => ({ browser, deployment }));
  const stateIs = (page: Page, state: string) => page.locator(`[data-state=${state}]`).waitFor();
  const secret = (): { key: Uint8Array; hex: string } => {
    const key = new Uint8Array(randomBytes(20));
    return { key, hex: Buffer.from(key).toString('hex') };
  };
  const accepted = async (userId: string, passcode: string): Promise<boolean> => {
    const answer = await deployment.api('authenticate', { body: { userId, passcode } });
    return 'result' in answer && answer.result === 'accepted';
  };
  const now = (): number => Math.floor(Date.now() / 30_000);

  test.each([
    { locale: 'en', t: consoleEn },
    { locale: 'de', t: consoleDe },
  ] as const)(
    'columns chosen on screen, the check, the start by name, and a QR code in place of the key fob ($locale)',
    async ({ locale, t }) => {
      const { api } = deployment;
      const userId = `fob-${locale}`;
      const serial = `KF-${locale.toUpperCase()}-1`;
      const [mine, spare] = [secret(), secret()];
      await api('addUser', { body: { userId, firstName: 'Ada', lastName: 'Lovelace' } });
      const page = await logged(locale);
      await byMenu(page, t.menu.tokens, t.tokenFiles.menu);
      const rows = [
        `A;${serial};${mine.hex};Time;${userId};8439`,
        `B;KF-${locale.toUpperCase()}-2;${spare.hex};Time;;`,
        `C;KF-${locale.toUpperCase()}-3;tooshort;Time;;`,
      ];
      const name = `delivery ${locale}.csv`;
      const file = Buffer.from(['Box;Number;Secret material;Mode;Given to;Code word', ...rows].join('\n'));
      await page.getByLabel(t.tokenFiles.file).setInputFiles({ name, mimeType: 'text/csv', buffer: file });

      const select = (label: string, option: string) =>
        page.getByLabel(label, { exact: true }).first().selectOption({ label: option });
      await select(t.tokenFiles.order, t.tokenFiles.orders.named);
      await page.getByText(t.tokenFiles.chooseColumns).waitFor();
      const check = page.getByRole('button', { name: t.tokenFiles.check, exact: true });
      expect(await check.isDisabled()).toBe(true);
      for (const [column, said] of [
        ['serial', 'Number'],
        ['seed', 'Secret material'],
        ['type', 'Mode'],
        ['user', 'Given to'],
        ['pin', 'Code word'],
      ] as const)
        await page.locator(`#import-column-${column}`).selectOption(said);
      await page.locator('#import-pins').selectOption('carry');
      await page.getByText(t.tokenFiles.pinsHelp.carry).waitFor();
      const preview = page.getByRole('grid', { name: t.tokenFiles.preview });
      const line = (index: number) => preview.getByRole('row').nth(index).textContent();
      const words = t.tokenFiles.seedWords.replace('{{encoding}}', t.tokenFiles.encodings.hex);
      expect(await line(1)).toContain(words.replace('{{count}}', '20'));
      expect(await line(1)).toContain(t.tokenFiles.pinThere);
      expect(await line(3)).toContain(t.tokenFiles.rowProblems.seed);
      // Neither a seed nor a PIN is on the screen.
      const shown = await page.content();
      for (const each of [mine.hex, spare.hex, '8439']) expect(shown).not.toContain(each);
      await page.getByLabel(t.tokenFiles.enabled).check();
      await page.getByLabel(t.tokenFiles.fields.maker, { exact: true }).last().fill('Acme');
      expect(await inspect(page, `token import ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await check.click();

      await stateIs(page, 'waiting');
      await page.getByRole('gridcell', { name: t.tokenFiles.states.ready }).first().waitFor();
      await page
        .getByRole('gridcell', { name: `Ada Lovelace (${userId})` })
        .last()
        .waitFor();
      expect(await inspect(page, `token import checked ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await page.locator('#job-name-again').fill(name);
      await page.getByRole('button', { name: t.tokenFiles.start_other.replace('{{number}}', '2') }).click();
      await stateIs(page, 'done');
      await page.getByText(t.tokenFiles.destroy).waitFor();
      expect(await inspect(page, `token import done ${locale}`, LOOKS_IN[locale])).toEqual([]);
      const code = totp({ key: mine.key, interval: now(), digits: 6 });
      expect(await accepted(userId, code)).toBe(false);
      expect(await accepted(userId, `8439${code}`)).toBe(true);

      // The hardware token has no distribution, and is replaced by one that is scanned.
      await page.goto(`${originOf(deployment)}/console/tokens/${serial}`);
      await page.getByRole('heading', { level: 1, name: new RegExp(serial) }).waitFor();
      await page.getByRole('button', { name: t.ui.actions, exact: true }).click();
      await page.getByText(t.tokens.why.hardware).waitFor();
      await page.getByRole('menuitem', { name: t.tokens.replace, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(t.tokens.replacePin).uncheck();
      await dialog.getByRole('button', { name: t.tokens.replace, exact: true }).click();
      await page.waitForURL(/tokens\/(\d{12})\/distribute/);
      const software = /tokens\/(\d{12})\//.exec(page.url())?.[1] as string;
      const option = page.locator('#token-profile option', { hasText: 'Phones by QR' });
      await page.locator('#token-profile').selectOption((await option.getAttribute('value')) ?? '');
      await page.getByRole('button', { name: t.distribute.save, exact: true }).click();
      await expect
        .poll(async () => (await api('getToken', { params: { serial: software } })).distribution?.state)
        .toBe('issued');
      const user = selfServiceClient(deployment);
      // Until the new one is used, the old one goes on.
      const passcode = `8439${totp({ key: mine.key, interval: now() + 1, digits: 6 })}`;
      await user.api('openUserSession', { body: { method: 'passcode', userId, passcode } });
      const link = parseLink((await user.api('openOwnActivation', { params: { serial: software } })).link);
      if (!link.ok) throw new Error('no link');
      const token = await provisioned(deployment, {
        ctkipUrl: link.url,
        activationCode: link.activationCode,
      });
      expect(await accepted(userId, tokencode(token))).toBe(true);
      expect((await api('getToken', { params: { serial } })).userId).toBeUndefined();
      expect((await api('getToken', { params: { serial: software } })).userId).toBe(userId);

      // What nobody has used since is taken back.
      await page.goto(`${originOf(deployment)}/console/jobs`);
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: t.jobs.undo, exact: true }).click();
      await dialog.getByText(t.tokenFiles.undoBody).waitFor();
      await dialog.getByRole('button', { name: t.jobs.undo, exact: true }).click();
      await page.getByRole('link', { name: t.jobs.aboutJob }).waitFor();
      await stateIs(page, 'done');
      const left = await api('listTokens', { query: { batch: name, limit: 10 } });
      expect(left.items.map((each) => each.serial)).toEqual([serial]);
    },
  );

  test.each([
    { locale: 'en', t: consoleEn },
    { locale: 'de', t: consoleDe },
  ] as const)(
    'many key fobs of a maker, found by a search, give way to software tokens ($locale)',
    async ({ locale, t }) => {
      const { api } = deployment;
      const maker = `Fobs ${locale}`;
      const users = [1, 2].map((number) => `many-${locale}-${number}`);
      for (const userId of users) await api('addUser', { body: { userId } });
      const lines = users.map((userId, index) => `M-${locale}-${index},${userId},${secret().hex},totp`);
      const imported = await api('importTokens', {
        body: {
          ...{ name: `fobs ${locale}`, maker, enabled: true },
          file: Buffer.from(['serial,user,seed,type', ...lines].join('\n')).toString('base64'),
        },
      });
      expect(await jobSettled(api, imported.id)).toMatchObject({ done: 2 });
      await api('startJob', { params: { id: imported.id }, body: { name: imported.name } });
      expect(await jobEnded(api, imported.id)).toMatchObject({ done: 2 });

      const page = await logged(locale, `tokens?${new URLSearchParams({ kind: 'hardware', maker })}`);
      await page
        .getByRole('gridcell', { name: `M-${locale.toUpperCase()}-1` })
        .first()
        .waitFor();
      await page.getByText(t.tokens.bulk.chooseWhole).click();
      await page.getByRole('button', { name: t.tokens.bulk.menuWhole }).click();
      await page.getByRole('menuitem', { name: t.tokens.bulk.distribute, exact: true }).click();
      await page.getByText(t.tokens.kinds.hardware, { exact: true }).first().waitFor();
      const name = `Phones instead ${locale}`;
      await page.locator('#job-name').fill(name);
      const option = page.locator('#job-profile option', { hasText: 'Phones by QR' });
      await page.locator('#job-profile').selectOption((await option.getAttribute('value')) ?? '');
      await page.locator('#job-tokens').selectOption('mint');
      await page.getByText(t.distributeMany.replaceHelp).waitFor();
      await page.getByLabel(t.distributeMany.keepPin).uncheck();
      expect(await inspect(page, `replace many ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await page.getByRole('button', { name: t.distributeMany.check, exact: true }).click();
      await stateIs(page, 'waiting');
      await page.getByText(t.tokens.replaceThen.unassign).waitFor();
      expect(await inspect(page, `replace many checked ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await page.locator('#job-name-again').fill(name);
      await page.getByRole('button', { name: t.jobs.start_other.replace('{{number}}', '2') }).click();
      await stateIs(page, 'done');
      const { items } = await api('listTokens', { query: { maker, replacement: 'replaced' } });
      expect(items.map(({ userId }) => userId)).toEqual(users);
    },
  );

  test.each([
    { locale: 'en', t: consoleEn },
    { locale: 'de', t: consoleDe },
  ] as const)('a key fob is lent in place of one at home, and kept ($locale)', async ({ locale, t }) => {
    const { api } = deployment;
    const userId = `borrows-${locale}`;
    const serial = `L-${locale.toUpperCase()}-1`;
    await api('addUser', { body: { userId, firstName: 'Eve', lastName: 'Borrow' } });
    const own = (await api('assignNextToken', { params: { userId } })).serial;
    const imported = await api('importTokens', {
      body: {
        ...{ name: `spares ${locale}`, enabled: true },
        file: Buffer.from(`serial,seed,type\n${serial},${secret().hex},totp`).toString('base64'),
      },
    });
    await jobSettled(api, imported.id);
    await api('startJob', { params: { id: imported.id }, body: { name: imported.name } });
    await jobEnded(api, imported.id);
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);

    const page = await logged(locale, `tokens/${serial}`);
    const act = async (name: string) => {
      await page.getByRole('button', { name: t.ui.actions, exact: true }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await act(t.tokens.loan.lend);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(t.tokens.loan.intro).waitFor();
    await dialog.getByLabel(t.users.find).fill(userId);
    await dialog.getByRole('radio', { name: new RegExp(userId) }).check();
    await dialog.locator('#loan-until').fill('2020-01-01');
    await dialog.locator('#loan-instead').fill(own);
    const lend = dialog.getByRole('button', { name: t.tokens.loan.lend, exact: true });
    await lend.click();
    // What is wrong stands at the field.
    await dialog.locator('#loan-until[aria-invalid=true]').waitFor();
    await dialog.locator('#loan-until').fill(until);
    expect(await inspect(page, `token lend ${locale}`, LOOKS_IN[locale])).toEqual([]);
    await lend.click();
    await page.getByText(t.tokens.loan.fact, { exact: true }).waitFor();
    expect(await inspect(page, `token lent ${locale}`, LOOKS_IN[locale])).toEqual([]);
    expect(await api('getToken', { params: { serial } })).toMatchObject({ userId, lentUntil: until });
    expect((await api('getToken', { params: { serial: own } })).enabled).toBe(false);
    await act(t.tokens.loan.keep);
    await page.getByText(t.tokens.loan.fact, { exact: true }).waitFor({ state: 'detached' });
    expect(await api('getToken', { params: { serial } })).toMatchObject({ userId });
  });

  test.each([
    { locale: 'en', t: consoleEn },
    { locale: 'de', t: consoleDe },
  ] as const)(
    'a file to the key of an installation: compared before it is sent, and recognized where it arrives ($locale)',
    async ({ locale, t }) => {
      const { api } = deployment;
      const name = `to move ${locale}`;
      const file = Buffer.from(`serial,seed,type\nX-${locale}-1,${secret().hex},totp`).toString('base64');
      const imported = await api('importTokens', { body: { name, file } });
      await jobSettled(api, imported.id);
      await api('startJob', { params: { id: imported.id }, body: { name } });
      await jobEnded(api, imported.id);
      const page = await logged(locale, 'tokens/import');
      await page.getByRole('button', { name: t.transferKey.open, exact: true }).click();
      const dialog = page.getByRole('dialog');
      // The first language makes it, and the second one replaces it.
      const former = await api('showTransferKey', {}).catch(() => undefined);
      if (former) {
        await dialog.getByText(former.fingerprint).waitFor();
        await dialog.getByRole('button', { name: t.transferKey.replace, exact: true }).click();
        await dialog.getByText(t.transferKey.replaceBody).waitFor();
        expect(await inspect(page, `transfer key replaced ${locale}`, LOOKS_IN[locale])).toEqual([]);
        await dialog.getByRole('button', { name: t.transferKey.replace, exact: true }).click();
      } else {
        await dialog.getByText(t.transferKey.none).waitFor();
        expect(await inspect(page, `no transfer key ${locale}`, LOOKS_IN[locale])).toEqual([]);
        await dialog.getByRole('button', { name: t.transferKey.make, exact: true }).click();
      }
      await page.getByText(t.transferKey.made).waitFor();
      const { pem, fingerprint } = await api('showTransferKey', {});
      expect(fingerprint).not.toBe(former?.fingerprint);
      await dialog.getByText(fingerprint).waitFor();
      expect(await inspect(page, `transfer key ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await dialog.getByRole('button', { name: t.ui.close, exact: true }).last().click();

      await byMenu(page, t.menu.tokens, t.tokenExport.title);
      const send = page.getByRole('button', { name: t.tokenExport.action, exact: true });
      await page.locator('#export-which').selectOption('batch');
      await page.locator('#export-batch').fill(name);
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.postData() ?? ''));
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const pasted = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
      await page.locator('#export-key').fill(pasted);
      await page.getByText(t.tokenExport.keyDefects.private).waitFor();
      expect(await send.isDisabled()).toBe(true);
      expect(await inspect(page, `token export refused ${locale}`, LOOKS_IN[locale])).toEqual([]);
      const exported = async (key: string): Promise<Buffer> => {
        await page.locator('#export-key').fill(key);
        await page.locator('#export-fingerprint').waitFor();
        expect(await send.isDisabled()).toBe(true);
        await page.locator('#export-compared').check();
        const download = page.waitForEvent('download');
        await send.click();
        return readFileSync(await (await download).path());
      };
      const other = await exported(pemOfNewKey());
      await page.getByText(t.tokenExport.done_one).waitFor();
      await page.locator('#export-key').fill(pem);
      expect(await page.locator('#export-fingerprint').textContent()).toBe(fingerprint);
      await page.getByRole('button', { name: t.tokenExport.check, exact: true }).click();
      await page.getByText(t.tokenExport.would_one).waitFor();
      const ours = await exported(pem);
      await page.getByText(t.tokenExport.done_one).waitFor();
      expect(await inspect(page, `token export done ${locale}`, LOOKS_IN[locale])).toEqual([]);
      expect(requests.join('\n')).not.toContain(pasted.split('\n')[1]);

      await byMenu(page, t.menu.tokens, t.tokenFiles.menu);
      const give = (buffer: Buffer) =>
        page
          .getByLabel(t.tokenFiles.file)
          .setInputFiles({ name: `${name}.pskcxml`, mimeType: 'text/xml', buffer });
      await give(other);
      await page.getByText(t.transferKey.theirs).waitFor();
      expect(await inspect(page, `token import of another ${locale}`, LOOKS_IN[locale])).toEqual([]);
      await give(ours);
      await page.getByText(t.transferKey.ours).waitFor();
      expect(await page.locator('#import-password').count()).toBe(0);
      await page.getByRole('button', { name: t.tokenFiles.check, exact: true }).click();
      await stateIs(page, 'waiting');
    },
  );

  test('a file without names by number, in an order, and one that is encrypted', async () => {
    const t = consoleEn.tokenFiles;
    const page = await logged('en', 'tokens/import');
    const give = (name: string, text: string) =>
      page.getByLabel(t.file).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    const preview = page.getByRole('grid', { name: t.preview });
    const { hex, key } = secret();
    await give('oath.csv', `eve,OA-1,${hex},totp,8,60\n`);
    await expect.poll(() => preview.getByRole('row').nth(1).textContent()).toContain('TOTP every 60 s');
    expect(await page.locator('#import-order').inputValue()).toBe('oath');
    await give('turned.csv', `${hex},TU-1,7\n`);
    await page.locator('#import-order').selectOption('numbered');
    for (const [column, number] of [
      ['serial', '2'],
      ['seed', '1'],
      ['digits', '3'],
    ] as const)
      await page.locator(`#import-column-${column}`).selectOption(number);
    await expect.poll(() => preview.getByRole('row').nth(1).textContent()).toContain('HOTP from 0');
    await page.getByRole('button', { name: t.check, exact: true }).click();
    await stateIs(page, 'waiting');
    await page.locator('#job-name-again').fill('turned.csv');
    await page.getByRole('button', { name: t.start_one.replace('{{number}}', '1') }).click();
    await stateIs(page, 'done');
    await deployment.api('addUser', { body: { userId: 'eve' } });
    await deployment.api('assignToken', { params: { serial: 'TU-1' }, body: { userId: 'eve' } });
    const passcode = hotp({ key, counter: 0, digits: 7 });
    // The policy wants a PIN, which is chosen after the right tokencode.
    expect(await deployment.api('authenticate', { body: { userId: 'eve', passcode } })).toMatchObject({
      result: 'challenge',
    });

    await page.goto(`${originOf(deployment)}/console/tokens/import`);
    await give('export.pi', `gAAAA${'A'.repeat(80)}\n`);
    await page.getByText(t.checkedByServer).waitFor();
    await page.getByRole('button', { name: t.check, exact: true }).click();
    await page.getByText('The file is encrypted with a key. Enter it.').waitFor();
    await page.getByLabel(t.key, { exact: true }).fill('00'.repeat(32));
    await page.getByRole('button', { name: t.check, exact: true }).click();
    await page
      .getByText('This is no file of tokens in a format that is known here, or it is cut off.')
      .waitFor();
    expect(await inspect(page, 'token import encrypted', LOOKS_IN.en)).toEqual([]);
  });
});
