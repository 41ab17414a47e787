/**
 * The language of an answer. Sentences stand in English where they arise; the other languages are tables keyed by the English form
 * (docs/decisions/0013-sentences-are-translated-at-the-edge.md). A sentence that a table does not know goes out in English.
 */
import { GERMAN } from './sentences.de.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Says an English sentence in the caller's language. */
export type Say = (sentence: string) => string;

/** RFC 9110 §12.5.4; English unless something else is wanted more. */
export function languageOf(acceptLanguage: string | undefined): Language {
  let best: { language: Language; quality: number } = { language: 'en', quality: 0 };
  for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
    const [, tag = '', weight = '1'] =
      /^\s*([a-z]{1,8}|\*)(?:-[a-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/i.exec(part) ?? [];
    const language = tag === '*' ? 'en' : LANGUAGES.find((known) => known === tag.toLowerCase());
    if (language && Number(weight) > best.quality) best = { language, quality: Number(weight) };
  }
  return best.language;
}

type Form = { readonly pieces: readonly string[]; readonly translation: string };

/** @param table English form to translation; `{1}`, `{2}` … stand for values, in English in the order they are said */
export function translator(table: Readonly<Record<string, string>>): Say {
  const forms: Form[] = Object.entries(table)
    .filter(([form]) => form.includes('{1}'))
    .map(([form, translation]) => ({ pieces: form.split(/\{\d\}/), translation }))
    // The form that says the most first: one may begin as another does.
    .sort((one, other) => other.pieces.join('').length - one.pieces.join('').length);
  const known = (sentence: string): string | undefined => {
    if (Object.hasOwn(table, sentence)) return table[sentence];
    for (const { pieces, translation } of forms) {
      const values = valuesIn(sentence, pieces);
      if (values)
        return translation.replace(/\{(\d)\}/g, (_, place: string) => value(values[Number(place) - 1] ?? ''));
    }
    return undefined;
  };
  /** A value may itself be words of ours, or a list of them. */
  const value = (text: string): string => {
    const parts = text.split(', ').map(known);
    return parts.every((part) => part !== undefined) ? parts.join(', ') : (known(text) ?? text);
  };
  return (sentence) => known(sentence) ?? sentence;
}

/** The values between the fixed pieces, or undefined when the sentence has not this form. Linear, whatever the values hold. */
function valuesIn(sentence: string, pieces: readonly string[]): string[] | undefined {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return undefined;
  const values: string[] = [];
  let from = first.length;
  const end = sentence.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = sentence.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return undefined;
    values.push(sentence.slice(from, at));
    from = at + piece.length;
  }
  if (from > end) return undefined;
  values.push(sentence.slice(from, end));
  return values;
}

const SAYERS: Readonly<Record<Language, Say>> = { en: (sentence) => sentence, de: translator(GERMAN) };

export const sayerFor = (language: Language): Say => SAYERS[language];
