/** Whether what is shown only now, and all that is said about it, is on the screen without scrolling. */
import type { Page } from 'playwright-core';

export const ONCE = '.sower-once';

/** @returns what of the values, the warning and the notices beside them is not wholly on the screen */
export const hiddenOf = (page: Page): Promise<string[]> =>
  page.evaluate(async (once) => {
    const around =
      document.querySelector('[role=dialog]') ?? document.querySelector('#main') ?? document.body;
    const parts = [
      ...document.querySelectorAll(`${once} output`),
      ...around.querySelectorAll('.pf-v6-c-alert:not(.pf-v6-c-alert-group .pf-v6-c-alert)'),
    ];
    if (document.querySelector(`${once} output`) === null) return ['nothing is shown'];
    // What an ancestor that scrolls cuts off counts as hidden, and what is below the window.
    const shares = await new Promise<IntersectionObserverEntry[]>((resolve) => {
      const seen = new Map<Element, IntersectionObserverEntry>();
      const observer = new IntersectionObserver((entries) => {
        for (const entry of entries) seen.set(entry.target, entry);
        if (seen.size === parts.length) resolve([...seen.values()]);
      });
      for (const part of parts) observer.observe(part);
    });
    return shares
      .filter(({ intersectionRatio }) => intersectionRatio < 0.99)
      .map(({ target, intersectionRatio }) => `${target.textContent?.slice(0, 60)}: ${intersectionRatio}`);
  }, ONCE);
