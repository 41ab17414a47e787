/** The texts that both consoles have, each with its own wording: for components that both use. */
import type { Translate } from '@sower/texts/catalogue';
import type { Catalogue as SecurityConsole } from '@sower/texts/tables/console-start';
import type { Catalogue as SelfService } from '@sower/texts/tables/self-service';
import { useTextsOf } from './language.ts';

type Shared = Pick<SelfService, keyof SelfService & keyof SecurityConsole>;

export const useSharedTexts = (): Translate<Shared> => useTextsOf<Shared>();
