/** A page in each theme and width, and what is wrong with it for who cannot see well, uses a keyboard or has a narrow screen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { LONG, SEED } from '../randomness.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where the pages are kept as pictures, when they are wanted. */
const PICTURES = process.env.SOWER_PICTURES;

/** In which themes and widths the menu of a page was looked at. */
const menus = new WeakMap<Page, Set<string>>();

/** By all of axe's rules, what is good practice as well as WCAG 2.2. @returns one line each, with the element it was found at */
export async function faults(page: Page): Promise<string[]> {
  await still(page);
  // It stays until another document is loaded.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const seen = menus.get(page) ?? new Set();
  menus.set(page, seen);
  const { found, menu } = await page.evaluate(
    async (known) => {
      const bar = document.querySelector('#menu');
      const shown = `${document.documentElement.className}, ${innerWidth} px, hidden: ${bar?.ariaHidden}`;
      // Half of what there is on many pages, and the same on all of them.
      const exclude = known.includes(shown) ? ['#menu'] : [];
      const { violations } = await (window as never as { axe: typeof axe }).axe.run(
        { include: [':root'], exclude },
        {
          resultTypes: ['violations'],
          // What takes the most time and no rule needs: a selector for every element that is right, and a copy of every style sheet.
          selectors: false,
          preload: { assets: ['media'] },
        },
      );
      // What is too wide moves or cuts off the document, the main part of a console, or a window over it.
      const places = [...document.querySelectorAll('[role=dialog], .pf-v6-c-modal-box__body')];
      for (let at = document.querySelector('#main'); at; at = at.parentElement) places.push(at);
      const wide = [document.documentElement, ...places]
        .filter((each) => each.scrollWidth - each.clientWidth > 1 && each.clientWidth > 0)
        .map(
          (each) => `${each.scrollWidth - each.clientWidth} px too wide: ${each.tagName} ${each.className}`,
        );
      return {
        found: [...violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 160)}`), ...wide],
        // Behind a window it is not there for axe.
        menu: bar && !document.querySelector('[role=dialog]') ? shown : undefined,
      };
    },
    [...seen],
  );
  if (menu !== undefined) seen.add(menu);
  return found;
}

/** Each differs from the one before in one thing, which is half the work of drawing it. */
export const LOOKS = ['light 1280', 'light 360', 'dark 360', 'dark 1280'] as const;
export type Look = (typeof LOOKS)[number];

/**
 * For the states of a page that is walked through in both languages: what is wrong with a theme, a width or a longer word is seen in one of
 * these. All four looks are for each page as it opens. The last is the one in which a test goes on, so that nothing has to change.
 */
export const LOOKS_IN = { en: ['light 1280'], de: ['dark 360', 'dark 1280'] } as const;

/**
 * The looks of a walk through all pages: one of the two, chosen by the seed of the run. Both with TEST_LONG=1, the last first at every second
 * turn, so that nothing has to change between two pages.
 */
export function looksOf(looks: readonly [Look, Look], turn: number): readonly Look[] {
  if (LONG) return turn % 2 === 0 ? looks : looks.toReversed();
  return [looks[SEED % 2] as Look];
}

/** The page as it stands in another theme, on a wider or narrower screen. */
export async function show(page: Page, look: `${'light' | 'dark'} ${number}`): Promise<void> {
  const [colorScheme, width] = look.split(' ') as ['light' | 'dark', string];
  // Both at once: whatever is between them would be drawn as well.
  await Promise.all([
    page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }),
    page.setViewportSize({ width: Number(width), height: 900 }),
  ]);
  // The page hears of it by itself, in its own time.
  await page
    .locator(colorScheme === 'dark' ? 'html.pf-v6-theme-dark' : 'html:not(.pf-v6-theme-dark)')
    .waitFor({ state: 'attached' });
  await still(page);
  // The menu of the Security Console comes and goes with the width.
  const menu = Number(width) < 1200 ? ':has(#menu[aria-hidden=false])' : ':has(#menu[aria-hidden=true])';
  await page.locator(`body:not(${menu})`).waitFor({ state: 'attached' });
  // A notice goes by itself unless somebody points at it: then it does not fade while it is looked at.
  const notice = page.locator('.pf-v6-c-alert-group.pf-m-toast .pf-v6-c-alert').last();
  if ((await notice.count()) > 0) await notice.hover({ timeout: 2_000 }).catch(() => undefined);
  await still(page);
}

/** What is wrong with the page in each of these, the last of which stays; with pictures where pictures are wanted. */
export async function inspect(page: Page, name: string, looks: readonly Look[]): Promise<string[]> {
  const found: string[] = [];
  for (const look of looks) {
    await show(page, look);
    if (PICTURES) {
      const file = `${name} ${look}.png`.replace(/[/?]/g, '-');
      await page.screenshot({ path: join(PICTURES, file), fullPage: true });
    }
    found.push(...(await faults(page)).map((fault) => `${name}, ${look}: ${fault}`));
  }
  return found;
}

/** What is still fading has no contrast yet, or none any more: it is brought to its end, and each frame on the way is spared. A spinner has none. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((each) => Number.isFinite(Number(each.effect?.getComputedTiming().endTime)));
    for (const each of ending) each.finish();
    // The page hears of that with the next frame.
    if (ending.length > 0)
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
}
