/** The texts that both consoles have, each with its own wording: for components that both use. */
import type { Translate } from '@sower/texts/catalogue';
import type { uiEn } from '@sower/texts/console/self-service.en';
import { useTextsOf } from './language.ts';

export const useSharedTexts = (): Translate<typeof uiEn> => useTextsOf<typeof uiEn>();
