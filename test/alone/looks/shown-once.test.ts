/** What is shown only now, in a real Chromium of 1440 by 900 pixels: no one has to scroll for a key, a code or a PIN, nor for what is said about it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleEn as en, outcomesEn } from '../../../packages/texts/test/tables.ts';
import { findChromium } from '../../harness/browser/chromium.ts';
import { openConsole, originOf } from '../../harness/browser/console-browser.ts';
import { furnish, serialOf } from '../../harness/browser/console-pages.ts';
import { faults } from '../../harness/browser/looks.ts';
import { hiddenOf, ONCE } from '../../harness/browser/shown-once.ts';
import { SOURCE } from '../../harness/browser/titles-in-code.ts';
import { SQLITE } from '../../harness/databases.ts';
import { chromiumFor, deployed } from '../../harness/deployed.ts';

/** By the file that shows it. The PIN that the system makes is in log-on-questions.test.ts. */
const ELSEWHERE = ['ui/challenge-form.tsx'];

describe.skipIf(!findChromium() && !process.env.CI)('what is shown only now', () => {
  const { deployment } = deployed(SQLITE);
  const browser = chromiumFor(deployment);
  let page: Page;
  let context: BrowserContext;
  const walked = new Set<string>();

  beforeAll(async () => {
    await furnish(deployment);
    ({ page, context } = await openConsole(browser, deployment, { locale: 'en', width: 1440 }));
  });
  afterAll(async () => {
    await context?.close();
  });
  const go = async (path: string): Promise<void> => {
    await page.goto(`${originOf(deployment)}/console/${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  async function seen(file: string): Promise<void> {
    await page.locator(ONCE).first().waitFor();
    expect(await hiddenOf(page), file).toEqual([]);
    expect(await faults(page)).toEqual([]);
    walked.add(file);
  }

  test('the key of the API', async () => {
    await go('api-keys');
    await button(en.apiKeys.add).first().click();
    await dialog().getByRole('textbox', { name: en.apiKeys.name }).first().fill('Portal');
    await dialog().getByRole('checkbox').first().check();
    await dialog().getByRole('button', { name: en.apiKeys.addAction, exact: true }).click();
    await seen('administration/api-keys-page.tsx');
    await button(en.apiKeys.kept).click();
  });

  test('the key of an agent', async () => {
    await go('agents');
    await button(en.agents.add).first().click();
    await dialog().getByLabel(en.agents.name).fill('Plug-in');
    await dialog().getByLabel(en.agents.kind).selectOption('validate');
    await dialog().getByRole('button', { name: en.agents.addAction, exact: true }).click();
    await seen('agents/agents-page.tsx');
    await button(en.agents.kept).click();
  });

  test('the access key of a credential that agents share', async () => {
    await go('agents');
    await button(en.sharedCredentials.add).first().click();
    await dialog().getByRole('button', { name: en.agents.addAction, exact: true }).click();
    await seen('agents/shared-credentials.tsx');
    await button(en.agents.kept).click();
  });

  test('the secret of a RADIUS client', async () => {
    await go('radius-clients');
    await button(en.radiusClients.add).first().click();
    await dialog().getByLabel(en.radiusClients.name).fill('Gateway');
    await dialog().getByLabel(en.radiusClients.network).fill('192.0.2.77');
    await dialog().getByRole('button', { name: en.radiusClients.addAction, exact: true }).click();
    await seen('agents/radius-clients-page.tsx');
    await button(en.radiusClients.kept).click();
  });

  test('fifty emergency tokencodes', async () => {
    const { version } = await deployment.api('getPolicy', { params: { kind: 'emergency', domain: 'top' } });
    await deployment.api('editEmergencyPolicy', {
      params: { domain: 'top' },
      body: { setAllowed: true, setSize: 50 },
      ifMatch: version,
    });
    await go(`tokens/${serialOf(1)}`);
    await button(en.access.giveEmergency).click();
    await dialog().getByLabel(en.access.giveKind).selectOption('set');
    await dialog().getByRole('button', { name: en.access.give, exact: true }).click();
    await seen('access/token-dialogs.tsx');
    expect((await page.locator(`${ONCE} output`).textContent())?.trim().split(/\s+/)).toHaveLength(50);
    await button(en.ui.close).click();
  });

  test('the activation code, with every notice there is', async () => {
    const all = Object.values(outcomesEn.notice).map((text) => text.replace('{{deviceType}}', 'Android'));
    await page.route('**/distributions', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), notices: all } });
    });
    await go(`tokens/${serialOf(1)}/distribute`);
    const profile = page.getByLabel(en.distribute.profile);
    const found = profile.locator('option').filter({ hasText: 'Sower_CT_KIP' }).first();
    await found.waitFor({ state: 'attached' });
    await profile.selectOption({ label: (await found.textContent()) ?? '' });
    await button(en.distribute.save).click();
    await page.getByText(all.at(-1) ?? '').waitFor();
    await seen('distribute/result-view.tsx');
    await page.unrouteAll();
  });

  test('the activation code of a request', async () => {
    await deployment.api('addUser', { body: { userId: 'asking' } });
    const request = await deployment.api('requestToken', {
      body: { userId: 'asking', offer: 'Token for Android' },
    });
    await go(`requests/${request.id}`);
    await button(en.requests.distribute).click();
    await dialog().getByRole('button', { name: en.requests.distribute, exact: true }).click();
    await seen('requests/request-page.tsx');
  });

  test('each file that shows something once is walked', () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.tsx') &&
        !file.startsWith('ui/dialogs/') &&
        /<OnceValues\b|\buseOnce</.test(readFileSync(join(SOURCE, file), 'utf8')),
    );
    expect([...walked, ...ELSEWHERE].toSorted()).toEqual(files.toSorted());
  });
});
