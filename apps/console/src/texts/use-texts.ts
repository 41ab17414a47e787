/** The texts of the Security Console. */

import type { Translate } from '@sower/messages/catalogue';
import { consoleEn } from '@sower/messages/console/all.en';
import { PSEUDO } from '@sower/messages/language';
import { startLanguage, useTextsOf } from './language.ts';

export type ConsoleTexts = Translate<typeof consoleEn>;
export const useTexts = (): ConsoleTexts => useTextsOf<typeof consoleEn>();

export const startTexts = (): Promise<void> =>
  startLanguage<typeof consoleEn>({
    en: consoleEn,
    de: async () => (await import('@sower/messages/console/all.de')).consoleDe,
    [PSEUDO]: async () => (await import('@sower/messages/pseudo')).pseudoTexts(consoleEn),
  });
