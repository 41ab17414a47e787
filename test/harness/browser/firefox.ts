/** The other browser: Debian's firefox-esr, by WebDriver BiDi, which Playwright speaks with a Firefox that is not its own. */
import { existsSync } from 'node:fs';
import { type Browser, firefox, type Page } from 'playwright-core';

const EXECUTABLE = '/usr/bin/firefox-esr';
export const hasFirefox = existsSync(EXECUTABLE);

type Session = { send(method: string, ...rest: unknown[]): Promise<unknown> };
type Key = { readonly type: 'keyDown' | 'keyUp'; readonly value: string };
type Keyboard = {
  sendText(progress: unknown, text: string): Promise<void>;
  _performActions(progress: unknown, actions: readonly Key[]): Promise<void>;
};
/** How Playwright's own tests reach what it has behind a browser and a page. */
type Inside = {
  toImpl(of: Browser): { _browserSession: Session };
  toImpl(of: Page): { keyboard: { _raw: Keyboard } };
};

export async function launchFirefox(): Promise<Browser> {
  const browser = await firefox.launch({ channel: 'moz-firefox', executablePath: EXECUTABLE });
  const inside = (browser as unknown as { _connection: Inside })._connection;

  // Playwright sets colors and the like for every page; Firefox ESR does not know that command, and answers with an error.
  const session = Object.getPrototypeOf(inside.toImpl(browser)._browserSession) as Session;
  const { send } = session;
  session.send = function (this: Session, method, ...rest) {
    return method === 'emulation.setMediaFeaturesOverride'
      ? Promise.resolve({})
      : send.call(this, method, ...rest);
  };
  // It fills a field by its value, which React takes for its own change: here every key is pressed, as a person does.
  const page = await browser.newPage();
  const keyboard = Object.getPrototypeOf(inside.toImpl(page).keyboard._raw) as Keyboard;
  keyboard.sendText = async function (this: Keyboard, progress, text) {
    const keys = [...text].flatMap((value) => [
      { type: 'keyDown', value } as const,
      { type: 'keyUp', value } as const,
    ]);
    await this._performActions(progress, keys);
  };
  await page.close();
  return browser;
}
