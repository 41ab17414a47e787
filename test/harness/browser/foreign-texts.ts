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
        for (const name of [
          'aria-label',
          'aria-description',
          'aria-valuetext',
          'placeholder',
          'title',
          'alt',
        ]) {
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

/** What is the same in every language, whatever the page: names that we do not translate, ids, addresses, and times as Intl writes them. */
export function isNeutral(text: string): boolean {
  return NEUTRAL.some((pattern) => pattern.test(text));
}
const NEUTRAL = [
  /^(Sower|SecurID|TOTP|HOTP|RSA|English|Deutsch)$/,
  // Nov 26, 2026, 6:48 AM, perhaps with days left in brackets of ours
  /^\p{L}{3} \d{1,2}, \d{4}(, \d{1,2}:\d\d(:\d\d)? [AP]M)?( \(.*⟧\))?$/u,
  // Objects and actors of the audit trail, permissions
  /^[a-z-]+:[\w :-]+$/i,
  /^(authenticate)$/,
  /^(CN=|DNS:)/,
  /^(RSA|EC|ECDSA) \w+( with SHA-256| SHA-256)?$/,
  /^ECDSA with SHA-256$/,
  /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^[a-z.]+:\/\/\S+$/,
  /^\{\{?\w+\}\}?$/,
  /^Mozilla\//,
];

/** What is left: values, and what does not come from the catalogue. A text may hold another as a value. */
export function outsideOfBrackets(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '');
  return less === text ? text : outsideOfBrackets(less);
}
