/** The texts of the Security Console. */

import type { Translate } from '@sower/texts/catalogue';
import type { consoleEn } from '@sower/texts/console/all.en';
import { startEn } from '@sower/texts/console/start.en';
import { PSEUDO } from '@sower/texts/language';
import { addEnglish, startLanguage, useTextsOf } from './language.ts';

export type ConsoleTexts = Translate<typeof consoleEn>;
export const useTexts = (): ConsoleTexts => useTextsOf<typeof consoleEn>();

export const startTexts = (): Promise<void> =>
  startLanguage<typeof consoleEn>({
    en: startEn,
    de: async () => (await import('@sower/texts/console/all.de')).consoleDe,
    [PSEUDO]: async () => {
      const [{ pseudoTexts }, all] = await Promise.all([
        import('@sower/texts/pseudo'),
        import('@sower/texts/console/all.en'),
      ]);
      return pseudoTexts(all.consoleEn);
    },
  });

/** What whoever is logged on sees first, with the texts of all pages. */
export const withMainTexts =
  <T>(page: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    const [loaded, { mainEn }] = await Promise.all([page(), import('@sower/texts/console/main.en')]);
    addEnglish(mainEn);
    return loaded;
  };
