/** What the web authenticator keeps: seeds that nobody can read, behind a lock, and codes that are right. */
import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  randomInt,
} from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inGroupsOfThree } from '@sower/bytes/groups';
import { comparisonNumber } from '@sower/ctkip/comparison-number';
import { DEPLOYED } from '@sower/ctkip/dialect';
import { K_TOKEN, MAC_2 } from '@sower/ctkip/keys';
import { parseLink } from '@sower/ctkip/links';
import {
  decodeSoapRequest,
  decodeSoapResponse,
  encodeSoapRequest,
  encodeSoapResponse,
} from '@sower/ctkip/soap';
import { hotp } from '@sower/otp/hotp';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { describe, expect, test } from 'vitest';
import { type Behavior, CODE, SERIAL } from '../../../../apps/cli/test/authenticator/ctkip-responder.ts';
import {
  AUTHENTICATOR,
  distributed,
  importNow,
  shownCode,
} from '../../../harness/browser/authenticator-app.ts';
import { formsOf, kill, lookForSecrets, onDisk } from '../../../harness/browser/authenticator-secrets.ts';
import { onAuthenticatorSite } from '../../../harness/browser/authenticator-site.ts';
import { type Answer, meddlingProxy, type Passing } from '../../../harness/processes/meddling-proxy.ts';

async function setPin(page: Page, pin: string, erase: boolean): Promise<void> {
  await page.getByRole('button', { name: 'Set a lock first' }).click();
  await page.getByLabel('New PIN').fill(pin);
  await page.getByLabel('Repeat the PIN').fill(pin);
  if (erase) await page.getByLabel('Erase everything after ten').check();
  await page.getByRole('button', { name: 'Set a PIN' }).click();
  await page.getByRole('heading', { name: 'Locked' }).waitFor();
}

function randomCase(index: number) {
  const algorithm = (['securid', 'securid', 'totp', 'hotp'] as const)[index % 4]!;
  const hash = index % 8 < 4 ? ('sha1' as const) : ('sha256' as const);
  const interval = index % 3 === 0 ? (30 as const) : (60 as const);
  const digits = [6, 8, 7][index % 3]!;
  const seed = randomBytes(algorithm === 'securid' ? 16 : hash === 'sha1' ? 20 : 32);
  const serial = String(randomInt(1e12 - 1)).padStart(12, '0');
  const moving = randomInt(Math.floor(4_102_444_800 / interval));
  const token = { serial, algorithm, hash, digits, interval, addPin: false };
  const expected =
    algorithm === 'securid'
      ? securidTokencode({ seed, serial, digits, intervalSeconds: interval, interval: moving })
      : hotp({ key: seed, counter: moving, digits, hash });
  return { token, seed: [...seed], moving, expected };
}

