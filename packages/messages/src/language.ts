/** The languages that Sower speaks. Adding one is a line here and a file beside each English one (docs/languages.md). */

export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
] as const;

export type Language = (typeof LANGUAGES)[number]['id'] | typeof PSEUDO;

/**
 * English with accents and brackets, made by pseudo.ts: what is shown without them does not come from the catalogue. It is offered to
 * nobody; tests ask for it by its tag.
 */
export const PSEUDO = 'en-XA';

/** The language of a BCP 47 tag, whatever its region; undefined when Sower does not speak it. */
export function languageNamed(tag: string): Language | undefined {
  const wanted = tag.toLowerCase();
  if (wanted === PSEUDO.toLowerCase()) return PSEUDO;
  return LANGUAGES.find(({ id }) => id === wanted.split('-')[0])?.id;
}
