/** How an app gets at its texts: generate.js makes a table for each, in src/tables/. */
import { type Loaded, type Texts, type Translate, translator } from './catalogue.ts';
import { type Language, PSEUDO } from './language.ts';
import { pseudoTexts } from './pseudo.ts';

/** By language; a language has an entry if it has a file of the app's own area. */
export type Table = { readonly [language: string]: Loaded | (() => Promise<Loaded>) };
type TableAtHand = { readonly en: Loaded; readonly [language: string]: Loaded };

export const load = async (...files: readonly Promise<{ readonly default: Texts }>[]): Promise<Texts[]> =>
  (await Promise.all(files)).map((file) => file.default);

const pseudo = ({ en = [] }: Loaded): Loaded => ({ [PSEUDO]: en.map((texts) => pseudoTexts(texts)) });

/** English if the table does not have the language. */
export async function loadTexts(table: Table, language: Language): Promise<Loaded> {
  const found = table[language] ?? table.en ?? {};
  const texts = typeof found === 'function' ? await found() : found;
  return language === PSEUDO ? pseudo(texts) : texts;
}

/** For a table that has all languages at hand: the translator of each is made when it is first needed. */
export function translatorsOf<T>(table: TableAtHand): (language: Language) => Translate<T> {
  const made = new Map<Language, Translate<T>>();
  return (language) => {
    const known = made.get(language);
    if (known) return known;
    const texts = language === PSEUDO ? pseudo(table.en) : (table[language] ?? table.en);
    const translate = translator<T>(language, texts);
    made.set(language, translate);
    return translate;
  };
}
