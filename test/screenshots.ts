/**
 * `npm run screenshots`: every page of both consoles, every screen of the authenticator, every mail (also without pictures, and as text),
 * letters, the first page and the pages of the API, light and dark, on a desk and on a phone, in both languages; `--only` those of the
 * Security Console that match, `--app` one of the four, `--widths 1280,1024,360` other screens.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { adminPassword } from './harness/administrator.ts';
import { film, openBrowser, picture } from './harness/browser/authenticator-app.ts';
import { walkScreens } from './harness/browser/authenticator-screens.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './harness/browser/chromium.ts';
import { CONSOLE_PAGES, furnish } from './harness/browser/console-pages.ts';
import { show } from './harness/browser/looks.ts';
import { furnishSelfService, walk } from './harness/browser/self-service-pages.ts';
import { letterPictures, mailPictures, servedPictures } from './harness/browser/written-pictures.ts';
import { deploy } from './harness/deployment.ts';
import { freshSqlite } from './harness/fresh-database.ts';

const { values } = parseArgs({
  options: {
    to: { type: 'string', default: 'coverage/screenshots' },
    only: { type: 'string', default: '' },
    /** `console`, `self-service`, `authenticator` or `written`; all unless said. */
    app: { type: 'string' },
    widths: { type: 'string', default: '1440,390' },
  },
});
/** Milliseconds: nobody waits for pictures, and the machine may be busy. */
const TIMEOUT = 120_000;
const pages = CONSOLE_PAGES.filter((path) => new RegExp(values.only).test(path));
const widths = values.widths.split(',').map(Number);
const found = findChromium();
if (!found) {
  console.error('No Chromium here. Install one (apt-get install chromium).');
  process.exit(1);
}
const executablePath: string = found;
const folder = join(fileURLToPath(new URL('..', import.meta.url)), values.to);
if (values.app === 'authenticator' || (values.app === undefined && values.only === '')) {
  await authenticatorScreens();
}
if (values.app === 'authenticator') process.exit();
if (values.app === 'self-service' || (values.app === undefined && values.only === '')) {
  await selfServiceScreens();
}
if (values.app === 'self-service') process.exit();
if (values.app === 'written' || (values.app === undefined && values.only === '')) await written();
if (values.app === 'written') process.exit();

const database = await freshSqlite();
const deployment = await deploy(database);
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  await furnish(deployment);
  const origin = `https://localhost:${deployment.servers[0]?.port}`;
  const password = await adminPassword(deployment);
  for (const locale of ['en', 'de'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of widths) {
        const to = join(folder, locale, colorScheme, String(width));
        mkdirSync(to, { recursive: true });
        const context = await browser.newContext({
          ignoreHTTPSErrors: true,
          colorScheme,
          locale,
          viewport: { width, height: 900 },
        });
        context.setDefaultTimeout(TIMEOUT);
        const page = await context.newPage();
        await page.goto(`${origin}/console/`);
        await page.locator('input[type=password]').waitFor();
        await page.screenshot({ path: join(to, 'before-log-on.png') });
        await page.locator('input[type=text]').first().fill('admin');
        await page.locator('input[type=password]').fill(password);
        await page.keyboard.press('Enter');
        await page.locator('#menu-toggle').waitFor();
        for (const path of pages) {
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          await page.goto(`${origin}/console/${path}`);
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          await page.waitForLoadState('networkidle');
          const name = path === '' ? 'home' : path.replace(/\W+/g, '-');
          // The page scrolls inside of its frame: the window grows until it shows all of it.
          const hidden = await page
            .locator('#main')
            .evaluate((main) => main.scrollHeight - main.clientHeight);
          await page.setViewportSize({ width, height: 900 + hidden });
          await page.screenshot({ path: join(to, `${name}.png`) });
          await page.setViewportSize({ width, height: 900 });
        }
        await context.close();
        console.log(to);
      }
    }
  }
} finally {
  await browser.close();
  await deployment.stop();
  await database.drop();
}

/** What is read outside of the consoles, of an organization with a look of its own. */
async function written(): Promise<void> {
  const database = await freshSqlite();
  const deployment = await deploy(database);
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
  try {
    await mailPictures(browser, { folder, widths });
    await servedPictures(browser, `https://localhost:${deployment.servers[0]?.port}`, { folder, widths });
    await letterPictures(deployment, database, folder);
    console.log(join(folder, '*', '*', '*', 'mail'), join(folder, '*', 'letters'));
  } finally {
    await browser.close();
    await deployment.stop();
    await database.drop();
  }
}

/** On a server of its own, without a directory that cannot be reached. One walk for all looks: what is on the screen depends on what was done. */
async function selfServiceScreens(): Promise<void> {
  const database = await freshSqlite();
  const deployment = await deploy(database);
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
  try {
    await furnishSelfService(deployment);
    const origin = `https://localhost:${deployment.servers[0]?.port}`;
    for (const locale of ['en', 'de'] as const) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale });
      context.setDefaultTimeout(TIMEOUT);
      const page = await context.newPage();
      await walk({ page, deployment, origin, locale }, async (name) => {
        for (const theme of ['light', 'dark'] as const) {
          for (const width of widths) {
            const to = join(folder, locale, theme, String(width), 'self-service');
            mkdirSync(to, { recursive: true });
            await show(page, `${theme} ${width}`);
            await page.screenshot({ path: join(to, `${name}.png`), fullPage: true });
          }
        }
      });
      await context.close();
      console.log(join(folder, locale, '*', '*', 'self-service'));
    }
  } finally {
    await browser.close();
    await deployment.stop();
    await database.drop();
  }
}

/** On a server of its own: its users and tokens are none of the consoles'. */
async function authenticatorScreens(): Promise<void> {
  const database = await freshSqlite();
  const deployment = await deploy(database);
  mkdirSync(folder, { recursive: true });
  // A camera that sees something, but nothing to import.
  const camera = film(join(folder, 'camera.y4m'), picture(['mailto:nobody@example.com']));
  try {
    for (const locale of ['en', 'de'] as const) {
      for (const dark of [false, true]) {
        for (const width of widths) {
          const to = join(folder, locale, dark ? 'dark' : 'light', String(width), 'authenticator');
          mkdirSync(to, { recursive: true });
          const installed = await openBrowser({ camera, dark, width, locale });
          installed.context.setDefaultTimeout(TIMEOUT);
          await walkScreens(deployment, installed, locale, async (name) => {
            await installed.page.screenshot({ path: join(to, `${name}.png`), fullPage: true });
          });
          await installed.close();
          console.log(to);
        }
      }
    }
  } finally {
    rmSync(camera);
    await deployment.stop();
    await database.drop();
  }
}
