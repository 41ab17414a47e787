/** A person at the Security Console: logs on in a browser of their own. */
import { deepEqual } from 'node:assert/strict';
import type { Language } from '@sower/texts/language';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { adminPassword } from '../administrator.ts';
import type { Deployment } from '../deployment.ts';
import { settled } from './open-everything.ts';

export type Person = {
  readonly dark?: boolean;
  readonly width?: number;
  readonly locale?: string;
  /** Chosen in the console, whatever the browser asks for. */
  readonly language?: Language;
  readonly userName?: string;
  readonly password?: string;
  /** The page of somebody who is logged off thereby; it has read the console already. Its looks and language stay. */
  readonly after?: Page | undefined;
  /** Where the console is opened, and shows what is there after the log-on. */
  readonly path?: string;
};

/** For both consoles. */
export const chooseLanguage = (context: BrowserContext, language: Language): Promise<unknown> =>
  context.addInitScript((chosen) => localStorage.setItem('sower.language', chosen), language);

export const originOf = (deployment: Deployment): string =>
  `https://localhost:${deployment.servers[0]?.port}`;

/** Logs on, as the first administrator unless said. The page must break no policy of its own until it is closed. */
export async function openConsole(
  browser: Browser,
  deployment: Deployment,
  person: Person = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const page = person.after ?? (await newPage(browser, person));
  const context = page.context();
  if (person.after) await context.clearCookies();
  await page.goto(`${originOf(deployment)}/console/${person.path ?? ''}`);
  await page.locator('#log-on-user-name').fill(person.userName ?? 'admin');
  await page.locator('input[type=password]').fill(person.password ?? (await adminPassword(deployment)));
  await page.keyboard.press('Enter');
  await page
    .locator('#menu-toggle')
    .waitFor()
    .catch(async (error: Error) => {
      throw new Error(`${error.message}\n${page.url()} shows: ${await page.locator('body').textContent()}`);
    });
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return { page, context };
}

/** What a log-on proves lasts as long as a file of tests on a busy machine. */
export async function proveForLong({ api }: Pick<Deployment, 'api'>): Promise<void> {
  const { version } = await api('getSettings', {});
  await api('editSettings', { body: { 'logOn.freshProofMinutes': 60 }, ifMatch: version });
}

/** What a person would have read there when a test failed: a wait that ends in a timeout does not say what was there instead. */
async function showIfFailed(shown: () => Page | undefined): Promise<void> {
  // Pictures and benches, which have no tests, use this file too.
  const { onTestFailed } = await import('vitest');
  onTestFailed(async () => {
    const page = shown();
    const words = await page?.locator('[role=dialog], body').last().ariaSnapshot({ timeout: 5_000 });
    console.error(`${page?.url()}\n${words?.slice(0, 3_000)}`);
  });
}

/** For tests that share the log-on of the first administrator in a language. Each begins at an address, where all is loaded anew. */
export function sharedConsole(
  opened: () => { readonly browser: Browser; readonly deployment: Deployment },
): (locale?: 'en' | 'de', path?: string) => Promise<Page> {
  const pages = new Map<string, Page>();
  return async (locale = 'en', path = '') => {
    const { browser, deployment } = opened();
    await showIfFailed(() => pages.get(locale));
    const before = pages.get(locale);
    if (before === undefined) {
      const { page } = await openConsole(browser, deployment, { locale, path });
      pages.set(locale, page);
      return page;
    }
    await before.unrouteAll();
    await before.evaluate(() => localStorage.clear());
    await before.goto(`${originOf(deployment)}/console/${path}`);
    await before.getByRole('heading', { level: 1 }).first().waitFor();
    return before;
  };
}

async function newPage(browser: Browser, person: Person): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    colorScheme: person.dark ? 'dark' : 'light',
    viewport: { width: person.width ?? 1280, height: 900 },
    ...(person.locale === undefined ? {} : { locale: person.locale }),
  });
  if (person.language !== undefined) await chooseLanguage(context, person.language);
  const page = await context.newPage();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted ?(HTML|Script|Type)/.test(message.text()))
      violations.push(message.text());
  });
  page.on('close', () => deepEqual(violations, []));
  return page;
}

/**
 * To another page as a link of the console leads there: all that is loaded stays. On the way is an address without a page, so that what is
 * shown after it is new.
 * @param noPage the heading where there is no page
 * @param around measures what the page itself takes
 * @param at where its console is
 */
export async function follow(
  page: Page,
  path: string,
  noPage: string,
  around: (open: () => Promise<void>) => Promise<unknown> = (open) => open(),
  at: 'console' | 'self-service' = 'console',
): Promise<void> {
  const to = (address: string) =>
    page.evaluate((next) => {
      history.pushState(null, '', next);
      dispatchEvent(new PopStateEvent('popstate'));
    }, `/${at}/${address}`);
  const heading = page.getByRole('heading', { level: 1 });
  const nothing = page.getByRole('heading', { level: 1, name: noPage, exact: true });
  await to('no-such-page');
  await nothing.waitFor();
  await around(async () => {
    await to(path);
    await nothing.waitFor({ state: 'detached' });
    await heading.first().waitFor();
    await settled(page);
  });
}

/** Goes to a page by the menu: what is above it is opened first where it is closed. */
export async function byMenu(
  page: Page,
  ...path: readonly [section: string, ...rest: string[]]
): Promise<void> {
  const sections = path.slice(0, -1);
  let part = page.locator('#menu');
  for (const name of sections) {
    const heading = { name, exact: true };
    // One that is closed is opened from outside in; a closed one hides what is in it.
    const inner = part
      .locator('li', { has: page.getByRole('button', { ...heading, includeHidden: true }) })
      .last();
    // A menu that is still loading has nothing to open.
    await inner.waitFor({ state: 'attached' });
    for (const button of await inner.locator('xpath=ancestor-or-self::li/button').all()) {
      if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    }
    part = inner;
  }
  await part.getByRole('link', { name: path.at(-1) as string, exact: true }).click();
}
