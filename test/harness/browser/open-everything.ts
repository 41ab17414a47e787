/**
 * Opens whatever a page of the Security Console can open: every menu and what its entries ask, every tab, every window, every form sent as
 * it is and with all its fields empty. It presses what it finds, so that what is added to a page later is opened too. It destroys nothing:
 * a window that asks before something is destroyed is looked at and closed.
 */
import type { Locator, Page, Request } from 'playwright-core';

type Way = {
  /** Looks at what is on the screen, which has no name but the way to it. */
  readonly visit: (state: string) => Promise<void>;
  /** For the log-on that comes over the page when something needs a fresh proof. */
  readonly password: string;
  /** What only leads back. */
  readonly without: readonly string[];
  /** What was pressed, for each kind of page: the page of another user has the same buttons. */
  readonly tried: Map<string, Set<string>>;
};

/** Until nothing is on its way any more, and what came is drawn. */
export async function settled(page: Page): Promise<void> {
  await idle(page);
  await page.waitForFunction(
    () =>
      document.querySelector('.sower-over form') ||
      !document.querySelector('.sower-loading[role=status], .pf-v6-c-spinner, .pf-m-in-progress'),
  );
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

export async function openEverything(page: Page, way: Way): Promise<void> {
  const address = page.url();
  const path = new URL(address).pathname;
  const kind = path.replace(/\/[^/]*\d[^/]*/g, '/*');
  const tried = way.tried.get(kind) ?? new Set(way.without);
  way.tried.set(kind, tried);
  await selectAll(page);
  for (let found = await mark(page, { not: tried }); found; found = await mark(page, { not: tried })) {
    tried.add(found.name);
    const pressed = page.locator('[data-next]');
    if (found.submit) {
      await send(page, found.name, way);
      await open(page, address);
      continue;
    }
    await pressed.click();
    await settled(page);
    if (await menuOf(page).isVisible()) await openEntries(page, found.name, pressed, tried, way);
    else await look(page, found.name, way);
    if (new URL(page.url()).pathname !== path) await open(page, address);
  }
}

/** A form of the page: with its fields empty, and as it was. */
async function send(page: Page, name: string, way: Way): Promise<void> {
  const address = page.url();
  await type(page.locator('#main'), 'empty');
  const button = page.locator('[data-next]');
  if (await button.isEnabled()) await button.click();
  await settled(page);
  await look(page, `${name}, empty`, way);
  await open(page, address);
  if (!(await mark(page, { name }))?.usable) return;
  await button.click();
  await settled(page);
  await look(page, name, way);
}

export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await settled(page);
}

const pending = new WeakMap<Page, Set<Request>>();

/** Counts what a page asks for from now on. */
export function countRequests(page: Page): void {
  const open = new Set<Request>();
  pending.set(page, open);
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
}

/** Nothing was on its way for a moment. */
async function idle(page: Page): Promise<void> {
  const open = pending.get(page);
  for (let quiet = 0, waited = 0; quiet < 2 && waited < 300; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 15));
    quiet = (open?.size ?? 0) === 0 ? quiet + 1 : 0;
  }
}

type Found = { readonly name: string; readonly submit: boolean; readonly usable: boolean };

/**
 * Marks a button of the page: the one of this name, or the next that was not pressed yet; those that send a form come last. Menus that are
 * called alike are told apart by their number.
 */
const mark = (
  page: Page,
  which: { name: string } | { not: ReadonlySet<string> },
): Promise<Found | undefined> =>
  page.evaluate(
    ({ name: wanted, not }) => {
      document.querySelector('[data-next]')?.removeAttribute('data-next');
      const seen = new Map<string, number>();
      const buttons = [...document.querySelectorAll<HTMLButtonElement>('#main button')]
        // A value to search for opens nothing, and each finds others.
        .filter((button) => button.checkVisibility() && !button.matches('.sower-facet'))
        .map((button) => {
          const label = button.getAttribute('aria-label');
          const name = (label ?? button.textContent ?? '').trim();
          const count = (seen.get(name) ?? 0) + 1;
          seen.set(name, count);
          const menu = label !== null && button.hasAttribute('aria-expanded');
          return {
            button,
            name: menu && count > 1 ? `${name} (${count})` : name,
            submit: button.type === 'submit',
            // Some are grey and say why.
            usable: !button.disabled && button.ariaDisabled !== 'true',
          };
        });
      const left = buttons.filter(({ name, usable }) => usable && !not.includes(name));
      const chosen =
        wanted === undefined
          ? (left.find(({ submit }) => !submit) ?? left[0])
          : buttons.find(({ name }) => name === wanted);
      if (chosen === undefined) return undefined;
      const { button, ...found } = chosen;
      button.setAttribute('data-next', '');
      return found;
    },
    'name' in which ? { name: which.name, not: [] as string[] } : { name: undefined, not: [...which.not] },
  );

const menuOf = (page: Page): Locator => page.locator('[role=menu]').first();

