/** The web authenticator as people use it, in a real Chromium against a real server. */
import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  randomInt,
} from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ProfileInput } from '@sower/api/profiles';
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
import { PSEUDO } from '@sower/messages/language';
import { hotp } from '@sower/otp/hotp';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt, totp } from '@sower/otp/totp';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readQrImage } from '../../apps/cli/src/authenticator/qr-image.ts';
import {
  type Behaviour,
  CODE,
  ctkipResponder,
  type Responder,
  SERIAL,
} from '../../apps/cli/test/ctkip-responder.ts';
import linkVectors from '../../vectors/ctkip-links.json' with { type: 'json' };
import {
  AUTHENTICATOR,
  distributed,
  film,
  type Installed,
  importNow,
  openBrowser,
  picture,
  shownCode,
} from '../harness/browser/authenticator-app.ts';
import { walkScreens } from '../harness/browser/authenticator-screens.ts';
import { findChromium } from '../harness/browser/chromium.ts';
import { foreignTexts } from '../harness/browser/foreign-texts.ts';
import { faults } from '../harness/browser/looks.ts';
import {
  furnishSelfService,
  newPerson,
  OWN_PASSWORD,
  textsOf,
} from '../harness/browser/self-service-pages.ts';
import { type StaticHost, staticHost } from '../harness/browser/static-host.ts';
import { SQLITE } from '../harness/databases.ts';
import { type Deployment, deploy } from '../harness/deployment.ts';
import type { FreshDatabase } from '../harness/fresh-database.ts';
import { type Answer, type MeddlingProxy, meddlingProxy, type Passing } from '../harness/meddling-proxy.ts';

/** In the page: tries every way a script has to a seed, and gathers all that is kept. */
async function lookForSecrets() {
  const open = (name: string): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const all = (store: IDBObjectStore): Promise<unknown[]> =>
    new Promise((resolve) => {
      const asked = store.getAll();
      asked.onsuccess = () => resolve(asked.result);
    });
  const keys: CryptoKey[] = [];
  const written: string[] = [];
  let records = 0;
  const look = (value: unknown): void => {
    if (value instanceof CryptoKey) keys.push(value);
    else if (value instanceof Uint8Array) {
      const hex = [...value].map((octet) => octet.toString(16).padStart(2, '0')).join('');
      written.push(hex, btoa(String.fromCharCode(...value)));
    } else if (value !== null && typeof value === 'object')
      for (const inner of Object.values(value)) look(inner);
    else written.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await open(name as string);
    for (const store of database.objectStoreNames) {
      for (const record of await all(database.transaction(store).objectStore(store))) {
        records += 1;
        look(record);
      }
    }
    database.close();
  }
  const ofSeeds = keys.filter(
    ({ usages }) => usages.includes('encrypt') || (keys.length === 1 && usages.includes('sign')),
  );
  const exported: string[] = [];
  const port = new MessageChannel();
  for (const key of [...keys]) {
    keys.push(structuredClone(key));
    keys.push(
      await new Promise<CryptoKey>((resolve) => {
        port.port2.onmessage = ({ data }) => resolve(data as CryptoKey);
        port.port1.postMessage(key);
      }),
    );
  }
  for (const key of keys) {
    for (const format of ['raw', 'jwk', 'pkcs8', 'spki'] as const) {
      await crypto.subtle.exportKey(format as 'raw', key).then(
        () => exported.push(`${key.algorithm.name} ${format}`),
        () => {},
      );
    }
    const wrapping = await crypto.subtle.generateKey({ name: 'AES-KW', length: 256 }, true, ['wrapKey']);
    await crypto.subtle.wrapKey('raw', key, wrapping, 'AES-KW').then(
      () => exported.push(`${key.algorithm.name} wrapped`),
      () => {},
    );
  }
  written.push(JSON.stringify(keys.map((key) => ({ ...key, text: JSON.stringify(key) }))));
  written.push(
    ...Object.entries(localStorage).flat(),
    ...Object.entries(sessionStorage).flat(),
    document.cookie,
    location.href,
  );
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) written.push(request.url);
  }
  return {
    records,
    keys: ofSeeds.length,
    exported,
    extractable: keys.filter(({ extractable }) => extractable).map(({ algorithm }) => algorithm.name),
    everything: written.join('\n'),
  };
}

