/** `npm run readme-pictures`: the three pictures of README.md, of an installation with made-up people. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { adminPassword } from './harness/administrator.ts';
import { CHROMIUM_ARGUMENTS, findChromium } from './harness/browser/chromium.ts';
import { furnish } from './harness/browser/console-pages.ts';
import { deploy } from './harness/deployment.ts';
import { freshSqlite } from './harness/fresh-database.ts';

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url));
const executablePath = findChromium();
if (!executablePath) throw new Error('No Chromium here. Install one (apt-get install chromium).');

mkdirSync(folder, { recursive: true });
const database = await freshSqlite();
const deployment = await deploy(database);
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  await furnish(deployment);
  const origin = `https://localhost:${deployment.servers[0]?.port}`;
  const page = await browser.newPage({
    ignoreHTTPSErrors: true,
    locale: 'en',
    viewport: { width: 1200, height: 750 },
  });
  const take = async (path: string, name: string, part = 'h1'): Promise<void> => {
    await page.goto(origin + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
    await page
      .locator(part)
      .first()
      .evaluate((shown) => shown.scrollIntoView({ block: 'start' }));
    await page.screenshot({ path: `${folder}/${name}.png` });
  };
  await take('/', 'first-page');
  await page.goto(`${origin}/console/`);
  await page.locator('#log-on-user-name').fill('admin');
  await page.locator('input[type=password]').fill(await adminPassword(deployment));
  await page.keyboard.press('Enter');
  await page.locator('#menu-toggle').waitFor();
  await take('/console/users/jdoe', 'user');
  await take('/console/mail/templates', 'mail', '.sower-previews');
} finally {
  await browser.close();
  await deployment.stop();
  await database.drop();
}
