/** The texts of the Self-Service Console. */
import type { Translate } from '@sower/texts/catalogue';
import { selfServiceEn } from '@sower/texts/console/self-service.en';
import { PSEUDO } from '@sower/texts/language';
import { startLanguage, useTextsOf } from '../texts/language.ts';

export type SelfServiceTexts = Translate<typeof selfServiceEn>;
export const useTexts = (): SelfServiceTexts => useTextsOf<typeof selfServiceEn>();

export const startTexts = (): Promise<void> =>
  startLanguage<typeof selfServiceEn>({
    en: selfServiceEn,
    de: async () => (await import('@sower/texts/console/self-service.de')).selfServiceDe,
    [PSEUDO]: async () => (await import('@sower/texts/pseudo')).pseudoTexts(selfServiceEn),
  });