/** In the page: what its policy forbids. What went through, and the directives that stood in the way. */
async function tryForbidden(elsewhere: string) {
  const passed: string[] = [];
  const blocked = new Set<string>();
  document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.effectiveDirective));
  const make = (tag: string, change: (element: never) => void): void => {
    const element = document.createElement(tag);
    change(element as never);
    document.body.append(element);
  };
  const global = globalThis as unknown as Record<string, unknown>;
  const attempts: Record<string, () => unknown> = {
    'markup from text': () => {
      document.body.innerHTML += '<b>x</b>';
    },
    'a script by its address': () =>
      make('script', (script: HTMLScriptElement) => {
        script.src = `${elsewhere}/x.js`;
      }),
    eval: () => (global.eval as (text: string) => unknown)('1'),
    Function: () => new Function('return 1')(),
    'a worker by its address': () => new Worker('data:text/javascript,1'),
    'a policy of its own': () =>
      (
        window as never as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
      ).trustedTypes.createPolicy('other', { createScriptURL: (url: string) => url }),
    "the app's policy again": () =>
      (
        window as never as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
      ).trustedTypes.createPolicy('sower-authenticator', { createScriptURL: (url: string) => url }),
    'a request in clear': () => fetch(`${elsewhere}/`),
  };
  // Not while the test's own evaluation runs, which browsers let do more.
  await new Promise((resolve) => setTimeout(resolve, 0));
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      passed.push(name);
    } catch {
      // As it should be.
    }
  }
  // These do not throw: the browser passes over them.
  make('script', (script: HTMLScriptElement) => script.append("globalThis.ran = 'inline script'"));
  make('link', (link: HTMLLinkElement) => {
    link.rel = 'modulepreload';
    link.href = `${elsewhere}/x.js`;
  });
  make('style', (style: HTMLStyleElement) => style.append('body { outline: 7px solid red }'));
  make('p', (paragraph: HTMLElement) => paragraph.setAttribute('style', 'outline: 7px solid red'));
  make('img', (image: HTMLImageElement) => {
    image.onload = () => passed.push('a picture from elsewhere');
    image.src = `${elsewhere}/icon-192.png`;
  });
  make('iframe', (frame: HTMLIFrameElement) => {
    frame.src = `${elsewhere}/`;
  });
  make('base', (base: HTMLBaseElement) => {
    base.href = `${elsewhere}/`;
  });
  make('form', (form: HTMLFormElement) => {
    form.action = `${elsewhere}/`;
    setTimeout(() => form.submit());
  });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  if (global.ran !== undefined) passed.push(String(global.ran));
  if (getComputedStyle(document.body).outlineWidth === '7px') passed.push('inline style');
  if (document.baseURI.startsWith(elsewhere)) passed.push('another base');
  return { passed, blocked: [...blocked] };
}

const formsOf = (seed: Uint8Array): string[] => {
  const octets = Buffer.from(seed);
  return [
    octets.toString('hex'),
    octets.toString('base64'),
    octets.toString('base64url'),
    [...octets].join(),
  ];
};

/** SIGKILL to the browser that holds a profile: its lock names the process. */
function kill(profile: string): void {
  const pid = Number(/-(\d+)$/.exec(readlinkSync(join(profile, 'SingletonLock')))?.[1]);
  process.kill(pid, 'SIGKILL');
}

/** Whether the octets stand in any file of a browser's profile. */
function onDisk(profile: string, octets: Uint8Array): boolean {
  return readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => {
      try {
        return readFileSync(join(entry.parentPath, entry.name)).includes(Buffer.from(octets));
      } catch {
        // Gone meanwhile.
        return false;
      }
    });
}

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

const skip = !findChromium() && !process.env.CI;
if (skip)
  console.warn('No Chromium here: the authenticator is not tested. Install one (apt-get install chromium).');

