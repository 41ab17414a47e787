/**
 * What every page of the Security Console works with: its texts, the API, who is logged on with their rights, times in words, and what is
 * said and asked for again once something is done.
 */
import type { Permission } from '@sower/api/permissions';
import { createContext, use } from 'react';
import { useApi } from '../api/connection.ts';
import { useTexts } from '../texts/use-texts.ts';
import { useNotice } from '../ui/notices.tsx';
import { useTimes } from '../ui/times.ts';
import { useDone, useRefresh } from '../ui/use-work.ts';

export const useConsole = () => ({
  ...{ t: useTexts(), api: useApi() },
  ...useSession(),
  ...useTimes(),
  ...{ notice: useNotice(), refresh: useRefresh(), done: useDone() },
});

/** Who is logged on, and their rights. Only hides what the server would refuse anyway. */
type SessionView = {
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
