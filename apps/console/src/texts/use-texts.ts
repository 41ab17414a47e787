/** The texts of the Security Console. */

import type { Translate } from '@sower/messages/catalogue';
import type { consoleEn } from '@sower/messages/console/all.en';
import { startEn } from '@sower/messages/console/start.en';
import { PSEUDO } from '@sower/messages/language';
import { addEnglish, startLanguage, useTextsOf } from './language.ts';

export type ConsoleTexts = Translate<typeof consoleEn>;
export const useTexts = (): ConsoleTexts => useTextsOf<typeof consoleEn>();

export const startTexts = (): Promise<void> =>
  startLanguage<typeof consoleEn>({
    en: startEn,
    de: async () => (await import('@sower/messages/console/all.de')).consoleDe,
    [PSEUDO]: async () => {
      const [{ pseudoTexts }, all] = await Promise.all([
        import('@sower/messages/pseudo'),
        import('@sower/messages/console/all.en'),
      ]);
      return pseudoTexts(all.consoleEn);
    },
  });

/** What whoever is logged on sees first, with the texts of all pages. */
export const withMainTexts =
  <T>(page: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    const [loaded, { mainEn }] = await Promise.all([page(), import('@sower/messages/console/main.en')]);
    addEnglish(mainEn);
    return loaded;
  };
