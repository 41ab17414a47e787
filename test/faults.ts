/** What is wrong with a page for who cannot see well, uses a keyboard or has a narrow screen: as axe sees it, and a ruler. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Of WCAG 2.2, levels A and AA. @returns one line each, with the element it was found at */
export async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    // Pages here have no frames, and a tab for the sum of all frames' findings costs more than finding them.
    .setLegacyMode(true)
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html.slice(0, 160)}`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return overflow > 1 ? [...found, `${overflow} px too wide`] : found;
}