onAuthenticatorSite('vault of the web authenticator', (site) => {
  const { open, app, ownServer, newOwner, logOnToSelfService } = site;

  describe('the vault', () => {
    /** A token whose seed this test knows, provisioned through a proxy that changes nothing. */
    async function known(page: Page, behavior: Behavior = {}): Promise<Uint8Array> {
      const { responder, proxy } = await ownServer(behavior);
      await page.goto(
        `${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`,
      );
      const shown = await importNow(page);
      const [seed] = responder.seeds;
      expect(shown).toBe(inGroupsOfThree(await comparisonNumber(seed!)));
      return seed!;
    }

    test('a script in the page with all of IndexedDB cannot read a seed', async () => {
      const { page } = await open();
      await page.goto(app());
      const seed = await known(page);
      const tried = await page.evaluate(lookForSecrets);
      expect(tried.keys).toBe(1);
      expect(tried.exported).toEqual([]);
      expect(tried.extractable).toEqual([]);
      expect(tried.records).toBeGreaterThan(1);
      for (const form of formsOf(seed)) expect(tried.everything).not.toContain(form);
      expect(tried.everything).not.toContain(CODE);
    });

    test('behind a PIN the seed is not on the disk either; wrong PINs wait, and at last erase everything', async () => {
      const { page, profile } = await open({ own: true });
      await page.clock.install();
      await page.goto(app());
      await setPin(page, '482910', true);
      await page.getByLabel('PIN of this app').fill('482910');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      const seed = await known(page);
      expect(await shownCode(page)).toMatch(/^\d{8}$/);
      const tried = await page.evaluate(lookForSecrets);
      for (const form of formsOf(seed)) expect(tried.everything).not.toContain(form);

      await page.reload();
      await page.getByRole('heading', { name: 'Locked' }).waitFor();
      for (let wrong = 1; wrong <= 9; wrong += 1) {
        await page.clock.fastForward(400_000);
        await page.getByLabel('PIN of this app').fill('111111');
        await page.getByRole('button', { name: 'Unlock' }).click();
        await page.getByText(wrong === 9 ? 'After one more wrong PIN' : `After ${10 - wrong} more`).waitFor();
        if (wrong === 5) {
          // At once again is too early, the right PIN included, and does not count.
          await page.getByLabel('PIN of this app').fill('482910');
          await page.getByRole('button', { name: 'Unlock' }).click();
          await page.getByText('Too many wrong PINs').waitFor();
          // Nor does setting the clock back get past the wait.
          await page.reload();
          await page.clock.setSystemTime((await page.evaluate(() => Date.now())) - 3_600_000);
          await page.getByLabel('PIN of this app').fill('482910');
          await page.getByRole('button', { name: 'Unlock' }).click();
          await page.getByText('Too many wrong PINs').waitFor();
        }
      }
      expect(onDisk(profile, seed)).toBe(false);
      await page.clock.fastForward(400_000);
      await page.getByLabel('PIN of this app').fill('111111');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
    });

    test('with a lock, every page has it at the top, and it locks at once; without one, none has', async () => {
      const { page } = await open();
      await page.goto(app());
      const lock = page.getByRole('button', { name: 'Lock now', exact: true });
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      expect(await lock.count()).toBe(0);
      await setPin(page, '482910', true);
      const unlock = async (): Promise<void> => {
        await page.getByLabel('PIN of this app').fill('482910');
        await page.getByRole('button', { name: 'Unlock' }).click();
      };
      const locks = async (): Promise<void> => {
        await lock.click();
        await page.getByRole('heading', { name: 'Locked' }).waitFor();
        expect(await lock.count()).toBe(0);
        await unlock();
      };
      await unlock();
      await known(page);
      await locks();
      await page.getByRole('heading', { level: 1, name: 'Codes' }).waitFor();
      await locks();
      for (const way of ['Add a token', 'Settings']) {
        await page.getByRole('button', { name: way, exact: true }).first().click();
        await page.getByRole('heading', { level: 1, name: way }).waitFor();
        await locks();
      }
    });

    test('a PIN is changed and removed with the codes staying the same', async () => {
      const { page, profile } = await open({ own: true });
      await page.goto(app());
      await setPin(page, '482910', false);
      await page.getByLabel('PIN of this app').fill('482910');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      const seed = await known(page, { keyType: 'securid-aes' });
      expect(onDisk(profile, seed)).toBe(false);
      const expected = () =>
        securidTokencode({
          seed,
          serial: SERIAL,
          digits: 8,
          intervalSeconds: 60,
          interval: intervalAt(Date.now() / 1000, 60),
        });
      await page.goto(app());
      await page.getByLabel('PIN of this app').fill('482910');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Lock …' }).click();
      await page.getByLabel('Current PIN').fill('482910');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('New PIN').fill('77665544');
      await page.getByLabel('Repeat the PIN').fill('77665544');
      await page.getByRole('button', { name: 'Set a PIN' }).click();
      await page.getByLabel('PIN of this app').fill('482910');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByText('This PIN is wrong.').waitFor();
      await page.getByLabel('PIN of this app').fill('77665544');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('button', { name: 'Lock …' }).click();
      await page.getByLabel('Current PIN').fill('77665544');
      await page.getByRole('button', { name: 'Continue' }).click();
      // Another tab that hears of nothing, about to replace the lock that is removed here.
      const deaf = await page.context().newPage();
      await deaf.addInitScript(() => {
        BroadcastChannel.prototype.postMessage = () => {};
        Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set: () => {} });
      });
      await deaf.goto(app());
      await deaf.getByLabel('PIN of this app').fill('77665544');
      await deaf.getByRole('button', { name: 'Unlock' }).click();
      await deaf.getByRole('button', { name: 'Settings' }).click();
      await deaf.getByRole('button', { name: 'Lock …' }).click();
      await deaf.getByLabel('Current PIN').fill('77665544');
      await deaf.getByRole('button', { name: 'Continue' }).click();
      await deaf.getByLabel('New PIN').fill('555555');
      await deaf.getByLabel('Repeat the PIN').fill('555555');
      await page.getByText('no lock can be set again').waitFor();
      await page.getByRole('button', { name: 'Remove the lock' }).click();
      await page.getByText('No lock.').waitFor();
      await deaf.getByRole('button', { name: 'Set a PIN' }).click();
      await deaf.getByText('another tab of this app has changed something').waitFor();
      // Nor does it store a seed that is sealed for the lock that is gone.
      const late = await ownServer({ serial: '000100000043' });
      await deaf.evaluate(
        (hash) => {
          location.hash = hash;
        },
        `ctkip?url=${late.proxy.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`,
      );
      await deaf.getByRole('button', { name: 'Import token' }).click();
      await deaf.getByRole('button', { name: 'Store it again' }).waitFor();
      await deaf.close();
      await page.getByRole('button', { name: 'Lock …' }).click();
      await page.getByText('A lock can be set only while there are no tokens here').waitFor();
      expect(await page.getByLabel('New PIN').count()).toBe(0);
      await page.goto(app());
      await expect
        .poll(() => page.locator('.row-code [data-code]').getAttribute('data-code'))
        .toBe(expected());
      const tried = await page.evaluate(lookForSecrets);
      expect([tried.keys, tried.exported]).toEqual([1, []]);
      // Which shows that the search of the disk would find one: without a lock it is as safe as the disk.
      await expect.poll(() => onDisk(profile, seed)).toBe(true);
    });

    test('a seed that another tab replaces while the lock is removed is the one that stays', async () => {
      const { page, context } = await open({ own: true });
      await page.goto(app());
      await setPin(page, '482910', false);
      const unlock = async (tab: Page) => {
        await tab.getByLabel('PIN of this app').fill('482910');
        await tab.getByRole('button', { name: 'Unlock' }).click();
      };
      await unlock(page);
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      const { responder, proxy } = await ownServer({ keyType: 'securid-aes' });
      const link = `${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`;
      await page.goto(link);
      await importNow(page);
      await page.goto(app());
      await unlock(page);
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('button', { name: 'Lock …' }).click();
      await page.getByLabel('Current PIN').fill('482910');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('button', { name: 'Remove the lock' }).waitFor();
      const other = await context.newPage();
      await other.goto(app());
      await unlock(other);
      const replaced = async () => {
        await other.goto(link);
        await other.getByLabel('replace its seed with the new one').check();
        await importNow(other);
        return responder.seeds.at(-1)!;
      };
      // A seed that the first tab has not opened yet, so that it has to when it removes the lock.
      await replaced();
      await page.evaluate(() => {
        const { unwrapKey } = SubtleCrypto.prototype;
        const until = new Promise((resolve) => {
          window.addEventListener('go-on', resolve, { once: true });
        });
        Object.defineProperty(SubtleCrypto.prototype, 'unwrapKey', {
          async value(...parameters: Parameters<typeof unwrapKey>) {
            document.title = 'waiting';
            await until;
            return unwrapKey.apply(this, parameters);
          },
        });
      });
      await page.getByRole('button', { name: 'Remove the lock' }).click();
      await expect.poll(() => page.title()).toBe('waiting');
      const seed = await replaced();
      await page.evaluate(() => window.dispatchEvent(new Event('go-on')));
      await page.getByText('another tab of this app has changed something').waitFor();
      await page.getByRole('button', { name: 'Remove the lock' }).click();
      await page.getByText('No lock.').waitFor();
      await page.goto(app());
      const expected = () =>
        securidTokencode({
          seed,
          serial: SERIAL,
          digits: 8,
          intervalSeconds: 60,
          interval: intervalAt(Date.now() / 1000, 60),
        });
      await expect
        .poll(() => page.locator('.row-code [data-code]').getAttribute('data-code'))
        .toBe(expected());
    });

    test('a passkey opens it by its secret', async () => {
      const { page, context } = await open();
      const devtools = await context.newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          ctap2Version: 'ctap2_1',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
          hasPrf: true,
        },
      });
      await page.goto(app());
      await page.getByRole('button', { name: 'Set a lock first' }).click();
      await page.getByRole('button', { name: 'Set a passkey' }).click();
      await page.getByRole('button', { name: 'Unlock with passkey' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      await known(page);
      await page.reload();
      await page.getByRole('button', { name: 'Unlock with passkey' }).click();
      await page.locator('.row-code [data-code]').waitFor({ state: 'attached' });
    });

    test('a counter is used once, over two tabs and over a browser that is killed', async () => {
      const { page, context, profile } = await open({ own: true });
      await page.goto(app());
      const { responder, proxy } = await ownServer({ keyType: 'hotp-sha1', digits: 6 });
      await page.goto(`${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip&activationCode=${CODE}`);
      await importNow(page);
      const second = await context.newPage();
      await second.goto(app());
      await second.getByRole('button', { name: /^Open/ }).click();
      const seen: string[] = [];
      for (let round = 0; round < 6; round += 1) {
        await Promise.all(
          [page, second].map((each) => each.getByRole('button', { name: 'Show a new code' }).click()),
        );
        for (const each of [page, second]) {
          // Not the one that stood there before.
          await expect.poll(async () => seen.includes(await shownCode(each))).toBe(false);
          seen.push(await shownCode(each));
        }
      }
      const key = responder.seeds[0]!;
      const made = Array.from({ length: 12 }, (_, counter) => hotp({ key, counter, digits: 6 }));
      expect(seen.toSorted()).toEqual(made.toSorted());
      // Shown, and at once the whole browser is gone without a word.
      await page.getByRole('button', { name: 'Show a new code' }).click();
      await expect.poll(() => shownCode(page)).toBe(hotp({ key, counter: 12, digits: 6 }));
      const gone = new Promise((resolve) => context.once('close', resolve));
      kill(profile);
      await gone;
      const again = await open({ profile });
      await again.page.goto(app());
      await again.page.getByRole('button', { name: /^Open/ }).click();
      await again.page.getByRole('button', { name: 'Show a new code' }).click();
      await expect.poll(() => shownCode(again.page)).toBe(hotp({ key, counter: 13, digits: 6 }));
    });
  });

  test('a thousand random codes of keys that cannot be read equal those of the package', async () => {
    const entry = join(site.folder, 'codes.ts');
    const source = join(AUTHENTICATOR, 'src', 'vault', 'seed-key.ts');
    writeFileSync(
      entry,
      `import { codeOf, seedKey } from ${JSON.stringify(source)};\nObject.assign(globalThis, { codeOf, seedKey });\n`,
    );
    await build({
      root: AUTHENTICATOR,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: site.host.folder,
        emptyOutDir: false,
        lib: { entry, formats: ['es'], fileName: () => 'codes.js' },
      },
    });
    writeFileSync(
      join(site.host.folder, 'codes.html'),
      '<!doctype html><script type="module" src="codes.js"></script>',
    );
    const cases = Array.from({ length: 1000 }, (_, index) => randomCase(index));
    const { page } = await open();
    await page.goto(`${site.host.origin}/codes.html`);
    await page.waitForFunction(() => 'seedKey' in globalThis);
    const shown = await page.evaluate(async (asked) => {
      const { seedKey, codeOf } =
        globalThis as never as typeof import('../../../../apps/authenticator/src/vault/seed-key.ts');
      const codes: string[] = [];
      for (const { token, seed, moving } of asked) {
        codes.push(await codeOf(token, await seedKey(token, Uint8Array.from(seed)), moving));
      }
      return codes;
    }, cases);
    expect(shown).toEqual(cases.map(({ expected }) => expected));
  });

  describe('somebody in between', () => {
    const realServer = async (passing: Passing): Promise<Answer> => {
      const { status, headers, body } = await site.deployment.send(0, { method: 'POST', ...passing });
      return { status, body, headers: { 'content-type': String(headers['content-type']) } };
    };

    async function meddled(
      change: (message: string, pass: Passing) => string,
      request?: (passing: Passing) => Passing,
    ) {
      const { ctkipUrl, activationCode, serial } = await distributed(site.deployment);
      const proxy = await meddlingProxy(realServer, async (passing, forward) => {
        const answer = await forward(request ? request(passing) : passing);
        const soap = decodeSoapResponse(answer.body);
        if (!soap.ok || 'fault' in soap) return answer;
        const text = change(Buffer.from(soap.response).toString(), passing);
        const { authData, provisioningData } = soap;
        const body = encodeSoapResponse({ authData, provisioningData, response: Buffer.from(text) });
        return { ...answer, body: Buffer.from(body) };
      });
      site.closeAfterwards(proxy.close);
      const { page } = await open();
      await page.goto(app());
      const path = new URL(ctkipUrl).pathname;
      await page.goto(`${app()}#ctkip?url=${proxy.origin.slice(8)}${path}&activationCode=${activationCode}`);
      await page.getByRole('button', { name: 'Import token' }).click();
      return { page, serial };
    }
    async function nothingStored(page: Page): Promise<void> {
      await page.goto(app());
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      expect((await page.evaluate(lookForSecrets)).keys).toBe(0);
    }

    test('who changes the MAC is found out, and nothing is stored', async () => {
      const { page } = await meddled((message) =>
        message.replace(/(<(?:\w+:)?Mac(?: [^>]*)?>)([^<]+)/, (_, tag: string, mac: string) => {
          const bytes = Buffer.from(mac, 'base64');
          bytes[0]! ^= 1;
          return tag + bytes.toString('base64');
        }),
      );
      await page.getByRole('alert').getByText('The connection may be intercepted').waitFor();
      await page.getByText('Nothing was stored.').waitFor();
      await nothingStored(page);
    });

    test("who puts an own key in the server's place and passes the nonce on is found out", async () => {
      const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const jwk = own.publicKey.export({ format: 'jwk' });
      let real: { n: string; e: string } | undefined;
      const base64 = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('base64');
      const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
      const { page } = await meddled(
        (message) =>
          message.replace(/(<(?:\w+:)?Modulus(?: [^>]*)?>)([^<]+)/, (_, tag: string, n: string) => {
            real = { n: Buffer.from(n, 'base64').toString('base64url'), e: 'AQAB' };
            return tag + base64(jwk.n!);
          }),
        (passing) => {
          const soap = decodeSoapRequest(passing.body);
          if (!soap.ok || !real) return passing;
          const changed = Buffer.from(soap.request)
            .toString()
            .replace(/(<(?:\w+:)?EncryptedNonce(?: [^>]*)?>)([^<]+)/, (_, tag: string, nonce: string) => {
              const R_C = privateDecrypt({ key: own.privateKey, ...oaep }, Buffer.from(nonce, 'base64'));
              const server = createPublicKey({ key: { kty: 'RSA', ...real }, format: 'jwk' });
              return tag + publicEncrypt({ key: server, ...oaep }, R_C).toString('base64');
            });
          const { authData, provisioningData } = soap;
          const body = encodeSoapRequest({ authData, provisioningData, request: Buffer.from(changed) });
          return { ...passing, body: Buffer.from(body) };
        },
      );
      await page.getByRole('alert').getByText('The connection may be intercepted').waitFor();
      expect(real).toBeDefined();
      await nothingStored(page);
    });

    test('who agrees on a seed with each side ends with two: the numbers differ, and the token goes again', async () => {
      const { userId, serial } = await newOwner();
      const desk = await open();
      await logOnToSelfService(desk.page, userId);
      const { link } = await desk.page.evaluate(
        async (path) => (await (await fetch(path, { method: 'POST' })).json()) as { link: string },
        `/api/v1/self-service/tokens/${serial}/activation`,
      );
      const parsed = parseLink(link);
      if (!parsed.ok || parsed.activationCode === undefined) throw new Error('no link');
      const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
      const n = Buffer.from(own.publicKey.export({ format: 'jwk' }).n!, 'base64url');
      const field = (name: string) => new RegExp(`(<(?:\\w+:)?${name}(?: [^>]*)?>)([^<]+)`);
      let real: { n: string; e: string } | undefined;
      let R_C = Buffer.alloc(0);
      let R_S = Buffer.alloc(0);
      const proxy = await meddlingProxy(realServer, async (passing, forward) => {
        const asked = decodeSoapRequest(passing.body);
        if (!asked.ok) return undefined;
        const request = Buffer.from(asked.request)
          .toString()
          .replace(field('EncryptedNonce'), (_, tag: string, nonce: string) => {
            R_C = privateDecrypt({ key: own.privateKey, ...oaep }, Buffer.from(nonce, 'base64'));
            const key = createPublicKey({ key: { kty: 'RSA', ...real }, format: 'jwk' });
            return tag + publicEncrypt({ key, ...oaep }, R_C).toString('base64');
          });
        const answer = await forward({
          ...passing,
          body: Buffer.from(encodeSoapRequest({ ...asked, request: Buffer.from(request) })),
        });
        const soap = decodeSoapResponse(answer.body);
        if (!soap.ok || 'fault' in soap) return answer;
        const response = Buffer.from(soap.response)
          .toString()
          .replace(field('Modulus'), (_, tag: string, modulus: string) => {
            real = { n: Buffer.from(modulus, 'base64').toString('base64url'), e: 'AQAB' };
            return tag + n.toString('base64');
          })
          .replace(field('Nonce'), (whole, _, nonce: string) => {
            R_S = Buffer.from(nonce, 'base64');
            return whole;
          })
          // The MAC that the client expects of the seed it agrees on, which this one in between knows.
          .replace(field('Mac'), (_, tag: string) => {
            const K_AUTH = K_TOKEN(DEPLOYED, 'ct-kip-prf-aes', { R_C, k: n, R_S, dsLen: 16 });
            return tag + Buffer.from(MAC_2(DEPLOYED, 'ct-kip-prf-aes', { K_AUTH, R_C })).toString('base64');
          });
        const body = encodeSoapResponse({ ...soap, response: Buffer.from(response) });
        return { ...answer, body: Buffer.from(body) };
      });
      site.closeAfterwards(proxy.close);
      const { page } = await open();
      await page.goto(app());
      const path = new URL(parsed.url).pathname;
      await page.goto(
        `${app()}#ctkip?url=${proxy.origin.slice(8)}${path}&activationCode=${parsed.activationCode}`,
      );
      const shown = (await importNow(page)).replaceAll(' ', '');
      const servers = await desk.page.evaluate(
        async (at) => (await (await fetch(at)).json()) as { number: string },
        `/api/v1/self-service/tokens/${serial}/comparison-number`,
      );
      expect(servers.number).toMatch(/^\d{9}$/);
      expect(shown).not.toBe(servers.number);
      await page.getByRole('button', { name: 'The numbers differ' }).click();
      await page.getByRole('alert').getByText(`Token ${serial} was removed again.`).waitFor();
      await nothingStored(page);
    });
  });
});