/** Each entry of a menu. Rows have the same ones: which were tried in another row are passed over. */
async function openEntries(
  page: Page,
  name: string,
  toggle: Locator,
  tried: Set<string>,
  way: Way,
): Promise<void> {
  await way.visit(name);
  const address = page.url();
  const texts = await menuOf(page).getByRole('menuitem').allTextContents();
  const row = (await toggle.getAttribute('aria-label')) !== null;
  for (const text of texts) {
    const known = row ? text : `${name}: ${text}`;
    if (tried.has(known)) continue;
    tried.add(known);
    if (!(await menuOf(page).isVisible())) {
      if (await toggle.isDisabled()) await selectAll(page);
      await toggle.click();
      await menuOf(page).waitFor();
    }
    const entry = menuOf(page).getByRole('menuitem').filter({ hasText: text }).first();
    if ((await entry.getAttribute('aria-disabled')) === 'true') continue;
    await entry.click();
    await settled(page);
    await look(page, `${name} > ${text}`, way);
    if (page.url() !== address || !(await toggle.isVisible())) {
      await open(page, address);
      return openAgain(page, name, tried, way);
    }
  }
  await page.keyboard.press('Escape');
  await menuOf(page).waitFor({ state: 'detached' });
}

/** After an entry that led elsewhere. */
async function openAgain(page: Page, name: string, tried: Set<string>, way: Way): Promise<void> {
  await selectAll(page);
  if (!(await mark(page, { name }))?.usable) return;
  const toggle = page.locator('[data-next]');
  await toggle.click();
  await menuOf(page).waitFor();
  await openEntries(page, name, toggle, tried, way);
}

/** What came of pressing something: a window, with what can be seen in it, or a change of the page. */
async function look(page: Page, name: string, way: Way): Promise<void> {
  await proveIfAsked(page, name, way);
  const window = page.getByRole('dialog').last();
  if (!(await window.isVisible())) return way.visit(name);
  for (const how of ['as it opens', 'sent as it is', 'filled in and sent', 'after that'] as const) {
    await way.visit(`${name}, ${how}`);
    const send = window.locator('button[type=submit]:not(.pf-m-danger)');
    if (how === 'filled in and sent') await type(window, 'fill');
    if (!(await send.isVisible().catch(() => false)) || !(await send.isEnabled())) {
      if (how === 'as it opens' || how === 'after that') continue;
    } else await send.click();
    await settled(page);
    await proveIfAsked(page, name, way);
    if (!(await window.isVisible())) return way.visit(`${name}, done`);
  }
  await close(page);
}

/** What was asked for waits until whoever is logged on has proved it. */
export async function proveIfAsked(
  page: Page,
  name: string,
  { visit, password }: Pick<Way, 'visit' | 'password'>,
): Promise<void> {
  const over = page.locator('.sower-over form');
  if (!(await over.isVisible())) return;
  await visit(`${name}, log on`);
  await over.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  // With a passkey, where there is one.
  const passkey = over.locator('button.pf-m-primary');
  await passkey.or(page.locator('body:not([inert])')).first().waitFor();
  if (await passkey.isVisible()) {
    await visit(`${name}, log on by passkey`);
    await passkey.click();
  }
  await over.waitFor({ state: 'detached' });
  await settled(page);
}

/** By Escape, or where that is not enough by the button that leaves it. */
async function close(page: Page): Promise<void> {
  const window = page.getByRole('dialog').last();
  await page.keyboard.press('Escape');
  const gone = await window.waitFor({ state: 'detached', timeout: 1_000 }).then(
    () => true,
    () => false,
  );
  if (!gone) await window.locator('button').last().click();
  await window.waitFor({ state: 'detached' });
  await settled(page);
}

/** What is typed comes at once into all fields that can be seen: empty, or something where nothing stands, wrong where it can be. */
const type = (place: Locator, how: 'empty' | 'fill'): Promise<void> =>
  place.evaluate((element, filling) => {
    const put = (field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, value: string): void => {
      // As React hears it.
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value')?.set?.call(
        field,
        value,
      );
      field.dispatchEvent(
        new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }),
      );
    };
    const usable = (field: { disabled: boolean } & Element): boolean =>
      !field.disabled && field.checkVisibility();
    for (const field of element.querySelectorAll<HTMLInputElement>('input, textarea')) {
      if (!usable(field) || /checkbox|radio|file|hidden/.test(field.type)) continue;
      if (!filling) put(field, '');
      else if (field.value === '')
        put(
          field,
          { date: '2031-01-31', 'datetime-local': '2031-01-31T08:00', number: '7' }[field.type] ?? 'x',
        );
    }
    if (!filling) return;
    const boxes = [...element.querySelectorAll<HTMLInputElement>('input[type=checkbox]')].filter(usable);
    if (!boxes.some(({ checked }) => checked)) boxes[0]?.click();
    for (const list of element.querySelectorAll('select')) {
      const last = [...list.options].findLast(({ disabled }) => !disabled);
      if (usable(list) && last) put(list, last.value);
    }
  }, how === 'fill');

async function selectAll(page: Page): Promise<void> {
  const all = page.locator('#select-all');
  if (await all.isVisible()) await all.check();
}
