/** Who is logged on to self-service. */
import type { UserSession } from '@sower/api/self-service';
import { createContext, use } from 'react';

export type PersonView = {
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
