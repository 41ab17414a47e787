/** What is printed on letters, in the language of whoever gets one. */
import { type Translate, translator } from './catalogue.ts';
import { type Language, PSEUDO } from './language.ts';
import { lettersDe } from './letters.de.ts';
import { lettersEn } from './letters.en.ts';
import { pseudoTexts } from './pseudo.ts';

type LettersEn = typeof lettersEn;

const TRANSLATORS: Readonly<Record<Language, Translate<LettersEn>>> = {
  en: translator<LettersEn>('en', lettersEn),
  de: translator<LettersEn>('de', lettersDe),
  [PSEUDO]: translator<LettersEn>(PSEUDO, pseudoTexts<LettersEn>(lettersEn)),
};

export const lettersIn = (language: Language): Translate<LettersEn> => TRANSLATORS[language];
