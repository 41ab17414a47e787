/** The web authenticator when something is wrong: links, pictures, servers, storage, camera, clocks. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { intervalAt, totp } from '@sower/otp/totp';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { CODE, SERIAL } from '../../../../apps/cli/test/authenticator/ctkip-responder.ts';
import { distributed, importNow, picture, shownCode } from '../../../harness/browser/authenticator-app.ts';
import { lookForSecrets } from '../../../harness/browser/authenticator-secrets.ts';
import { onAuthenticatorSite } from '../../../harness/browser/authenticator-site.ts';
import { type Answer, meddlingProxy } from '../../../harness/processes/meddling-proxy.ts';

onAuthenticatorSite('web authenticator, faults', (site) => {
  const { open, app, ctkip, ownServer, accepts } = site;

  const realNothing = async (): Promise<Answer> => ({ status: 500, headers: {}, body: Buffer.alloc(0) });

  describe('bad input', () => {
    test.each([
      ['http', '#ctkip?scheme=http&url=otp.example.com/ctkip&activationCode=1234', 'uses http'],
      [
        'a user name before the host',
        '#ctkip?url=https://otp.example.com@evil.example/ctkip&activationCode=1',
        'user name before the host',
      ],
      ['nonsense', '#hello', 'neither a CT-KIP link nor an address'],
      [
        'a token file',
        `#${encodeURIComponent('com.rsa.securid://ctf?ctfData=200012345678')}`,
        'a token in compressed form',
      ],
    ])('a link with %s: a sentence and a way on, and nothing is sent', async (_, fragment, sentence) => {
      const { page, asked } = await open();
      await page.goto(app() + fragment);
      await page.getByRole('alert').getByText(sentence).waitFor();
      await page.getByRole('button', { name: 'Scan QR code' }).waitFor();
      expect(asked.every((url) => url.startsWith(app()) || url.startsWith('blob:'))).toBe(true);
    });

    test('pictures: without a code, with two, and what is no picture', async () => {
      const { page } = await open();
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      const choose = async (name: string, content: Buffer): Promise<void> => {
        writeFileSync(join(site.folder, name), content);
        await page.locator('input[type=file]').setInputFiles(join(site.folder, name));
      };
      await choose('none.png', PNG.sync.write(new PNG({ width: 300, height: 300 })));
      await page.getByText('No QR code can be read').waitFor();
      await choose('two.png', picture(['https://a.example/ctkip', 'https://b.example/ctkip']));
      await page.getByText('There are several QR codes').waitFor();
      await choose('text.png', Buffer.from('hello'));
      await page.getByText('not a picture that the browser can read').waitFor();
    });

    test.each([
      [
        'a truncated answer',
        async () => ({ status: 200, headers: {}, body: Buffer.from('<?xml version="1.0"?><soap:Env') }),
        'is not CT-KIP',
      ],
      [
        'an answer that never ends',
        async () => ({ status: 200, headers: {}, body: Buffer.alloc(300 * 1024, 32) }),
        'longer than 256 KiB',
      ],
      [
        'a redirect',
        async () => ({ status: 302, headers: { location: 'https://evil.example/' }, body: Buffer.alloc(0) }),
        'redirects are not followed',
      ],
      [
        'no CT-KIP there',
        async () => ({ status: 404, headers: {}, body: Buffer.from('no') }),
        'There is no CT-KIP service',
      ],
    ] as const)('%s', async (_, answer, sentence) => {
      const proxy = await meddlingProxy(realNothing, answer as () => Promise<Answer>);
      site.closeAfterwards(proxy.close);
      const { page } = await open();
      await page.goto(
        `${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`,
      );
      await page.getByRole('button', { name: 'Import token' }).click();
      await page.getByRole('alert').getByText(sentence).waitFor();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      expect((await page.evaluate(lookForSecrets)).keys).toBe(0);
    });

    test('a server that does not answer can be stopped, and one that is not there is said', async () => {
      const silent = await meddlingProxy(realNothing, async () => undefined);
      site.closeAfterwards(silent.close);
      const { page } = await open();
      await page.goto(
        `${app()}#ctkip?url=${silent.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`,
      );
      await page.getByRole('button', { name: 'Import token' }).click();
      await page.getByText('Talking to').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('Stopped.').waitFor();
      await silent.close();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('alert').getByText('cannot be reached').waitFor();
      await page.getByText('The activation code has not been used up.').waitFor();
    });

    test('a server that answers too slowly', async () => {
      const slow = await meddlingProxy(realNothing, async () => undefined);
      site.closeAfterwards(slow.close);
      const { page } = await open();
      await page.goto(
        `${app()}#ctkip?url=${slow.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`,
      );
      await page.getByRole('button', { name: 'Import token' }).click();
      await page.getByRole('alert').getByText('no complete reply within 15 seconds').waitFor();
      await page.getByText('The activation code has not been used up.').waitFor();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      expect((await page.evaluate(lookForSecrets)).keys).toBe(0);
    });

    test('two tabs: one import in both leaves one token, and what one erases the other lets go of', async () => {
      const { link, serial } = await distributed(site.deployment);
      const { page, context } = await open();
      const second = await context.newPage();
      for (const each of [page, second]) {
        await each.goto(link!);
        await each.getByRole('button', { name: 'Import token' }).waitFor();
      }
      await Promise.all(
        [page, second].map((each) => each.getByRole('button', { name: 'Import token' }).click()),
      );
      const ends = await Promise.all(
        [page, second].map(async (each) => {
          const good = each.getByText(`Token ${serial} is imported.`);
          await good.or(each.getByRole('alert')).first().waitFor();
          return good.count();
        }),
      );
      // The activation code is good once, whoever of the two was first.
      expect(ends.reduce((sum, count) => sum + count, 0)).toBe(1);
      for (const each of [page, second]) {
        await each.goto(app());
        await each.locator('.row-code [data-code]').waitFor({ state: 'attached' });
      }
      expect((await page.evaluate(lookForSecrets)).keys).toBe(1);
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Erase everything' }).click();
      await page.getByLabel('Type erase to confirm').fill('erase');
      await page.getByRole('dialog').getByRole('button', { name: 'Erase everything' }).click();
      for (const each of [page, second]) await each.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    });

    test('a storage that is taken away while the app is open', async () => {
      const { link } = await distributed(site.deployment);
      const { page, context } = await open();
      await page.goto(link!);
      await importNow(page);
      const devtools = await context.newCDPSession(page);
      // It reads and writes at that moment.
      await page.evaluate(() => {
        const look = () => document.dispatchEvent(new Event('visibilitychange'));
        for (const _ of Array(50)) setInterval(look, 1);
      });
      await devtools.send('Storage.clearDataForOrigin', { origin: site.origin, storageTypes: 'indexeddb' });
      await page.getByRole('alert').getByText('The storage cannot be read').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('alert').getByText('The tokens are gone').waitFor();
      await page.getByRole('button', { name: 'I understand' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    });

    test('a camera that may not be used', async () => {
      const { page, context } = await open();
      await context.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException('no', sessionStorage.getItem('camera') ?? 'NotAllowedError'));
      });
      for (const [why, sentence] of [
        ['NotAllowedError', 'This app may not use the camera.'],
        ['NotFoundError', 'No camera was found.'],
        ['NotReadableError', 'another app may be using it'],
      ] as const) {
        await page.goto(app());
        await page.evaluate((name) => sessionStorage.setItem('camera', name), why);
        await page.getByRole('button', { name: 'Add a token' }).click();
        await page.getByRole('button', { name: 'Scan QR code' }).click();
        await page.getByRole('alert').getByText(sentence).waitFor();
        await page.getByRole('button', { name: 'Import another way' }).click();
        await page
          .getByRole('button', { name: 'Choose an image' })
          .or(page.getByText('Choose an image'))
          .first()
          .waitFor();
      }
    });

    test('a code that was used', async () => {
      const { link } = await distributed(site.deployment);
      const { page } = await open();
      await page.goto(link!);
      await importNow(page);
      await page.goto(app());
      const other = await open();
      await other.page.goto(link!);
      await other.page.getByRole('button', { name: 'Import token' }).click();
      await other.page
        .getByRole('alert')
        .getByText('Is the activation code right, unused and not expired')
        .waitFor();
    });

    test('a code that was typed wrong is corrected where it was refused', async () => {
      const { ctkipUrl, activationCode } = await distributed(site.deployment);
      const { page } = await open();
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      await page.getByLabel('CT-KIP URL').fill(ctkipUrl);
      // With what stood around it.
      await page.getByLabel('Activation code').fill('Your code is '.repeat(20) + activationCode);
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await page.getByRole('button', { name: 'Import token' }).click();
      await page.getByText('An activation code has 1 to 128 characters.').waitFor();
      const wrong = activationCode?.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      await page.getByLabel('Activation code').fill(wrong ?? '');
      await page.getByRole('button', { name: 'Import token' }).click();
      await page.getByRole('alert').getByText('Is the activation code right').waitFor();
      await page.getByLabel('Activation code').fill(activationCode ?? '');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.comparison').waitFor();
    });

    test('a second link says nothing of what the first one ended with; the way back takes one step after a way forward', async () => {
      const { link } = await distributed(site.deployment);
      const { page } = await open();
      await page.goto(link!);
      await importNow(page);
      const other = (await open()).page;
      await other.goto(link!);
      await other.getByRole('button', { name: 'Import token' }).click();
      const refused = other.getByText('Is the activation code right, unused and not expired');
      await refused.waitFor();
      const { link: second } = await distributed(site.deployment);
      await other.evaluate((to) => location.assign(to), second!);
      await other.getByText('Nothing has been sent yet.').waitFor();
      expect(await refused.count()).toBe(0);
      await importNow(other);
      // Of two that cannot be read, the second is shown as well.
      await other.goto(`${app()}#hello`);
      await other.getByText('neither a CT-KIP link nor an address').waitFor();
      await other.evaluate(() => location.assign('#ctkip?scheme=http&url=otp.example.com/ctkip'));
      await other.getByText('uses http').waitFor();

      await page.goto(app());
      const add = page.getByRole('button', { name: 'Add a token' });
      const title = page.getByRole('heading', { level: 1, name: 'Add a token' });
      await add.click();
      await title.waitFor();
      await page.goBack();
      await title.waitFor({ state: 'detached' });
      await page.goForward();
      await add.click();
      await title.waitFor();
      await page.getByRole('button', { name: 'Back' }).click();
      await title.waitFor({ state: 'detached' });
    });

    test('a storage that is full: shown before the code is spent, and afterwards the token waits to be stored', async () => {
      const { link, userId } = await distributed(site.deployment);
      const { page, context, asked } = await open();
      // What a browser does when there is no room, at this page's word: its own limits cannot be set from outside.
      await context.addInitScript(() => {
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...args) {
          if (sessionStorage.getItem('full') === this.name) {
            sessionStorage.setItem('refused', String(Number(sessionStorage.getItem('refused')) + 1));
            throw new DOMException('full', 'QuotaExceededError');
          }
          return put.apply(this, args);
        };
      });
      const full = (store: string) => page.evaluate((name) => sessionStorage.setItem('full', name), store);
      // Away and back: going to the link alone would only change the fragment, and nothing would be loaded.
      await page.goto('about:blank');
      await page.goto(link!);
      await page.getByRole('button', { name: 'Import token' }).waitFor();
      await full('facts');
      await page.getByRole('button', { name: 'Import token' }).click();
      await page.getByRole('alert').getByText('No space left').waitFor();
      expect(ctkip(asked)).toEqual([]);
      await full('tokens');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('The token is ready but could not be stored').waitFor();
      expect((await page.evaluate(lookForSecrets)).keys).toBe(0);
      const refused = () => page.evaluate(() => Number(sessionStorage.getItem('refused')));
      const before = await refused();
      await page.getByRole('button', { name: 'Store it again' }).click();
      await expect.poll(refused).toBe(before + 1);
      await page.getByText('The token is ready but could not be stored').waitFor();
      await full('none');
      await page.getByRole('button', { name: 'Store it again' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
      await page.getByText('Details', { exact: true }).click();
      await page.getByLabel('Nickname').fill('Another name');
      await full('tokens');
      await page.getByRole('button', { name: 'Save nickname' }).click();
      await page.getByRole('alert').getByText('is full. Free some space').waitFor();
    });

    test('a storage that removes nothing: said, also of a token whose number differs, until it can', async () => {
      const { link } = await distributed(site.deployment);
      const { page, context } = await open();
      await context.addInitScript(() => {
        const remove = IDBObjectStore.prototype.delete;
        IDBObjectStore.prototype.delete = function (...args) {
          if (sessionStorage.getItem('broken') !== null) throw new DOMException('', 'InvalidStateError');
          return remove.apply(this, args);
        };
      });
      const broken = (yes: boolean) =>
        page.evaluate((on) => (on ? sessionStorage.setItem('broken', '') : sessionStorage.clear()), yes);
      const said = page.getByRole('alert').getByText('The tokens cannot be read right now');
      await page.goto('about:blank');
      await page.goto(link!);
      await importNow(page);
      await broken(true);
      await page.getByRole('button', { name: 'The numbers differ' }).click();
      await said.waitFor();
      await page.getByText('Details', { exact: true }).click();
      const serial = (await page.locator('dd').first().textContent()) ?? '';
      const remove = page.getByRole('button', { name: 'Remove token' });
      await remove.first().click();
      const dialog = page.getByRole('dialog');
      const confirm = async (): Promise<void> => {
        await dialog.getByRole('textbox').fill(serial.slice(-4));
        await page.keyboard.press('Enter');
        await dialog.waitFor({ state: 'detached' });
      };
      await confirm();
      await expect.poll(() => said.count()).toBe(2);
      await broken(false);
      await remove.first().click();
      await expect.poll(() => said.count()).toBe(1);
      await confirm();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    });

    test('a storage that is full when the app is unlocked: said, and opened once there is room', async () => {
      const { page, context } = await open();
      await context.addInitScript(() => {
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...args) {
          if (sessionStorage.getItem('full') !== null) throw new DOMException('full', 'QuotaExceededError');
          return put.apply(this, args);
        };
      });
      await page.goto(app());
      const full = (yes: boolean) =>
        page.evaluate((on) => (on ? sessionStorage.setItem('full', '') : sessionStorage.clear()), yes);
      const isFull = page.getByRole('alert').getByText('is full. Free some space');
      const setPin = async (pin: string): Promise<void> => {
        await page.getByLabel('New PIN').fill(pin);
        await page.getByLabel('Repeat the PIN').fill(pin);
        await page.getByRole('button', { name: 'Set a PIN' }).click();
      };
      await page.getByRole('button', { name: 'Set a lock first' }).click();
      await setPin('482910');
      await page.getByLabel('PIN of this app').fill('482910');
      await full(true);
      await page.getByRole('button', { name: 'Unlock' }).click();
      await isFull.waitFor();
      await full(false);
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Lock …' }).click();
      // Pressed twice, it is one try.
      await page.getByLabel('Current PIN').fill('482910');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await page.getByLabel('New PIN').waitFor();
      await page.waitForTimeout(1_500);
      expect(await page.getByText('This PIN is wrong').count()).toBe(0);
      await full(true);
      await setPin('555555');
      await isFull.waitFor();
    });

    test('a browser without storage, and one that has thrown it away', async () => {
      const { page, context } = await open();
      await context.addInitScript(() => {
        if (location.protocol === 'https:' && sessionStorage.getItem('no storage'))
          Object.defineProperty(window, 'indexedDB', {
            value: {
              open: () => {
                throw new DOMException('no', 'SecurityError');
              },
            },
          });
      });
      await page.goto(app());
      await page.evaluate(() => sessionStorage.setItem('no storage', 'yes'));
      await page.reload();
      await page.getByRole('alert').getByText('Nothing can be stored here').waitFor();
      await page.evaluate(() => sessionStorage.clear());
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      const { link } = await distributed(site.deployment);
      await page.goto(link!);
      await page.reload();
      await page.goto(link!);
      await importNow(page);
      await page.goto('about:blank');
      const devtools = await context.newCDPSession(page);
      // It reads and writes at that moment.
      await page.evaluate(() => {
        const look = () => document.dispatchEvent(new Event('visibilitychange'));
        for (const _ of Array(50)) setInterval(look, 1);
      });
      await devtools.send('Storage.clearDataForOrigin', { origin: site.origin, storageTypes: 'indexeddb' });
      await page.goto(app());
      await page.getByRole('alert').getByText('The tokens are gone').waitFor();
      await page.getByRole('button', { name: 'I understand' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    });

    test('a token that is here already: asked before the code is spent, replaced on request', async () => {
      const { page } = await open();
      await page.goto(app());
      const { responder, proxy } = await ownServer({ keyType: 'totp-sha1', digits: 6, interval: 30 });
      const link = `${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip&activationCode=${CODE}`;
      await page.goto(link);
      await importNow(page);
      await page.goto(app());
      await page.goto(link);
      await page.getByRole('button', { name: 'Import token' }).click();
      await page
        .getByText(`Token ${SERIAL} is already here. The activation code has not been used up`)
        .waitFor();
      expect(responder.seeds).toHaveLength(1);
      await page.getByRole('button', { name: 'Replace' }).click();
      await page.getByText(`Token ${SERIAL} is replaced.`).waitFor();
      const expected = () =>
        totp({ key: responder.seeds[1]!, interval: intervalAt(Date.now() / 1000, 30), digits: 6 });
      await expect.poll(() => shownCode(page)).toBe(expected());
    });

    test('a clock that differs from the server, and one that was set back', async () => {
      const { link } = await distributed(site.deployment);
      const { page, context } = await open();
      await page.goto(link!);
      await importNow(page);
      await page.clock.setSystemTime(Date.now() + 3_600_000);
      await page.goto(app());
      await page.getByText(/60 minutes ahead of the server/).waitFor();
      await context.setOffline(true);
      await page.clock.setSystemTime(Date.now());
      await page.reload();
      await page.getByText(/was set back by 60 minutes/).waitFor();
    });

    test('a clock that was a year ahead does not warn for a year: a server says that it is right', async () => {
      const { link } = await distributed(site.deployment);
      const { page, context } = await open();
      await page.goto(link!);
      await importNow(page);
      await page.goto(app());
      const hours = async (): Promise<number> => ((await page.evaluate(latestTime)) - Date.now()) / 3_600_000;
      await context.setOffline(true);
      await page.clock.setSystemTime(Date.now() + 365 * 86_400_000);
      await page.reload();
      await expect.poll(hours).toBeGreaterThan(24 * 300);
      await page.clock.setSystemTime(Date.now());
      await page.reload();
      await page.getByText(/was set back by 365 days/).waitFor();
      await context.setOffline(false);
      await page.getByText(/was set back/).waitFor({ state: 'detached' });
      expect(await hours()).toBeLessThan(1);
    });
  });
});

/** What the app remembers of the clock. */
const latestTime = (): Promise<number> =>
  new Promise((resolve) => {
    const opening = indexedDB.open('sower-authenticator');
    opening.onsuccess = () => {
      const reading = opening.result.transaction('facts').objectStore('facts').get('latestTime');
      reading.onsuccess = () => {
        opening.result.close();
        resolve(reading.result as number);
      };
    };
  });
