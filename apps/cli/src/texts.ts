/** The texts of the command line, and the language it speaks. */
import { type Message, type Translate, translator } from '@sower/texts/catalogue';
import { cliEn } from '@sower/texts/cli/all.en';
import { type Language, languageNamed, PSEUDO } from '@sower/texts/language';

export type CliTexts = typeof cliEn;
export type CliMessage = Message<CliTexts>;
/** The key of a text that takes no values, such as the title of a column. */
export type PlainKey = Extract<CliMessage, { values?: undefined }>['code'];

/** One process speaks one language, as with setlocale(3); English until `speak` is called. */
let spoken: { readonly language: Language; readonly translate: Translate<CliTexts> } = {
  language: 'en',
  translate: translator<CliTexts>('en', cliEn),
};

export const language = (): Language => spoken.language;

export const t = ((...text: Parameters<typeof spoken.translate>) =>
  spoken.translate(...text)) as Translate<CliTexts>;

/** The tables of other languages are loaded only when needed. */
const TABLES = {
  en: async () => cliEn,
  de: async () => (await import('@sower/texts/cli/all.de')).cliDe,
  [PSEUDO]: async () => (await import('@sower/texts/pseudo')).pseudoTexts<CliTexts>(cliEn),
};

export async function speak(wanted: Language): Promise<void> {
  if (wanted === spoken.language) return;
  spoken = { language: wanted, translate: translator<CliTexts>(wanted, await TABLES[wanted]()) };
}

/** As in gettext: `de_AT.UTF-8` is German; C, POSIX and languages that Sower does not have are English. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.SOWER_LANGUAGE || env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return languageNamed(locale.replace(/[.@].*$/, '').replace('_', '-')) ?? 'en';
}
