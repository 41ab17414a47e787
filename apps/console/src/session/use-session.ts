/** Who is logged on, and their rights. Only hides what the server would refuse anyway. */
import type { Permission } from '@sower/api/permissions';
import { createContext, use } from 'react';

export type SessionView = {
  readonly userName: string;
  readonly permissions: readonly Permission[];
  readonly logOff: () => Promise<void>;
};

export const SessionContext = createContext<SessionView | undefined>(undefined);

export function useSession(): SessionView & { readonly can: (permission: Permission) => boolean } {
  const session = use(SessionContext);
  if (!session) throw new Error('no session');
  return { ...session, can: (permission) => session.permissions.includes(permission) };
}
