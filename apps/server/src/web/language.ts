/** The language of an answer, and its wording. */

import { type Language, languageNamed } from '@sower/texts/language';
import { outcomesIn, type Text } from '@sower/texts/outcomes';
import { table } from '@sower/texts/tables/outcomes';

/** Puts a text into the caller's language. */
export type InWords = (text: Text) => string;

/** RFC 9110 §12.5.4; English unless another language is preferred. */
export function languageOf(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'en';
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 };
  for (const part of acceptLanguage.slice(0, 500).split(',')) {
    const [, range = '', weight = '1'] =
      /^\s*([a-z]{1,8}(?:-[a-z0-9-]*)?|\*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(part) ?? [];
    const language = range === '*' ? 'en' : languageNamed(range, table);
    if (language && Number(weight) > best.quality) best = { language, quality: Number(weight) };
  }
  return best.language;
}

export const wordsFor = (acceptLanguage: string | undefined): InWords =>
  outcomesIn(languageOf(acceptLanguage));
