/**
 * What a page shows that does not come from the catalogue. The page is in the pseudo-locale, in which every text of the catalogue stands
 * in ⟦ ⟧; what has letters and stands outside of them is either a value, which the caller names, or was written into the code.
 */
import type { Page } from 'playwright-core';

/** @param isValue whether a text is data and not language: a serial number, a host, a name somebody gave */
export async function foreignTexts(page: Page, isValue: (text: string) => boolean): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
      if (node instanceof Text) {
        const parent = node.parentElement;
        if (parent && !parent.closest('script, style, noscript, template')) texts.push(node.data);
      } else if (node instanceof Element) {
        for (const name of ['aria-label', 'aria-description', 'placeholder', 'title', 'alt']) {
          const text = node.getAttribute(name);
          if (text) texts.push(text);
        }
      }
    }
    return texts;
  });
  return [...new Set(shown.map((text) => text.trim()))].filter(
    (text) => /\p{L}{2}/u.test(outsideOfBrackets(text)) && !isValue(text),
  );
}

/** A text may hold another as a value. */
function outsideOfBrackets(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '');
  return less === text ? text : outsideOfBrackets(less);
}
