/** Pictures of what users read outside of the consoles: mails, letters, the first page and the pages of the API. */

import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES } from '@sower/api/mail-events';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { blocksOf } from '@sower/server/mail/blocks';
import { samplesOf } from '@sower/server/mail/edit-templates';
import { htmlMail, withPictures } from '@sower/server/mail/html';
import { ORIGINAL_TEMPLATES, renderTemplate } from '@sower/server/mail/render';
import { openDatabase } from '@sower/server/store/db/open';
import type { Browser } from 'playwright-core';
import { PNG } from 'pngjs';
import type { Deployment } from '../deployment.ts';
import type { FreshDatabase } from '../fresh-database.ts';
import { jobEnded, jobSettled } from '../jobs/ended.ts';
import { addPeople } from '../jobs/many-people.ts';

type Looks = { readonly folder: string; readonly widths: readonly number[] };

/** A mark that is seen to be one. */
function mark(): string {
  const image = new PNG({ width: 300, height: 60 });
  for (let at = 0; at < image.data.length; at += 4)
    image.data.set((at / 4) % 300 < 60 ? [122, 31, 92, 255] : [220, 200, 214, 255], at);
  return `data:image/png;base64,${PNG.sync.write(image).toString('base64')}`;
}
const ORGANIZATION = {
  'organization.name': 'Example & Sons',
  'organization.address': 'Main Street 1; 12345 Springfield',
  'organization.color': '#7a1f5c',
  'organization.logo': mark(),
  'organization.helpText': 'Help desk: 555-1234; Mondays to Fridays',
} as const;
const SCHEMES = ['light', 'dark'] as const;

/** Each event as HTML with pictures, without them, without an organization, and as text. */
export async function mailPictures(browser: Browser, { folder, widths }: Looks): Promise<void> {
  const look = { ...DEFAULT_SETTINGS, ...ORGANIZATION };
  for (const language of MAIL_LANGUAGES)
    for (const event of MAIL_EVENT_NAMES) {
      const { subject, body } = ORIGINAL_TEMPLATES[language][event];
      const values = samplesOf(event, language, false);
      const mail = { subject: renderTemplate(subject, values), language, blocks: blocksOf(body, values) };
      const html = htmlMail(mail, look);
      const kinds = {
        '': withPictures(html, look),
        ' without pictures': html.replace(/src="cid:[^"]*"/g, 'src="about:blank"'),
        ' of Sower': htmlMail(mail, DEFAULT_SETTINGS),
      };
      for (const scheme of SCHEMES)
        for (const width of widths) {
          const to = join(folder, language, scheme, String(width), 'mail');
          mkdirSync(to, { recursive: true });
          const page = await browser.newPage({ viewport: { width, height: 700 }, colorScheme: scheme });
          for (const [kind, shown] of Object.entries(kinds)) {
            await page.setContent(shown);
            await page.screenshot({ path: join(to, `${event}${kind}.png`), fullPage: true });
          }
          await page.close();
        }
      const to = join(folder, language, 'text');
      mkdirSync(to, { recursive: true });
      writeFileSync(join(to, `${event}.txt`), `${mail.subject}\n\n${renderTemplate(body, values)}`);
    }
}

/** One letter for each device type and language, page by page. Needs poppler. */
export async function letterPictures(
  { api }: Deployment,
  database: FreshDatabase,
  folder: string,
): Promise<void> {
  const { version } = await api('getSettings', {});
  await api('editSettings', { body: ORGANIZATION, ifMatch: version });
  const { items: deviceTypes } = await api('listDeviceTypes', {});
  const { db, close } = await openDatabase(database.location);
  try {
    for (const { id: deviceType } of deviceTypes)
      for (const language of MAIL_LANGUAGES) {
        const profile = `${deviceType} ${language}`;
        await api('addProfile', {
          body: { name: profile, deviceType, authenticationType: 'tokencode', delivery: 'url' },
        });
        const { userIds } = await addPeople(db, `${deviceType}-${language}-`, 1);
        const [userId = ''] = userIds;
        await api('editUserMail', { params: { userId }, body: { language } });
        const file = `userId,address\n${userId},"Room 7\n1 Market Square\n12345 Springfield"`;
        const made = await api('distributeMany', { body: { name: profile, choose: { file }, profile } });
        await jobSettled(api, made.id);
        await api('startJob', { params: { id: made.id }, body: { name: profile } });
        await jobEnded(api, made.id);
        const { pdf } = await api('takeJobLetters', {
          params: { id: made.id },
          body: { separate: false },
        });
        const to = join(folder, language, 'letters');
        mkdirSync(to, { recursive: true });
        const written = join(to, `${deviceType}.pdf`);
        writeFileSync(written, Buffer.from(pdf, 'base64'));
        await promisify(execFile)('pdftoppm', ['-png', '-r', '70', written, join(to, deviceType)]);
        rmSync(written);
      }
  } finally {
    await close();
  }
}

/** What is read before a logon, and by developers. */
export async function servedPictures(browser: Browser, origin: string, { folder, widths }: Looks) {
  for (const locale of MAIL_LANGUAGES)
    for (const colorScheme of SCHEMES)
      for (const width of widths) {
        const to = join(folder, locale, colorScheme, String(width), 'pages');
        mkdirSync(to, { recursive: true });
        const context = await browser.newContext({
          ...{ ignoreHTTPSErrors: true, locale, colorScheme },
          viewport: { width, height: 900 },
        });
        const page = await context.newPage();
        for (const [name, path] of [
          ['first', '/'],
          ['api', '/api/docs'],
          ['self-service', '/self-service/'],
          ['console', '/console/'],
        ] as const) {
          await page.goto(origin + path);
          await page.locator('h1').first().waitFor();
          await page.waitForLoadState('networkidle');
          await page.screenshot({ path: join(to, `${name}.png`), fullPage: name !== 'api' });
        }
        await context.close();
      }
}
