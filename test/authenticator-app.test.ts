/** The web authenticator as people use it, in a real Chromium against a real server. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  AUTHENTICATOR,
  buildAuthenticator,
  distributed,
  film,
  type Installed,
  importNow,
  openBrowser,
  picture,
  shownCode,
} from './authenticator-app.ts';
import { findChromium } from './chromium.ts';
import { SQLITE } from './databases.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { FreshDatabase } from './fresh-database.ts';
import { type StaticHost, staticHost } from './static-host.ts';

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
    buildAuthenticator();
    folder = mkdtempSync(join(tmpdir(), 'sower-authenticator-test-'));
    host = await staticHost(join(AUTHENTICATOR, 'dist'));
    database = await SQLITE.fresh();
    deployment = await deploy(database, {
      arguments: ['--wrong-codes', '1000000', '--authenticator-origins', host.origin],
    });
    origin = deployment.servers[0]!.url;
  }, 180_000);
  afterEach(async () => {
    for (const { violations } of opened) expect(violations).toEqual([]);
    for (const each of opened) await each.close();
    opened = [];
  });
  afterAll(async () => {
    await host.close();
    await deployment.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: Parameters<typeof openBrowser>[0] = {}): Promise<Installed> {
    const installed = await openBrowser(options);
    opened.push(installed);
    return installed;
  }
  const app = (): string => `${origin}/authenticator/`;
  const ctkip = (asked: readonly string[]): string[] =>
    asked.filter((url) => new URL(url).pathname.startsWith('/ctkip'));
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

    test('by the camera', async () => {
      const { userId, link } = await distributed(deployment);
      const { page } = await open({ camera: film(join(folder, 'code.y4m'), link!), width: 360 });
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      await page.getByRole('button', { name: 'Scan QR code' }).click();
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
    });

    test('by an image', async () => {
      const { userId, link } = await distributed(deployment);
      const { page } = await open();
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      const image = join(folder, 'code.png');
      writeFileSync(image, picture([link!]));
      await page.locator('input[type=file]').setInputFiles(image);
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
    });

    test('by typing, with a code as people write it', async () => {
      const { userId, ctkipUrl, activationCode } = await distributed(deployment);
      const { page } = await open();
      await page.goto(app());
      await page.getByRole('button', { name: 'Add a token' }).click();
      await page.getByLabel('CT-KIP URL').fill(ctkipUrl);
      await page.getByLabel('Activation code').fill(activationCode!.replace(/(\d{4})(?=.)/g, '$1-'));
      await page.getByRole('button', { name: 'Continue' }).last().click();
      await importNow(page);
      await page.getByRole('button', { name: 'Show the code' }).click();
      expect(await accepts(userId, await shownCode(page))).toBe('accepted');
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

  test('its size: everything that opens it, compressed, is below 200 kB', () => {
    const files = readdirSync(join(AUTHENTICATOR, 'dist'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.endsWith('.png'),
    );
    const sizes = files.map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  });
});
