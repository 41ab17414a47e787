/** A translation of the authenticator, added by files of texts alone: the tree is copied, built with a French file, and opened in a browser. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticatorDe, authenticatorEn } from '../../../../packages/texts/test/tables.ts';
import { type Installed, openBrowser } from '../../../harness/browser/authenticator-app.ts';
import { findChromium } from '../../../harness/browser/chromium.ts';
import { type StaticHost, staticHost } from '../../../harness/browser/static-host.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const BUILT = ['node_modules', 'dist', 'tables', 'test'];

/** Some texts of one area. A translator has only begun. */
const FRENCH = {
  settings: 'Paramètres',
  add: 'Ajouter un jeton',
  welcome: { title: 'Pas encore de jeton' },
  look: { language: 'Langue' },
};

/** The authenticator and its packages, with dependencies as they are installed. */
function copyOfTree(folder: string): void {
  const modules = join(ROOT, 'node_modules');
  for (const path of ['tsconfig.json', 'packages', 'apps/authenticator'])
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: (source) => !BUILT.includes(source.slice(source.lastIndexOf('/') + 1)),
    });
  mkdirSync(join(folder, 'node_modules/@sower'), { recursive: true });
  for (const name of readdirSync(modules))
    if (name !== '@sower') symlinkSync(join(modules, name), join(folder, 'node_modules', name));
  for (const name of readdirSync(join(folder, 'packages')))
    symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules/@sower', name));
}

describe.skipIf(!findChromium() && !process.env.CI)('a language that is a folder with one file', () => {
  let folder: string;
  let host: StaticHost;
  let opened: Installed[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-translated-'));
    copyOfTree(folder);
    mkdirSync(join(folder, 'packages/texts/src/fr'));
    writeFileSync(join(folder, 'packages/texts/src/fr/authenticator.json'), JSON.stringify(FRENCH));
    const run = (cwd: string, ...script: string[]) =>
      execFileSync(process.execPath, script, { cwd, env: { ...process.env, NODE_ENV: 'production' } });
    run(folder, join(folder, 'packages/texts/generate.js'));
    const vite = join(folder, 'node_modules/vite/bin/vite.js');
    run(join(folder, 'apps/authenticator'), vite, 'build', '--logLevel', 'error');
    host = await staticHost(join(folder, 'apps/authenticator/dist'));
    opened = [];
  });
  afterAll(async () => {
    for (const each of opened ?? []) await each.close();
    await host?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is shown to a browser that prefers it, offered in the settings, and English where it has no text', async () => {
    const french = await openBrowser({ locale: 'fr-CH' });
    opened.push(french);
    const { page } = french;
    await page.goto(`${host.origin}/`);
    await page.getByRole('heading', { name: FRENCH.welcome.title }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    await page.getByText(authenticatorEn.welcome.text).waitFor();
    await page.getByRole('button', { name: FRENCH.settings }).click();
    const language = page.getByLabel(FRENCH.look.language);
    expect(await language.locator('option').allTextContents()).toEqual(['English', 'Deutsch', 'Français']);
    await page.getByText(authenticatorEn.look.theme).waitFor();
    await language.selectOption('de');
    await page.getByText(authenticatorDe.look.theme).waitFor();
    await page.getByLabel(authenticatorDe.look.language).selectOption('fr');
    await page.getByText(FRENCH.look.language).waitFor();
  });

  test('leaves other languages to those who prefer them', async () => {
    const german = await openBrowser({ locale: 'de' });
    opened.push(german);
    await german.page.goto(`${host.origin}/`);
    await german.page.getByRole('heading', { name: authenticatorDe.welcome.title }).waitFor();
  });
});
