/** The texts of the command line, and the language it speaks. */
import { type Below, type Message, type Translate, translator } from '@sower/texts/catalogue';
import type { Language } from '@sower/texts/language';
import { loadTexts } from '@sower/texts/table';
import { type Catalogue, table } from '@sower/texts/tables/cli';

export type NamesBelow<Path extends string> = Below<Catalogue, Path>;
export type CliMessage = Message<Catalogue>;
/** The key of a text that takes no values, such as the title of a column. */
export type PlainKey = Extract<CliMessage, { values?: undefined }>['code'];

/** One process speaks one language, as with setlocale(3); English until `speak` is called. */
let spoken: { readonly language: Language; readonly translate: Translate<Catalogue> } = {
  language: 'en',
  translate: translator<Catalogue>('en', table.en),
};

export const language = (): Language => spoken.language;

/** Where a word of a page may break, that of a terminal does not. */
const SOFT_HYPHEN = '\u00ad';

export const t = ((...text: Parameters<typeof spoken.translate>) =>
  spoken.translate(...text).replaceAll(SOFT_HYPHEN, '')) as Translate<Catalogue>;

export async function speak(wanted: Language): Promise<void> {
  if (wanted === spoken.language) return;
  spoken = { language: wanted, translate: translator<Catalogue>(wanted, await loadTexts(table, wanted)) };
}
