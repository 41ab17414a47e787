/** What every page of the Self-Service Console works with: its texts, and who is logged on. */
import type { UserSession } from '@sower/api/self-service';
import type { Translate } from '@sower/texts/catalogue';
import { type Catalogue, table } from '@sower/texts/tables/self-service';
import { createContext, use } from 'react';
import { startLanguage, useTextsOf } from '../texts/language.ts';

type SelfServiceTexts = Translate<Catalogue>;
export const useTexts = (): SelfServiceTexts => useTextsOf<Catalogue>();

export const startTexts = (): Promise<void> => startLanguage(table);

type PersonView = {
  readonly session: UserSession;
  /** After the session got another ID or was upgraded. */
  readonly replace: (session: UserSession) => void;
  readonly logOff: () => Promise<void>;
};

export const PersonContext = createContext<PersonView | undefined>(undefined);

export function usePerson(): PersonView {
  const person = use(PersonContext);
  if (!person) throw new Error('nobody is logged on');
  return person;
}
