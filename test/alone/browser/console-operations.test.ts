/** Backups and schedules in the Security Console, in a real Chromium: what was made and why one failed, the age on Home, times in words. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openDatabase } from '@sower/server/store/db/open';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { inspect, LOOKS_IN } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { type Deployment, deploy } from '../../harness/deployment.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

const skip = !findChromium() && !process.env.CI;

describe.skipIf(skip)('Security Console: operations', () => {
  let database: FreshDatabase;
  let deployment: Deployment;
  let browser: Browser;
  let recipient: string;
  const folder = mkdtempSync(join(tmpdir(), 'sower-operations-'));

  beforeAll(async () => {
    recipient = await identityToRecipient(await generateX25519Identity());
    database = await SQLITE.installed();
    deployment = await deploy(database, {
      arguments: ['--backup-folder', folder, '--backup-recipients', recipient],
    });
    // A new server makes its first by itself.
    while ((await states()).join() !== 'done') await setTimeout(200);
    browser = await launchChromium(deployment);
  });
  afterAll(async () => {
    await browser?.close();
    await deployment?.stop();
    await database?.drop();
    for (const place of [folder, `${folder}-away`]) rmSync(place, { recursive: true, force: true });
  });
  const states = async (): Promise<string[]> =>
    (await deployment.api('listBackups', {})).items.map(({ state }) => state);
  const opened = async (locale: 'en' | 'de', path: string) => {
    const { page, context } = await openConsole(browser, deployment, { locale });
    await go(page, path);
    return { page, context };
  };
  const go = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${originOf(deployment)}/console/${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
  };

  test('a backup is started, and one that failed says why', async () => {
    const { page, context } = await opened('en', '');
    // Before there is an alert, with the way there.
    await page.getByText('None has been restored as a test yet.').waitFor();
    await page.locator('p', { hasText: 'Last backup:' }).getByRole('link', { name: 'Show backups' }).click();
    await page.getByRole('heading', { name: 'Backups', level: 1 }).waitFor();
    await page.getByText(recipient).waitFor();
    await page.getByText('In no backup: keep it elsewhere').waitFor();
    const rows = page.getByRole('grid', { name: 'Backups' }).locator('tbody tr');
    await rows.first().getByText('Made').waitFor();
    expect(await rows.count()).toBe(1);

    await page.getByRole('button', { name: 'Make a backup now' }).click();
    await rows.nth(1).waitFor();
    await rows.first().getByText('Made').waitFor();
    expect(await states()).toEqual(['done', 'done']);

    renameSync(folder, `${folder}-away`);
    await page.getByRole('button', { name: 'Make a backup now' }).click();
    await rows.nth(2).waitFor();
    await rows.first().getByText('The backup folder does not exist. Create it, or mount it.').waitFor();
    await rows.first().getByText('Failed', { exact: true }).waitFor();
    renameSync(`${folder}-away`, folder);
    expect(await inspect(page, 'backups', LOOKS_IN.en)).toEqual([]);
    await context.close();
    const german = await opened('de', 'backups');
    await german.page.getByText('Den Ordner für Sicherungen gibt es nicht.').waitFor();
    expect(await inspect(german.page, 'backups de', LOOKS_IN.de)).toEqual([]);
    await german.context.close();
  });

  test('Home says how long ago a restore was rehearsed', async () => {
    const { items } = await deployment.api('listBackups', {});
    const { db, close } = await openDatabase(database.location);
    const { id } = items.find(({ state }) => state === 'done') as { id: string };
    const { proof } = await db
      .selectFrom('backups')
      .select('proof')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await deployment.api('reportVerified', { params: { id }, body: { proof: proof as string } });
    const { page, context } = await opened('en', '');
    await page.getByText('The last test restore was 0 days ago.').waitFor();
    const verified_at = Date.now() - 40 * 86_400_000;
    await db.updateTable('backups').set({ verified_at }).where('id', '=', id).execute();
    await close();
    await go(page, '');
    await page.getByText('The last test restore was 40 days ago.').waitFor();
    await context.close();
  });

  test('the times of a schedule are shown in words, and changed', async () => {
    const { page, context } = await opened('en', 'schedules');
    const row = page
      .getByRole('grid', { name: 'Schedules' })
      .locator('tbody tr', { hasText: 'Make a backup' });
    await row.getByText(/^Every day at 2:40\sAM$/).waitFor();
    await page.getByText('Every 5 minutes').first().waitFor();
    const change = async (cron: string): Promise<void> => {
      await row.getByRole('button', { name: 'Actions for Make a backup' }).click();
      await page.getByRole('menuitem', { name: 'Change the times' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('When').fill(cron);
      await dialog.getByLabel('Time zone').fill('Europe/Berlin');
      await dialog.getByRole('button', { name: 'Save' }).click();
    };
    await change('0 0 30 2 *');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('When').and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await inspect(page, 'schedules, refused', LOOKS_IN.en)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await change('15 3 * * 1');
    await row.getByText(/^Every Monday at 3:15\sAM$/).waitFor();
    const { items } = await deployment.api('listSchedules', {});
    expect(items.find(({ id }) => id === 'backup')).toMatchObject({
      cron: '15 3 * * 1',
      timeZone: 'Europe/Berlin',
    });
    await change('*/7 1-3 * * 1,2');
    // Not simple: as it is written.
    await row.getByText('*/7 1-3 * * 1,2').waitFor();
    await context.close();
    const german = await opened('de', 'schedules');
    await german.page.getByText('Jede volle Stunde').first().waitFor();
    expect(await inspect(german.page, 'schedules de', LOOKS_IN.de)).toEqual([]);
    await german.context.close();
  });
});
