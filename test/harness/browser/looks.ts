/** A page in each theme and width, and what is wrong with it for who cannot see well, uses a keyboard or has a narrow screen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** By all of axe's rules, what is good practice as well as WCAG 2.2. @returns one line each, with the element it was found at */
export async function faults(page: Page): Promise<string[]> {
  await still(page);
  // It stays until another document is loaded.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as never as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
      // What takes the most time and no rule needs: a selector for every element that is right, and a copy of every style sheet.
      selectors: false,
      preload: { assets: ['media'] },
    });
    return violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 160)}`);
  });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return overflow > 1 ? [...found, `${overflow} px too wide`] : found;
}

export const LOOKS = ['light 1280', 'light 360', 'dark 1280', 'dark 360'] as const;

/** The page as it stands in another theme, on a wider or narrower screen. */
export async function show(page: Page, look: (typeof LOOKS)[number]): Promise<void> {
  const [colorScheme, width] = look.split(' ') as ['light' | 'dark', string];
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width: Number(width), height: 900 });
  // The page hears of it by itself, in its own time.
  await page
    .locator(colorScheme === 'dark' ? 'html.pf-v6-theme-dark' : 'html:not(.pf-v6-theme-dark)')
    .waitFor({ state: 'attached' });
  // The menu of the Security Console comes and goes with the width, a quarter of a second later.
  const menu = Number(width) < 1200 ? ':has(#menu[aria-hidden=false])' : ':has(#menu[aria-hidden=true])';
  await page.locator(`body:not(${menu})`).waitFor({ state: 'attached' });
  // A notice goes by itself unless somebody points at it: then it does not fade while it is looked at.
  const notice = page.locator('.pf-v6-c-alert-group.pf-m-toast .pf-v6-c-alert').last();
  if ((await notice.count()) > 0) await notice.hover({ timeout: 2_000 }).catch(() => undefined);
  await still(page);
}

/** What is still fading has no contrast yet, or none any more; a spinner never ends. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((each) => Number.isFinite(Number(each.effect?.getComputedTiming().endTime)));
    await Promise.all(ending.map((each) => each.finished.catch(() => undefined)));
  });
}
