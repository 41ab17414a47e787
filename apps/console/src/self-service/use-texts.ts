/** The texts of the Self-Service Console. */
import type { Translate } from '@sower/texts/catalogue';
import { type Catalogue, table } from '@sower/texts/tables/self-service';
import { startLanguage, useTextsOf } from '../texts/language.ts';

export type SelfServiceTexts = Translate<Catalogue>;
export const useTexts = (): SelfServiceTexts => useTextsOf<Catalogue>();

export const startTexts = (): Promise<void> => startLanguage(table);
