/** Charts and reports in a real Chromium: within the policy, by keyboard, as tables, on paper, and small enough. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { readCsv } from '@sower/api/csv';
import { type FigureRow, setFigures } from '@sower/server/store/audit/figures';
import { openDatabase } from '@sower/server/store/db/open';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf, sharedConsole } from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { faults, inspect, LOOKS, show } from '../../harness/browser/looks.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

const skip = !findChromium() && !process.env.CI;
const DAY = 86_400_000;
/** Long before what the server counts itself: the days of the test are in the year, and not today. */
const daysAgo = (days: number): number => Math.floor(Date.now() / DAY) * DAY - days * DAY;

describe.skipIf(skip)('Security Console: reporting', () => {
  const { database, deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-reporting-'));
    await furnish(deployment);
    await deployment.api('editUser', {
      params: { userId: 'jdoe' },
      body: { lastName: '=HYPERLINK("x")' },
      ifMatch: 1,
    });
    const { db, close } = await openDatabase(database.location);
    // What the server has not begun to count, it would delete when it begins.
    const begun = db.selectFrom('figure_cursors').select('id').where('id', 'in', ['audit', 'tokens']);
    while ((await begun.execute()).length < 2) await setTimeout(100);
    const at = daysAgo(20);
    const [source] = (await deployment.api('listIdentitySources', {})).items;
    const row = (kind: FigureRow['kind'], name: string, outcome: string, count: number): FigureRow => ({
      kind,
      grain: 'day',
      domain: '/',
      at,
      name,
      outcome,
      count,
    });
    await setFigures(db, [
      row('log-on', 'radius', 'accepted', 4_321),
      row('log-on', 'agent', 'refused', 77),
      row('reason', 'wrong-passcode', '', 77),
      row('client', 'radius:VPN gateway', 'accepted', 4_321),
      row('funnel', 'issued', '', 80),
      row('funnel', 'opened', '030', 60),
      row('token', 'total', '', 20),
      row('mail', 'sent', '', 310),
      row('mail', 'dead', '', 2),
      row('run', source?.id ?? '', 'done', 9),
      row('run', source?.id ?? '', 'failed', 3),
      ...['otp-1', 'otp-2', 'otp-3', 'otp-4', 'otp-5', 'otp-6'].map((host, index) =>
        row('node', host, 'seen', 1_440 - index * 100),
      ),
      row('node', 'otp-2', 'clock', 17),
    ]);
    await close();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const logged = sharedConsole(() => ({ browser, deployment }));
  const charts = async (): Promise<Page> => {
    const page = await logged('en', 'reporting?range=month');
    await page.locator('canvas').first().waitFor();
    return page;
  };

  test('Home with charts loads less than 450 kB of script, compressed', async () => {
    const { page, context } = await openConsole(browser, deployment);
    // Read as they arrive: of a page that was left, nothing is to be had any more, so it is left before.
    await page.goto('about:blank');
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.body());
    });
    await page.goto(`${originOf(deployment)}/console/`);
    await page.locator('canvas').first().waitFor();
    await page.waitForLoadState('networkidle');
    const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
    const zipped = sizes.reduce((all, size) => all + size, 0);
    console.log(`Home with charts: ${scripts.length} scripts, ${zipped} bytes as gzip`);
    expect(zipped).toBeGreaterThan(100_000);
    expect(zipped).toBeLessThan(450_000);
    await context.close();
  });

  test('a chart is moved through by the arrow keys, and read as a table', async () => {
    const page = await charts();
    const chart = page.getByRole('slider', { name: /^Logons by outcome/ });
    await chart.focus();
    await page.keyboard.press('End');
    for (let day = 0; day < 20; day += 1) await page.keyboard.press('ArrowLeft');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /: Accepted 4,321, Refused 77, Asked for more 0$/,
    );
    const summary = page.locator('summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    const table = page.getByRole('grid', { name: 'Logons by outcome' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(31);
    expect(await table.textContent()).toContain('4,321770');
    // Where people stop.
    expect(await page.getByRole('grid', { name: 'How far distributions get' }).textContent()).toContain(
      'Issued80100%20',
    );
    const found: string[] = [];
    for (const look of LOOKS) {
      await show(page, look);
      await page.locator('canvas').first().waitFor();
      found.push(...(await faults(page)).map((fault) => `${look}: ${fault}`));
    }
    expect(found).toEqual([]);
  });

  test('mail, directories and nodes: charts, tables, and what would be there', async () => {
    const page = await charts();
    const chart = page.getByRole('slider', { name: /^Nodes/ });
    await chart.focus();
    await page.keyboard.press('End');
    for (let day = 0; day < 20; day += 1) await page.keyboard.press('ArrowLeft');
    // As many as there are colors; this server itself, which has only just been seen, is among the others.
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /: otp-1 1,440, otp-2 1,340, otp-3 1,240, otp-4 1,140, 3 more 1,980$/,
    );
    // No host has the color of failures.
    const failed = (title: string) =>
      page
        .locator('section.pf-v6-c-card', { has: page.getByRole('heading', { name: title, exact: true }) })
        .locator('.sower-chart-key-failed')
        .count();
    expect([await failed('E-mail'), await failed('Runs of identity sources'), await failed('Nodes')]).toEqual(
      [1, 1, 0],
    );
    const minutes = page.getByRole('grid', { name: 'Minutes by node' });
    expect(await minutes.getByRole('row', { name: /^otp-2/ }).textContent()).toBe('otp-21,340017');
    const sent = page.getByRole('slider', { name: /^E-mail/ });
    await sent.focus();
    await page.keyboard.press('End');
    for (let day = 0; day < 20; day += 1) await page.keyboard.press('ArrowLeft');
    expect(await sent.getAttribute('aria-valuetext')).toMatch(/: Sent 310, Tried again later 0, Not sent 2$/);
    const sources = page.getByRole('grid', { name: 'Runs by identity source' });
    expect(await sources.getByRole('row', { name: /^Active Directory/ }).textContent()).toBe(
      'Active Directory12903',
    );
    await page.getByLabel('Period').selectOption({ label: 'Last 24 hours' });
    await page.getByText('No run of an identity source ended in this period.').waitFor();
    await page.getByText('No mail was sent in this period, and none failed.').waitFor();
    expect(await sources.count()).toBe(0);
  });

  test('on paper it is all there, and light, whatever the screen shows', async () => {
    const page = await charts();
    await show(page, 'dark 1280');
    const path = join(folder, 'charts.pdf');
    writeFileSync(path, await page.pdf({ format: 'A4' }));
    const words = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
    for (const title of [
      'Logons by outcome',
      'How far distributions get',
      'Tokens by month of expiry',
      'Runs of identity sources',
    ])
      expect(words).toContain(title);
    expect(words).not.toContain('Manage Existing');
    expect(await page.evaluate(() => document.documentElement.classList.contains('pf-v6-theme-dark'))).toBe(
      true,
    );
    await show(page, 'light 1280');
  });

  test('a report on screen, as CSV without formulas, and as a PDF', async () => {
    const page = await logged('en', 'reporting/reports');
    await page.getByRole('link', { name: 'Tokens by state and owner' }).click();
    await page.getByRole('grid', { name: 'Tokens by state and owner' }).waitFor();
    const save = async (button: string): Promise<string> => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      const download = await waiting;
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      return path;
    };
    const csv = readFileSync(await save('Export as CSV'), 'utf8');
    expect(csv).toContain(`'=HYPERLINK`);
    const [titles, first] = readCsv(csv);
    expect(titles?.slice(0, 3)).toEqual(['Serial number', 'Name', 'User']);
    expect([first?.[0], first?.[2]]).toEqual([serialOf(1), 'jdoe']);
    const pdf = await save('Save as PDF');
    const words = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
    expect(words).toContain(serialOf(20));
    expect(words).toContain('Administrator admin');
    // How many days is in the address, and what is no number of days is said at the field.
    await page.goto(`${originOf(deployment)}/console/reporting/reports/requests`);
    await page.getByLabel('Days').fill('0');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Must be 1 or more.').first().waitFor();
    await page.getByLabel('Days').fill('1');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/days=1$/);
    await page.getByRole('grid', { name: 'Requests and decisions' }).waitFor();
  });

  test('a report is saved under a name from its page, listed with what comes next, and deleted', async () => {
    const page = await logged('en', 'reporting/reports/expiring-tokens?days=30');
    await page.getByRole('button', { name: 'Save under a name' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Every Monday');
    await dialog.getByLabel('When').selectOption({ label: 'Every Monday at 07:00' });
    await dialog.getByRole('button', { name: 'Save under a name' }).click();
    // Nobody would get it.
    await dialog.getByText('Name at least one administrator').first().waitFor();
    await dialog.getByLabel('Mail to').fill('admin');
    await dialog.getByRole('button', { name: 'Save under a name' }).click();
    await dialog.getByText('no administrator admin with an e-mail address').first().waitFor();
    const { items } = await deployment.api('listAdministrators', {});
    await deployment.api('editAdministrator', {
      params: { userId: 'admin' },
      ifMatch: items.find(({ userName }) => userName === 'admin')?.version as number,
      body: { mail: 'admin@example.com' },
    });
    await dialog.getByRole('button', { name: 'Save under a name' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.goto(`${originOf(deployment)}/console/reporting/saved`);
    const row = page.getByRole('row', { name: /Every Monday/ });
    expect(await row.textContent()).toContain('Administrator admin');
    expect(await inspect(page, 'saved', ['dark 360', 'light 1280'])).toEqual([]);
    // Mail is not set up here: it says so where it is looked at.
    const act = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: 'Actions for Every Monday' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await act('Mail now');
    await expect
      .poll(async () => {
        await page.reload();
        await row.waitFor();
        return page.getByText('Last run, ').count();
      })
      .toBe(1);
    await row.getByRole('link', { name: 'Every Monday' }).click();
    await page.waitForURL(/reports\/expiring-tokens\?days=30$/);
    await page.goBack();
    await act('Edit');
    await dialog.getByText('goes in plain text').waitFor();
    await dialog.getByLabel('Days').fill('60');
    await dialog.getByLabel('When').selectOption({ label: 'Every day at 07:00' });
    expect(await faults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => row.textContent()).toContain('Every day at 07:00');
    const { items: saved } = await deployment.api('listSavedReports', {});
    expect(saved.find(({ name }) => name === 'Every Monday')).toMatchObject({
      days: 60,
      recipients: ['admin'],
      format: 'csv',
    });
    await act('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
  });
});
