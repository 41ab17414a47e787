/** The web authenticator as people use it, in a real Chromium against a real server. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileInput } from '@sower/api/profiles';
import { describe, expect, test } from 'vitest';
import { readQrImage } from '../../../../apps/cli/src/authenticator/qr-image.ts';
import linkVectors from '../../../../vectors/ctkip-links.json' with { type: 'json' };
import {
  distributed,
  film,
  importNow,
  picture,
  shownCode,
} from '../../../harness/browser/authenticator-app.ts';
import { lookForSecrets } from '../../../harness/browser/authenticator-secrets.ts';
import { onAuthenticatorSite } from '../../../harness/browser/authenticator-site.ts';
import { faults } from '../../../harness/browser/looks.ts';
import { OWN_PASSWORD } from '../../../harness/browser/self-service-pages.ts';

onAuthenticatorSite('web authenticator', (site) => {
  const { open, app, ctkip, newOwner, logOnToSelfService, accepts, t } = site;

  describe('provisioning', () => {
    test.each([1280, 360])(
      'by a link, at %i px: shown before anything is sent, then a code the server accepts',
      async (width) => {
        const { userId, serial, link } = await distributed(site.deployment);
        const { page, asked } = await open({ width });
        await page.goto(link!);
        await page.getByRole('heading', { name: 'Import a token from here?' }).waitFor();
        expect(await page.locator('.host').textContent()).toBe(new URL(site.origin).host);
        await page.getByText('Nothing has been sent yet.').waitFor();
        expect(ctkip(asked)).toEqual([]);
        await expect.poll(() => page.url()).toBe(app());
        expect(await importNow(page)).toMatch(/^\d{3} \d{3} \d{3}$/);
        await page.getByText(`Token ${serial} is imported.`).waitFor();
        expect(await accepts(userId, await shownCode(page))).toBe('accepted');
        // The activation code is in no address that was visited.
        expect(await page.evaluate(() => [location.href, JSON.stringify(history.state)].join())).not.toMatch(
          /\d{12}/,
        );
      },
    );

    test.each([1280, 360])(
      'by the camera, from the QR code on the screen of the Self-Service Console, at %i px',
      async (width) => {
        const { userId, serial } = await newOwner();
        const desk = await open();
        await logOnToSelfService(desk.page, userId);
        await desk.page.getByRole('link', { name: t.tokens.activate }).click();
        for (const name of [t.activate.app.have, t.activate.scan.show])
          await desk.page.getByRole('button', { name, exact: true }).click();
        const code = desk.page.getByRole('img', { name: t.activate.scan.image });
        await code.waitFor();
        const camera = film(join(site.folder, `code-${width}.y4m`), await code.screenshot());
        const { page } = await open({ camera, width });
        await page.goto(app());
        await page.getByRole('button', { name: 'Scan QR code' }).click();
        const number = await importNow(page);
        // Both show the same number.
        await desk.page.getByText(number, { exact: true }).waitFor();
        await page.getByText(`Token ${serial} is imported.`).waitFor();
        expect(await accepts(userId, await shownCode(page))).toBe('accepted');
      },
    );

    test.each([1280, 360])('by an image, at %i px', async (width) => {
      const { userId, link } = await distributed(site.deployment);
      const { page } = await open({ width });
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      const image = join(site.folder, 'code.png');
      writeFileSync(image, picture([link!]));
      await page.locator('input[type=file]').setInputFiles(image);
      await importNow(page);
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
    });

    test.each([1280, 360])('by typing, with a code as people write it, at %i px', async (width) => {
      const { userId, ctkipUrl, activationCode } = await distributed(site.deployment);
      const { page } = await open({ width });
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      await page.getByLabel('CT-KIP URL').fill(ctkipUrl);
      await page.getByLabel('Activation code').fill(activationCode!.replace(/(\d{4})(?=.)/g, '$1-'));
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await importNow(page);
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
    });

    test('every form of link there is, handed over as browsers and other apps do', async () => {
      const { page, asked } = await open();
      await page.goto(app());
      const own = 'ctkip?scheme=https&url=otp.example.com:7004/ctkip&activationCode=1234%205678';
      const links: { link: string; url: string; activationCode?: string }[] = [
        ...linkVectors.accepted.filter(({ url }) => url.startsWith('https:')),
        ...[`web+sower://${own}`, `web+sower:${own}`, `see web+sower:${own} and hurry`].map((link) => ({
          link,
          url: 'https://otp.example.com:7004/ctkip',
          activationCode: '12345678',
        })),
      ];
      expect(links.length).toBeGreaterThan(20);
      for (const { link, url, activationCode } of links) {
        await page.goto('about:blank');
        await page.goto(`${app()}#${encodeURIComponent(link)}`);
        await page.getByRole('heading', { name: 'Import a token from here?' }).waitFor();
        expect([link, await page.locator('dd.address').textContent()]).toEqual([link, url]);
        // Asked for where the link has none.
        await expect
          .poll(() => page.getByLabel('Activation code').count(), { message: link })
          .toBe(activationCode === undefined ? 1 : 0);
        await expect.poll(() => page.url()).toBe(app());
      }
      expect(ctkip(asked)).toEqual([]);
    });

    test('from any other host that the server admits', async () => {
      const { userId, ctkipUrl, activationCode } = await distributed(site.deployment);
      const { page, asked } = await open();
      const link = `#ctkip?scheme=https&url=${ctkipUrl.replace('https://', '')}&activationCode=${activationCode}`;
      await page.goto(`${site.host.origin}/${link}`);
      await importNow(page);
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
      expect([...new Set(asked.map((url) => new URL(url).origin))].sort()).toEqual(
        [site.host.origin, site.origin].sort(),
      );
    });
  });

  describe('codes', () => {
    const kinds: [string, Partial<ProfileInput>][] = [
      ['PINPad', { authenticationType: 'pinpad' }],
      ['fob, six digits every 30 seconds', { authenticationType: 'fob', digits: 6, interval: 30 }],
      ['TOTP', { algorithm: 'totp', digits: 6, interval: 30 }],
      ['HOTP', { algorithm: 'hotp', digits: 6 }],
    ];
    test.each(kinds)(
      '%s: what is shown, with the PIN as the app says, is accepted',
      async (kind, profile) => {
        const { link, serial, userId } = await distributed(site.deployment, profile);
        const { page } = await open({ width: 360 });
        await page.goto(link!);
        await importNow(page);
        const PIN = '2580';
        const style = profile.authenticationType;
        if (style) await site.deployment.api('setPin', { params: { serial }, body: { pin: PIN } });
        if (style === 'pinpad') {
          await page.getByText('Your PIN becomes part of the code.').waitFor();
          await page.getByLabel('PIN', { exact: true }).fill('123');
          await page.getByRole('button', { name: 'Show passcode' }).click();
          await page.getByText('has 4 to 8 digits').waitFor();
          await page.getByLabel('PIN', { exact: true }).fill(PIN);
          await page.getByRole('button', { name: 'Show passcode' }).click();
          await page.getByRole('region', { name: 'Passcode' }).waitFor();
        } else await page.getByText('If this token has a PIN, enter the PIN before this code').waitFor();
        if (kind === 'HOTP') await page.getByRole('button', { name: 'Show a new code' }).click();
        const passcode = (style === 'fob' ? PIN : '') + (await shownCode(page));
        expect(await accepts(userId, passcode)).toBe('accepted');
        expect((await page.evaluate(lookForSecrets)).everything).not.toContain(PIN);
      },
    );

    test('the nickname that the administrator gave comes with the token, and the one that its user gives stays', async () => {
      const { page } = await open();
      const { link, serial } = await distributed(site.deployment, {}, 'Phone2');
      await page.goto(link!);
      await importNow(page);
      await page.goto(app());
      const names = () => page.locator('.tokens .who strong').allTextContents();
      await expect.poll(names).toEqual(['Phone2']);
      await page.getByRole('button', { name: 'Open Phone2' }).click();
      await page.locator('summary').click();
      await page.getByLabel('Nickname').fill('Mine');
      await page.getByRole('button', { name: 'Save nickname' }).click();
      await page.getByText('The nickname is saved.').waitFor();
      const { items } = await site.deployment.api('listProfiles', {});
      const again = await site.deployment.api('distributeToken', {
        params: { serial },
        body: { profile: items.at(-1)?.name ?? '', nickname: 'Phone3' },
      });
      await page.goto('about:blank');
      await page.goto(again.link!);
      await page.getByLabel(/replace its seed/).check();
      await importNow(page);
      await page.goto(app());
      await expect.poll(names).toEqual(['Mine']);
    });

    test('several tokens: found by nickname, arranged, and so after coming back', async () => {
      const { page } = await open({ width: 360 });
      const users: string[] = [];
      for (let count = 0; count < 4; count += 1) {
        const { link, userId } = await distributed(site.deployment);
        users.push(userId);
        await page.goto('about:blank');
        await page.goto(link!);
        await importNow(page);
      }
      await page.goto(app());
      const names = () => page.locator('.tokens .who strong').allTextContents();
      await expect.poll(names).toEqual(users);
      await page.getByRole('button', { name: `Open ${users[2]}` }).click();
      await page.locator('summary').click();
      await page.getByLabel('Nickname').fill('Travel');
      await page.getByRole('button', { name: 'Save nickname' }).click();
      await page.getByText('The nickname is saved.').waitFor();
      await page.getByRole('button', { name: 'Back' }).click();
      await page.getByLabel('Search').fill('trav');
      await expect.poll(names).toEqual(['Travel']);
      await page.getByLabel('Search').fill('no such thing');
      await page.getByText('No token matches').waitFor();
      await page.getByLabel('Search').fill('');
      await page.getByRole('button', { name: 'Arrange' }).click();
      for (let count = 0; count < 2; count += 1)
        await page.getByRole('button', { name: 'Move Travel up' }).click();
      const arranged = ['Travel', users[0], users[1], users[3]];
      await expect.poll(names).toEqual(arranged);
      await page.reload();
      await expect.poll(names).toEqual(arranged);
    });

    test('About shows the device id that the server is told', async () => {
      const { link, serial } = await distributed(site.deployment);
      const { page } = await open({ width: 360 });
      await page.goto(link!);
      await importNow(page);
      await page.goto(app());
      await page.getByRole('button', { name: 'Settings' }).click();
      const id = () => page.locator('dd.mono').first().textContent();
      await expect.poll(id).toMatch(/^([0-9A-F]{4} ){5}[0-9A-F]{4}$/);
      const shown = await id();
      const { distribution } = await site.deployment.api('getToken', { params: { serial } });
      expect(JSON.stringify(distribution)).toContain(shown!.replaceAll(' ', ''));
    });
  });

  describe('to a new phone', () => {
    const PHONE = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';

    test('the old phone shows a QR code, the self-service console lets the new one agree on its own seed', async () => {
      const { userId, serial } = await newOwner();
      const old = await open({ width: 360 });
      await logOnToSelfService(old.page, userId);
      // Of somebody on the phone itself: the seed comes by the same link that the QR code holds.
      const opened = await old.page.evaluate(
        async (path) => (await (await fetch(path, { method: 'POST' })).json()) as { link: string },
        `/api/v1/self-service/tokens/${serial}/activation`,
      );
      await old.page.goto(opened.link);
      await importNow(old.page);
      expect(await accepts(userId, await shownCode(old.page))).toBe('accepted');

      const asked = old.asked.length;
      await old.page.locator('summary').click();
      await old.page.getByRole('button', { name: 'Move to a new phone' }).click();
      const code = old.page.getByRole('img', { name: 'QR code that opens the Self-Service Console' });
      await code.waitFor();
      const image = join(site.folder, 'approval.png');
      await code.screenshot({ path: image });
      const read = await readQrImage(image);
      if (!read.ok) throw new Error(read.message);
      const approval = await old.page.locator('[data-approval]').getAttribute('data-approval');
      expect(read.value).toBe(`${site.origin}/self-service/move#serial=${serial}&approval=${approval}`);
      // Made here, from a key that nobody can read, and sent to nobody.
      expect(ctkip(old.asked.slice(asked))).toEqual([]);

      const fresh = await open({ width: 360, userAgent: PHONE });
      const { page } = fresh;
      await page.goto(read.value);
      await page.getByLabel(t.logOn.userId).waitFor();
      await expect.poll(() => page.url()).toBe(`${site.origin}/self-service/move`);
      await page.getByLabel(t.logOn.userId).fill(userId);
      await page.getByRole('button', { name: t.next, exact: true }).click();
      await page.locator('#log-on-secret').fill(OWN_PASSWORD);
      await page.getByRole('button', { name: t.logOn.submit, exact: true }).click();
      await page.getByText(t.move.body.replace('{{serial}}', serial)).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('button', { name: t.move.submit, exact: true }).click();
      for (const name of [t.activate.app.have, t.activate.scan.get])
        await page.getByRole('button', { name, exact: true }).click();
      const link = page.getByRole('link', { name: t.activate.scan.sameDevice });
      const app2 = await fresh.context.newPage();
      await app2.goto((await link.getAttribute('href')) ?? '');
      const number = await importNow(app2);
      await page.getByText(number, { exact: true }).waitFor();

      // Until the first code of the new phone, the old one is good.
      await old.page.goto(app());
      await old.page.getByRole('button', { name: /^Open/ }).click();
      expect(await shownCode(app2)).not.toBe(await shownCode(old.page));
      await page.getByLabel(t.activate.confirm.label).fill(await shownCode(app2));
      await page.getByRole('button', { name: t.activate.confirm.submit }).click();
      await page.getByRole('button', { name: t.pin.submit }).waitFor();
      expect(await accepts(userId, await shownCode(old.page))).toBe('rejected');
    });

    test('typed at a desk; what is wrong or was used is said, and a code of the app is not enough', async () => {
      const { userId, serial } = await newOwner();
      const phone = await open({ width: 360 });
      const desk = await open();
      await logOnToSelfService(desk.page, userId);
      const opened = await desk.page.evaluate(
        async (path) => (await (await fetch(path, { method: 'POST' })).json()) as { link: string },
        `/api/v1/self-service/tokens/${serial}/activation`,
      );
      await phone.page.goto(opened.link);
      await importNow(phone.page);
      const code = await shownCode(phone.page);
      expect(await accepts(userId, code)).toBe('accepted');
      await phone.page.goto(app());
      await phone.page.getByRole('button', { name: 'Settings' }).click();
      await phone.page.getByRole('button', { name: 'Move to a new phone' }).click();
      const shown = phone.page.locator('[data-approval]');
      await shown.waitFor();

      await desk.page.reload();
      await desk.page.getByRole('button', { name: t.ui.actions, exact: true }).click();
      await desk.page.getByRole('menuitem', { name: t.tokens.move, exact: true }).click();
      const send = async (text: string): Promise<void> => {
        await desk.page.getByLabel(t.move.label).fill(text);
        await desk.page.getByRole('button', { name: t.move.submit, exact: true }).click();
      };
      await send(code);
      await desk.page.getByRole('alert').getByText('This approval is wrong').waitFor();
      await send((await shown.textContent()) ?? '');
      await desk.page.getByRole('button', { name: t.activate.app.have, exact: true }).waitFor();
      await expect
        .poll(() => new URL(desk.page.url()).pathname)
        .toBe(`/self-service/tokens/${serial}/activate`);
      expect((await site.deployment.api('getToken', { params: { serial } })).distribution?.state).toBe(
        'issued',
      );
    });
  });
});
