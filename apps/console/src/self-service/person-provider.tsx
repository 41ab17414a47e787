/** Asks who is logged on; shows the logon page until someone is, and first of all the change of a temporary password. */
import { Bullseye } from '@patternfly/react-core';
import type { UserSession } from '@sower/api/self-service';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, type ReactNode, useRef, useSyncExternalStore } from 'react';
import { useConnection } from '../api/connection.ts';
import { isProblem } from '../api/problem-words.ts';
import { isSession } from '../api/use-answer.ts';
import { useOtherTabs } from '../session/use-other-tabs.ts';
import { UnreachablePage } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Spinner } from '../ui/patternfly.tsx';
import { FirstPasswordPage } from './account/password-form.tsx';
import { LogOnPage } from './log-on-page.tsx';
import { PersonContext, useTexts } from './use-person.ts';

const KEY = ['session'] as const;

export function PersonProvider({ children }: { children: ReactNode }) {
  const t = useTexts();

  const { api, gate } = useConnection();
  const queries = useQueryClient();
  const ended = useSyncExternalStore(gate.subscribe, gate.waiting) !== undefined;
  const session = useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<UserSession | null> => {
      try {
        return await api('getUserSession', {});
      } catch (error) {
        if (isProblem(error, 'not-authenticated')) return null;
        throw error;
      }
    },
  });
  const replace = (next: UserSession | null): void => {
    queries.setQueryData(KEY, next);
  };
  const forget = (): void => queries.removeQueries({ predicate: (query) => !isSession(query) });
  const tellOtherTabs = useOtherTabs('self-service', (who) => {
    if (who === undefined || who !== session.data?.userId) {
      forget();
      replace(null);
    }
    if (who === undefined) return;
    gate.open();
    void session.refetch();
  });
  const notice = useNotice();
  /** Typed at logon, for the change of password that follows at once. If the page is reloaded, it has to be typed again. */
  const typed = useRef<string>(undefined);
  if (session.isPending) {
    return (
      <Bullseye>
        <Spinner aria-label={t('ui.loading')} />
      </Bullseye>
    );
  }
  if (session.data === undefined) {
    return (
      <UnreachablePage
        title={t('logOn.unreachable')}
        error={session.error}
        onRetry={() => session.refetch()}
      />
    );
  }
  if (session.data === null || ended) {
    return (
      <LogOnPage
        ended={ended}
        onLogOn={(opened, password) => {
          typed.current = opened.mustChangePassword ? password : undefined;
          forget();
          replace(opened);
          gate.open();
          tellOtherTabs(opened.userId);
        }}
      />
    );
  }
  const logOff = async (): Promise<void> => {
    try {
      await api('closeUserSession', {});
    } catch {
      return notice(t('sessions.stillLoggedOn'), 'danger');
    }
    typed.current = undefined;
    forget();
    replace(null);
    tellOtherTabs();
  };
  return (
    <PersonContext value={{ session: session.data, replace, logOff }}>
      {session.data.mustChangePassword ? (
        <FirstPasswordPage typed={typed.current} />
      ) : (
        // Nothing that one person has typed may be left for the next.
        <Fragment key={session.data.userId}>{children}</Fragment>
      )}
    </PersonContext>
  );
}