describe.skipIf(skip)('web authenticator', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let host: StaticHost;
  let folder: string;
  let origin: string;
  let opened: Installed[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-authenticator-test-'));
    host = await staticHost(join(AUTHENTICATOR, 'dist'));
    database = await SQLITE.fresh();
    deployment = await deploy(database, {
      arguments: ['--wrong-codes', '1000000', '--authenticator-origins', host.origin],
    });
    origin = deployment.servers[0]!.url;
    await furnishSelfService(deployment);
  }, 180_000);
  afterEach(async () => {
    const closing = opened;
    opened = [];
    for (const each of closing) await each.close();
    for (const { violations } of closing) expect(violations).toEqual([]);
  });
  afterAll(async () => {
    await host.close();
    await deployment.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  let closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers) await close();
    closers = [];
  });

  /** A server whose seeds the test can see, behind a proxy that lets pages of other origins speak with it. */
  async function ownServer(behaviour: Behaviour): Promise<{ responder: Responder; proxy: MeddlingProxy }> {
    const responder = await ctkipResponder(behaviour, { tls: false });
    const proxy = await meddlingProxy(async ({ path, headers, body }) => {
      const reply = await fetch(`http://127.0.0.1:${responder.port}${path}`, {
        method: 'POST',
        headers,
        body: Uint8Array.from(body),
      });
      const type = reply.headers.get('content-type') ?? 'text/plain';
      return {
        status: reply.status,
        headers: { 'content-type': type },
        body: Buffer.from(await reply.arrayBuffer()),
      };
    });
    closers.push(proxy.close, responder.close);
    return { responder, proxy };
  }
  const realNothing = async (): Promise<Answer> => ({ status: 500, headers: {}, body: Buffer.alloc(0) });

  async function open(options: Parameters<typeof openBrowser>[0] = {}): Promise<Installed> {
    const installed = await openBrowser(options);
    opened.push(installed);
    return installed;
  }
  const app = (): string => `${origin}/authenticator/`;
  const ctkip = (asked: readonly string[]): string[] =>
    asked.filter((url) => new URL(url).pathname.startsWith('/ctkip'));
  const t = textsOf('en');
  /** A user with a password and a token that waits for its QR code. */
  async function newOwner(): Promise<{ userId: string; serial: string }> {
    const owner = await newPerson(deployment);
    await deployment.api('setUserPassword', {
      params: { userId: owner.userId },
      body: { password: OWN_PASSWORD, mustChange: false },
    });
    return owner;
  }
  async function logOnToSelfService(page: Page, userId: string, path = ''): Promise<void> {
    await page.goto(`${origin}/self-service/${path}`);
    await page.getByLabel(t.logOn.userId).fill(userId);
    await page.getByRole('button', { name: t.next, exact: true }).click();
    await page.locator('#log-on-secret').fill(OWN_PASSWORD);
    await page.getByRole('button', { name: t.logOn.submit, exact: true }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasNotText: t.logOn.title }).waitFor();
  }
  const accepts = async (userId: string, passcode: string): Promise<string> =>
    (await deployment.api('authenticate', { body: { userId, passcode } })).result;

  describe('provisioning', () => {
    test.each([1280, 360])(
      'by a link, at %i px: shown before anything is sent, then a code the server accepts',
      async (width) => {
        const { userId, serial, link } = await distributed(deployment);
        const { page, asked } = await open({ width });
        await page.goto(link!);
        await page.getByRole('heading', { name: 'Import a token from here?' }).waitFor();
        expect(await page.locator('.host').textContent()).toBe(new URL(origin).host);
        await page.getByText('Nothing has been sent yet.').waitFor();
        expect(ctkip(asked)).toEqual([]);
        expect(page.url()).toBe(app());
        expect(await importNow(page)).toMatch(/^\d{3} \d{3} \d{3}$/);
        await page.getByText(`Token ${serial} is imported.`).waitFor();
        await page.getByRole('button', { name: 'Show the code' }).click();
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
        for (const name of [t.activate.app.have, t.activate.old.go, t.activate.scan.show])
          await desk.page.getByRole('button', { name, exact: true }).click();
        const code = desk.page.getByRole('img', { name: t.activate.scan.image });
        await code.waitFor();
        const camera = film(join(folder, `code-${width}.y4m`), await code.screenshot());
        const { page } = await open({ camera, width });
        await page.goto(app());
        await page.getByRole('button', { name: 'Add a token' }).click();
        await page.getByRole('button', { name: 'Scan QR code' }).click();
        const number = await importNow(page);
        // Both show the same number.
        await desk.page.getByText(number.replaceAll(' ', '-'), { exact: true }).waitFor();
        await page.getByText(`Token ${serial} is imported.`).waitFor();
        await page.getByRole('button', { name: 'Show the code' }).click();
        expect(await accepts(userId, await shownCode(page))).toBe('accepted');
      },
    );

    test.each([1280, 360])('by an image, at %i px', async (width) => {
      const { userId, link } = await distributed(deployment);
      const { page } = await open({ width });
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      const image = join(folder, 'code.png');
      writeFileSync(image, picture([link!]));
      await page.locator('input[type=file]').setInputFiles(image);
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
    });

    test.each([1280, 360])('by typing, with a code as people write it, at %i px', async (width) => {
      const { userId, ctkipUrl, activationCode } = await distributed(deployment);
      const { page } = await open({ width });
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      await page.getByLabel('CT-KIP URL').fill(ctkipUrl);
      await page.getByLabel('Activation code').fill(activationCode!.replace(/(\d{4})(?=.)/g, '$1-'));
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
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
        expect([link, await page.getByLabel('Activation code').count()]).toEqual([
          link,
          activationCode === undefined ? 1 : 0,
        ]);
        expect(page.url()).toBe(app());
      }
      expect(ctkip(asked)).toEqual([]);
    });

    test('from any other host that the server admits', async () => {
      const { userId, ctkipUrl, activationCode } = await distributed(deployment);
      const { page, asked } = await open();
      const link = `#ctkip?scheme=https&url=${ctkipUrl.replace('https://', '')}&activationCode=${activationCode}`;
      await page.goto(`${host.origin}/${link}`);
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
      expect([...new Set(asked.map((url) => new URL(url).origin))].sort()).toEqual(
        [host.origin, origin].sort(),
      );
    });
  });

  describe('the vault', () => {
    /** A token whose seed this test knows, provisioned through a proxy that changes nothing. */
    async function known(page: Page, behaviour: Behaviour = {}): Promise<Uint8Array> {
      const { responder, proxy } = await ownServer(behaviour);
      await page.goto(
        `${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip/services/CtkipService&activationCode=${CODE}`,
      );
      const shown = await importNow(page);
      const [seed] = responder.seeds;
      expect(shown.replaceAll(' ', '')).toBe(await comparisonNumber(seed!));
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
      const { page, profile } = await open();
      await page.clock.install();
      await page.goto(app());
      await setPin(page, '482910', true);
      await page.getByLabel('PIN of this app').fill('482910');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
      const seed = await known(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
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

    test('a PIN is changed and removed with the codes staying the same', async () => {
      const { page, profile } = await open();
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
      await page.getByRole('button', { name: 'Remove the lock' }).click();
      await page.getByText('No lock.').waitFor();
      await page.goto(app());
      await expect
        .poll(() => page.locator('.row-code [data-code]').getAttribute('data-code'))
        .toBe(expected());
      const tried = await page.evaluate(lookForSecrets);
      expect([tried.keys, tried.exported]).toEqual([1, []]);
      // Which shows that the search of the disk would find one: without a lock it is as safe as the disk.
      await expect.poll(() => onDisk(profile, seed)).toBe(true);
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
      const { page, context, profile } = await open();
      await page.goto(app());
      const { responder, proxy } = await ownServer({ keyType: 'hotp-sha1', digits: 6 });
      await page.goto(`${app()}#ctkip?url=${proxy.origin.slice(8)}/ctkip&activationCode=${CODE}`);
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      const second = await context.newPage();
      await second.goto(app());
      await second.getByRole('button', { name: /^Open/ }).click();
      const seen: string[] = [];
      for (let round = 0; round < 6; round += 1) {
        await Promise.all(
          [page, second].map((each) => each.getByRole('button', { name: 'Show a new code' }).click()),
        );
        for (const each of [page, second]) seen.push(await shownCode(each));
      }
      const key = responder.seeds[0]!;
      const made = Array.from({ length: 12 }, (_, counter) => hotp({ key, counter, digits: 6 }));
      expect(seen.toSorted()).toEqual(made.toSorted());
      // Shown, and at once the whole browser is gone without a word.
      await page.getByRole('button', { name: 'Show a new code' }).click();
      const last = await shownCode(page);
      expect(last).toBe(hotp({ key, counter: 12, digits: 6 }));
      const gone = new Promise((resolve) => context.once('close', resolve));
      kill(profile);
      await gone;
      const again = await open({ profile });
      await again.page.goto(app());
      await again.page.getByRole('button', { name: /^Open/ }).click();
      await again.page.getByRole('button', { name: 'Show a new code' }).click();
      expect(await shownCode(again.page)).toBe(hotp({ key, counter: 13, digits: 6 }));
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
        const { link, serial, userId } = await distributed(deployment, profile);
        const { page } = await open({ width: 360 });
        await page.goto(link!);
        await importNow(page);
        const PIN = '2580';
        const style = profile.authenticationType;
        if (style) await deployment.api('setPin', { params: { serial }, body: { pin: PIN } });
        await page.getByRole('button', { name: 'Show the code' }).click();
        if (style === 'pinpad') {
          await page.getByText('Your PIN goes into the code.').waitFor();
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
      const { link, serial } = await distributed(deployment, {}, 'Phone2');
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
      const { items } = await deployment.api('listProfiles', {});
      const again = await deployment.api('distributeToken', {
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
        const { link, userId } = await distributed(deployment);
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
      const { link, serial } = await distributed(deployment);
      const { page } = await open({ width: 360 });
      await page.goto(link!);
      await importNow(page);
      await page.goto(app());
      await page.getByRole('button', { name: 'Settings' }).click();
      const shown = await page.locator('dd.mono').first().textContent();
      expect(shown).toMatch(/^([0-9A-F]{4} ){5}[0-9A-F]{4}$/);
      const { distribution } = await deployment.api('getToken', { params: { serial } });
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
      await old.page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(old.page))).toBe('accepted');

      const asked = old.asked.length;
      await old.page.locator('summary').click();
      await old.page.getByRole('button', { name: 'Move to a new phone' }).click();
      const code = old.page.getByRole('img', { name: 'QR code that opens the Self-Service Console' });
      await code.waitFor();
      const image = join(folder, 'approval.png');
      await code.screenshot({ path: image });
      const read = await readQrImage(image);
      if (!read.ok) throw new Error(read.message);
      const approval = await old.page.locator('[data-approval]').getAttribute('data-approval');
      expect(read.value).toBe(`${origin}/self-service/move#serial=${serial}&approval=${approval}`);
      // Made here, from a key that nobody can read, and sent to nobody.
      expect(ctkip(old.asked.slice(asked))).toEqual([]);

      const fresh = await open({ width: 360, userAgent: PHONE });
      const { page } = fresh;
      await page.goto(read.value);
      await page.getByLabel(t.logOn.userId).waitFor();
      expect(page.url()).toBe(`${origin}/self-service/move`);
      await page.getByLabel(t.logOn.userId).fill(userId);
      await page.getByRole('button', { name: t.next, exact: true }).click();
      await page.locator('#log-on-secret').fill(OWN_PASSWORD);
      await page.getByRole('button', { name: t.logOn.submit, exact: true }).click();
      await page.getByText(t.move.body.replace('{{serial}}', serial)).waitFor();
      expect(await faults(page)).toEqual([]);
      await page.getByRole('button', { name: t.move.submit, exact: true }).click();
      for (const name of [t.activate.app.have, t.activate.old.go, t.activate.scan.show])
        await page.getByRole('button', { name, exact: true }).click();
      const link = page.getByRole('link', { name: t.activate.scan.sameDevice });
      const app2 = await fresh.context.newPage();
      await app2.goto((await link.getAttribute('href')) ?? '');
      const number = await importNow(app2);
      await page.getByText(number.replaceAll(' ', '-'), { exact: true }).waitFor();
      await app2.getByRole('button', { name: 'Show the code' }).click();

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
      await phone.page.getByRole('button', { name: 'Show the code' }).click();
      const code = await shownCode(phone.page);
      expect(await accepts(userId, code)).toBe('accepted');
      await phone.page.goto(app());
      await phone.page.getByRole('button', { name: 'Settings' }).click();
      await phone.page.getByRole('button', { name: 'Move to a new phone' }).click();
      await phone.page.getByRole('button', { name: 'Move phone' }).click();
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
      expect(new URL(desk.page.url()).pathname).toBe(`/self-service/tokens/${serial}/activate`);
      expect((await deployment.api('getToken', { params: { serial } })).distribution?.state).toBe('issued');
    });
  });

  describe('somebody in between', () => {
    const realServer = async (passing: Passing): Promise<Answer> => {
      const { status, headers, body } = await deployment.send(0, { method: 'POST', ...passing });
      return { status, body, headers: { 'content-type': String(headers['content-type']) } };
    };

    async function meddled(
      change: (message: string, pass: Passing) => string,
      request?: (passing: Passing) => Passing,
    ) {
      const { ctkipUrl, activationCode, serial } = await distributed(deployment);
      const proxy = await meddlingProxy(realServer, async (passing, forward) => {
        const answer = await forward(request ? request(passing) : passing);
        const soap = decodeSoapResponse(answer.body);
        if (!soap.ok || 'fault' in soap) return answer;
        const text = change(Buffer.from(soap.response).toString(), passing);
        const { authData, provisioningData } = soap;
        const body = encodeSoapResponse({ authData, provisioningData, response: Buffer.from(text) });
        return { ...answer, body: Buffer.from(body) };
      });
      closers.push(proxy.close);
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
      expect(await page.getByRole('alert').textContent()).toContain('The connection may be intercepted');
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
      expect(await page.getByRole('alert').textContent()).toContain('The connection may be intercepted');
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
      closers.push(proxy.close);
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
        writeFileSync(join(folder, name), content);
        await page.locator('input[type=file]').setInputFiles(join(folder, name));
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
      closers.push(proxy.close);
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
      closers.push(silent.close);
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
      closers.push(slow.close);
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
      const { link, serial } = await distributed(deployment);
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
      const { link } = await distributed(deployment);
      const { page, context } = await open();
      await page.goto(link!);
      await importNow(page);
      const devtools = await context.newCDPSession(page);
      await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
      await page.getByRole('alert').getByText('The browser has taken the storage away').waitFor();
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
        ['NotAllowedError', 'The camera may not be used.'],
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
      const { link } = await distributed(deployment);
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

    test('a storage that is full: shown before the code is spent, and afterwards the token waits to be stored', async () => {
      const { link, userId } = await distributed(deployment);
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
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('No space left');
      expect(ctkip(asked)).toEqual([]);
      await full('tokens');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('The token is ready and could not be stored.').waitFor();
      expect((await page.evaluate(lookForSecrets)).keys).toBe(0);
      const refused = () => page.evaluate(() => Number(sessionStorage.getItem('refused')));
      const before = await refused();
      await page.getByRole('button', { name: 'Store it again' }).click();
      await expect.poll(refused).toBe(before + 1);
      await page.getByText('The token is ready and could not be stored.').waitFor();
      await full('none');
      await page.getByRole('button', { name: 'Store it again' }).click();
      await page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
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
      const { link } = await distributed(deployment);
      await page.goto(link!);
      await page.reload();
      await page.goto(link!);
      await importNow(page);
      await page.goto('about:blank');
      const devtools = await context.newCDPSession(page);
      await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
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
      await page.getByText(`Token ${SERIAL} is already here. Nothing was sent that uses up`).waitFor();
      expect(responder.seeds).toHaveLength(1);
      await page.getByRole('button', { name: 'Replace' }).click();
      await page.getByText(`Token ${SERIAL} is replaced.`).waitFor();
      await page.getByRole('button', { name: 'Show the code' }).click();
      const expected = () =>
        totp({ key: responder.seeds[1]!, interval: intervalAt(Date.now() / 1000, 30), digits: 6 });
      await expect.poll(() => shownCode(page)).toBe(expected());
    });

    test('a clock that differs from the server, and one that was set back', async () => {
      const { link } = await distributed(deployment);
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
  });

  describe('installed', () => {
    test('install criteria, headers, and the page that says the same policy', async () => {
      const { page, context } = await open();
      await page.goto(app());
      await page.evaluate(() => navigator.serviceWorker.ready);
      const devtools = await context.newCDPSession(page);
      expect((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
      const manifest = await devtools.send('Page.getAppManifest');
      expect(manifest.errors).toEqual([]);
      const { headers, body } = await deployment.send(0, { path: '/authenticator/' });
      const wanted = JSON.parse(readFileSync(join(AUTHENTICATOR, 'headers.json'), 'utf8')) as Record<
        string,
        string
      >;
      expect(headers).toMatchObject(wanted);
      const policy = wanted['content-security-policy']!.split('; ').filter(
        (part) => !part.startsWith('frame-ancestors'),
      );
      const html = body.toString().replaceAll('&#39;', "'");
      expect(html).toContain(`content="${policy.join('; ')}"`);
      expect(html).not.toMatch(/<style|<script(?![^>]*src=)| on\w+=| style=/);
      for (const path of [
        '/authenticator/service-worker.js',
        '/authenticator/manifest.webmanifest',
        '/authenticator/icon-512.png',
      ]) {
        const file = await deployment.send(0, { path });
        expect([file.status, file.headers['cache-control']]).toEqual([200, 'no-cache']);
      }
      expect((await deployment.send(0, { path: '/console/' })).headers['permissions-policy']).toContain(
        'camera=()',
      );
    });

    test.each([1280, 360])(
      'opens without a network, the first code within a second, and takes a new version when told to, at %i px',
      async (width) => {
        const { page } = await open({ width });
        const { ctkipUrl, activationCode } = await distributed(deployment);
        await page.goto(`${host.origin}/#ctkip?url=${ctkipUrl.slice(8)}&activationCode=${activationCode}`);
        await importNow(page);
        await page.evaluate(() => navigator.serviceWorker.ready);
        await host.stop();
        await page.goto(`${host.origin}/`);
        const code = page.locator('.row-code [data-code]');
        await code.waitFor({ state: 'attached' });
        expect(await page.evaluate(() => performance.now())).toBeLessThan(1_000);
        await host.start();
        const worker = join(host.folder, 'service-worker.js');
        writeFileSync(
          worker,
          readFileSync(worker, 'utf8').replace(
            /version\\?":\\?"\w+/,
            (found) => `${found.slice(0, -4)}${String(width).padStart(4, '0')}`,
          ),
        );
        await page.reload();
        await page.getByText('A new version of this app is ready.').waitFor();
        await Promise.all([
          page.waitForEvent('load'),
          page.getByRole('button', { name: 'Use it now' }).click(),
        ]);
        await code.waitFor({ state: 'attached' });
        expect(await page.getByText('A new version of this app is ready.').count()).toBe(0);
      },
    );

    test.each(['the server', 'a host that sends no headers'])(
      'its policy is in force, from %s: nothing is made from text, nothing comes from or goes elsewhere',
      async (where) => {
        const { page, context, violations } = await open();
        await page.goto(where === 'the server' ? app() : `${host.origin}/`);
        await page.getByRole('heading', { name: 'No tokens yet' }).waitFor();
        const { passed, blocked } = await page.evaluate(
          tryForbidden,
          host.origin.replace('127.0.0.1', 'localhost'),
        );
        expect(passed).toEqual([]);
        for (const directive of [
          'require-trusted-types-for',
          'trusted-types',
          'script-src-elem',
          'style-src-attr',
          'style-src-elem',
          'img-src',
          'connect-src',
          'frame-src',
          'base-uri',
          'form-action',
        ])
          expect(blocked).toContain(directive);
        violations.length = 0;
        if (where !== 'the server') return;
        // Nobody frames it; a host that sends no headers cannot say so.
        for (const [url, shown] of [
          [`${host.origin}/`, `${host.origin}/`],
          [app(), 'chrome-error://chromewebdata/'],
        ] as const) {
          const other = await context.newPage();
          await other.setContent(`<iframe src="${url}"></iframe>`);
          await expect.poll(() => other.frames().at(-1)?.url()).toBe(shown);
        }
        violations.length = 0;
      },
    );

    test('what was copied is on the clipboard until the code is over, also when its screen is left', async () => {
      const { link } = await distributed(deployment);
      const { page, context } = await open();
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await page.clock.install();
      await page.goto(link!);
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      for (const leave of [false, true]) {
        const code = await shownCode(page);
        await page.getByRole('button', { name: 'Copy', exact: true }).click();
        await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
        expect(await clipboard()).toBe(code);
        if (leave) await page.getByRole('button', { name: 'Back' }).click();
        await page.clock.runFor(62_000);
        await expect.poll(clipboard).toBe('');
      }
    });

    test('takes what another app shares: a link in a sentence, and a picture', async () => {
      const { page } = await open();
      const { link } = await distributed(deployment);
      await page.goto(app());
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.reload();
      const share = async (fields: string): Promise<void> => {
        await page.goto('about:blank');
        await page.setContent(
          `<form method="post" enctype="multipart/form-data" action="${app()}share">${fields}<button>go</button></form>`,
        );
      };
      await share(`<textarea name="text">Your token: ${link?.replaceAll('&', '&amp;')}</textarea>`);
      await page.getByRole('button', { name: 'go' }).click();
      await page.getByRole('heading', { name: 'Import a token from here?' }).waitFor();
      await share('<input type="file" name="image">');
      writeFileSync(join(folder, 'shared.png'), picture([link!]));
      await page.locator('input').setInputFiles(join(folder, 'shared.png'));
      await page.getByRole('button', { name: 'go' }).click();
      await page.getByRole('heading', { name: 'Import a token from here?' }).waitFor();
      expect(await page.evaluate(() => caches.has('sower-authenticator-shared'))).toBe(false);
    });
  });

  test('a thousand random codes of keys that cannot be read equal those of the package', async () => {
    const entry = join(folder, 'codes.ts');
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
        outDir: host.folder,
        emptyOutDir: false,
        lib: { entry, formats: ['es'], fileName: () => 'codes.js' },
      },
    });
    writeFileSync(
      join(host.folder, 'codes.html'),
      '<!doctype html><script type="module" src="codes.js"></script>',
    );
    const cases = Array.from({ length: 1000 }, (_, index) => randomCase(index));
    const { page } = await open();
    await page.goto(`${host.origin}/codes.html`);
    await page.waitForFunction(() => 'seedKey' in globalThis);
    const shown = await page.evaluate(async (asked) => {
      const { seedKey, codeOf } =
        globalThis as never as typeof import('../../apps/authenticator/src/vault/seed-key.ts');
      const codes: string[] = [];
      for (const { token, seed, moving } of asked) {
        codes.push(await codeOf(token, await seedKey(token, Uint8Array.from(seed)), moving));
      }
      return codes;
    }, cases);
    expect(shown).toEqual(cases.map(({ expected }) => expected));
  });

  test.each([
    { dark: false, width: 1280, locale: 'en' },
    { dark: true, width: 1280, locale: 'de' },
    { dark: false, width: 360, locale: 'de' },
    { dark: true, width: 360, locale: 'en' },
  ] as const)(
    'axe finds nothing on any screen: %o',
    async (look) => {
      const installed = await open(look);
      const found: string[] = [];
      await walkScreens(deployment, installed, look.locale, async (name) => {
        found.push(...(await faults(installed.page)).map((fault) => `${name}: ${fault}`));
      });
      expect(found).toEqual([]);
    },
    240_000,
  );

  test('every text on every screen comes from the catalogue', async () => {
    const installed = await open({ locale: 'en' });
    await installed.page.addInitScript(
      (language) => localStorage.setItem('sower.authenticator.language', language),
      PSEUDO,
    );
    const host = new URL(deployment.servers[0]!.url).host;
    const found: string[] = [];
    await walkScreens(deployment, installed, PSEUDO, async (name) => {
      const foreign = await foreignTexts(
        installed.page,
        (text) =>
          text.includes(host) ||
          /^(Sower Authenticator|SecurID|TOTP|HOTP|English|Deutsch)$/.test(text) ||
          // A date or time, as Intl writes it.
          /^\p{L}+\.? \d{1,2}, \d{4}/u.test(text) ||
          // Names and ids: users of the test, the device id and class, the version.
          /^(user|[0-9a-f-]{8,}$|[0-9a-f]{4}( [0-9a-f]{4})+$|\d+\.\d+\.\d+)/i.test(text),
      );
      found.push(...foreign.map((text) => `${name}: ${text}`));
    });
    expect(found).toEqual([]);
  }, 240_000);

  test('its size: everything that opens it, compressed, is below 200 kB', () => {
    const files = readdirSync(join(AUTHENTICATOR, 'dist'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.endsWith('.png'),
    );
    const sizes = files.map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  });
});
