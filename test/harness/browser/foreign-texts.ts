/**
 * What a page shows that does not come from the catalogue. The page is in the pseudo-locale, in which every text of the catalogue stands
 * in ⟦ ⟧; what has letters and stands outside of them is either a value, which the caller names, or was written into the code.
 */
import type { Texts } from '@sower/texts/catalogue';
import { pseudoText } from '@sower/texts/pseudo';
import type { Page } from 'playwright-core';

/** @param isValue whether a text is data and not language: a serial number, a host, a name somebody gave */
export async function foreignTexts(page: Page, isValue: (text: string) => boolean): Promise<string[]> {
  return (await shownTexts(page)).filter(
    (text) => /\p{L}{2}/u.test(outsideOfBrackets(text)) && !isValue(text),
  );
}

/** All that can be read or is read out. */
export async function shownTexts(page: Page): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = walker.currentNode; node; node = walker.nextNode()) {
      if (node instanceof Text) {
        const parent = node.parentElement;
        // The name of an option stands in an element of its own, in the middle of a text.
        const whole = parent?.matches('.sower-option')
          ? parent.parentElement
          : parent?.querySelector(':scope > .sower-option') && parent;
        // A part that says its own language is in that one: the preview of a mail, the documentation.
        // What stands in a block of code is a request or an answer as it went over the wire.
        if (parent && !parent.closest('script, style, noscript, template, pre, #root [lang]'))
          texts.push(whole?.textContent ?? node.data);
      } else if (node instanceof Element && !node.closest('#root [lang]')) {
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
  return [...new Set(shown.map((text) => text.trim()))];
}

/**
 * Which of these is English, where another language is shown: it is a text of an English table, with whatever values, and of none in the
 * other language.
 */
export function englishTexts(english: readonly Texts[], other: readonly Texts[]): (text: string) => boolean {
  const isEnglish = isOneOf(english);
  const isOther = isOneOf(other);
  const known = new Map<string, boolean>();
  return (text) => {
    const found = known.get(text) ?? (isEnglish(text) && !isOther(text));
    known.set(text, found);
    return found;
  };
}

function isOneOf(tables: readonly Texts[]): (text: string) => boolean {
  const leaves = (texts: Texts): string[] =>
    Object.values(texts).flatMap((text) => (typeof text === 'string' ? [text] : leaves(text)));
  const all = tables.flatMap(leaves);
  const whole = new Set(all);
  const patterns = all
    .map((text) => text.split(VALUE))
    // What has no word of its own says nothing of a language.
    .filter((parts) => parts.length > 1 && /\p{L}{2}/u.test(parts.join(' ')))
    .map((parts) => new RegExp(`^${parts.map(escaped).join('.+')}$`, 'su'));
  return (text) => whole.has(text) || patterns.some((pattern) => pattern.test(text));
}

const VALUE = /\{\{.*?\}\}/;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** How a text of the catalogue looks in the pseudo-locale, with any values. */
export const pseudoPattern = (text: string): RegExp =>
  new RegExp(`^${pseudoText(text).split(VALUE).map(escaped).join('.*')}$`, 'su');

/** What is the same in every language, whatever the page: names that we do not translate, ids, addresses, and times as Intl writes them. */
export function isNeutral(text: string): boolean {
  return NEUTRAL.some((pattern) => pattern.test(text));
}
const NEUTRAL = [
  /^(Sower|SecurID|TOTP|HOTP|RSA|CSV|PDF|UTC|English|Deutsch)$/,
  // A version of a build.
  /^\d+\.\d+\.\d+\+g[0-9a-f]+$/,
  // A month of a year.
  /^\p{L}{3,9} \d{4}$/u,
  // Nov 26, 2026, 6:48 AM, perhaps with days left in brackets of ours
  /^\p{L}{3} \d{1,2}, \d{4}(, \d{1,2}:\d\d(:\d\d)? [AP]M)?( \(.*⟧\))?$/u,
  // Objects and actors of the audit trail, permissions
  /^(⟦[^⟦⟧]*⟧|[a-z-]+:[\w :-]+)(, \p{L}{3} \d{1,2}, \d{4}, \d{1,2}:\d\d [AP]M)?$/iu,
  /^[a-z-]+:⟦.*⟧$/u,
  /^(authenticate|client|server|system)$/,
  /^(acme|agents|api|audit|coexistence|ctkip|database|mail|radius|retention|settings)$/,
  // A time of day.
  /^\d{1,2}:\d\d(:\d\d)? [AP]M$/,
  // Names of fields, as the audit trail has them.
  /^\(\w+(, \w+)*\)$/,
  /^(CN=|DNS:)/,
  // Distinguished names
  /^(cn|uid|ou|dc)=[\w.-]+(,(ou|dc)=[\w.-]+)*$/i,
  /^(RSA|EC|ECDSA) \w+( with SHA-256| SHA-256)?$/,
  /^(ECDSA with SHA-256|RSA-\d{4})$/,
  // Fingerprints
  /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
  /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/,
  // When a schedule is due
  /^[\d*,/ -]+ UTC$/,
  // IDs, and access IDs.
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^[0-9a-f]{32}$/,
  /^[a-z.]+:\/\/\S+$/,
  /^\{\{?\w+\}\}?$/,
  /^Mozilla\//,
  // Made by chance: secrets, keys, requests to be signed.
  /^[\w-]{32,}$/,
  /^-----BEGIN /,
  // A command to be copied.
  /^echo '.*radclient /,
];

/** What is left: values, and what does not come from the catalogue. A text may hold another as a value. */
export function outsideOfBrackets(text: string): string {
  const less = text.replace(/⟦[^⟦⟧]*⟧/g, '');
  return less === text ? text : outsideOfBrackets(less);
}
