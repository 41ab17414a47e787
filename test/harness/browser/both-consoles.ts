/** One page that goes through both consoles: the administrator's, and that of a user with a token to activate. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { consoleDe, selfServiceDe } from '../../../packages/texts/test/tables.ts';
import type { Deployment } from '../deployment.ts';
import { openConsole, originOf } from './console-browser.ts';
import { CONSOLE_PAGES, furnish } from './console-pages.ts';
import { furnishSelfService, GIVEN_PASSWORD, newPerson } from './self-service-pages.ts';

/** A console: where it is, what its pages are, and what a page says that does not exist. */
export type ConsoleOf = {
  readonly at: 'console' | 'self-service';
  readonly noPage: string;
  readonly pages: readonly string[];
};

export type BothConsoles = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly consoles: readonly ConsoleOf[];
  /** Loads a console as a browser does that is led there from outside. */
  load(console: ConsoleOf, path?: string): Promise<void>;
};

/** In German, whose words are longer. */
export async function openBothConsoles(browser: Browser, deployment: Deployment): Promise<BothConsoles> {
  await furnish(deployment);
  await furnishSelfService(deployment);
  const { page, context } = await openConsole(browser, deployment, { locale: 'de' });
  const { userId, serial } = await newPerson(deployment);
  const credentials = { method: 'password', userId, password: GIVEN_PASSWORD };
  await deployment.api('setUserPassword', {
    params: { userId },
    body: { password: credentials.password, mustChange: false },
  });
  // The cookies of the two consoles are apart, so that one page can go through both.
  await page.evaluate(
    (body) =>
      fetch('/api/v1/self-service/session', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      }),
    JSON.stringify(credentials),
  );
  return {
    page,
    context,
    consoles: [
      { at: 'console', noPage: consoleDe.shell.noPage, pages: CONSOLE_PAGES },
      {
        at: 'self-service',
        noPage: selfServiceDe.noPage,
        pages: ['', `tokens/${serial}/activate`, 'move', 'sessions', 'mail', 'password'],
      },
    ],
    load: async ({ at }, path = '') => {
      await page.goto(`${originOf(deployment)}/${at}/${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    },
  };
}
