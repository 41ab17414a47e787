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
