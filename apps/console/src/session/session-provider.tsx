/** Asks who is logged on; shows the logon page until someone is, whatever address was opened. */
import { Bullseye } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { Fragment, type ReactNode, useRef, useSyncExternalStore } from 'react';
import { useConnection } from '../api/connection.ts';
import { isSession, useAnswer } from '../api/use-answer.ts';
import { useTexts } from '../texts/use-texts.ts';
import { UnreachablePage } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Spinner } from '../ui/patternfly.tsx';
import { LogOnDialog, LogOnPage } from './log-on-page.tsx';
import { NewPasswordPage } from './new-password-page.tsx';
import { SessionContext } from './use-console.ts';
import { useOtherTabs } from './use-other-tabs.ts';

export function SessionProvider({ children }: { children: ReactNode }) {
  const t = useTexts();
  const { api, gate } = useConnection();
  const queries = useQueryClient();
  const waiting = useSyncExternalStore(gate.subscribe, gate.waiting);
  const session = useAnswer(
    'getSession',
    {},
    { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY },
  );

  const forget = (): void => {
    gate.abandon();
    queries.removeQueries({ predicate: (query) => !isSession(query) });
    queries.setQueryData(['session'], null);
  };
  const tellOtherTabs = useOtherTabs('security-console', (who) => {
    if (who !== undefined && who === session.data?.userName) return gate.open();
    forget();
    if (who !== undefined) void session.refetch();
  });
  const notice = useNotice();
  /** Typed at logon, for the change of password that follows at once. If the page is reloaded, it has to be typed again. */
  const typed = useRef<string>(undefined);
  if (session.isPending) {
    return (
      <Bullseye>
        <Spinner />
      </Bullseye>
    );
  }
  // Not when it is read again, as in another language: what is on screen stays.
  if (session.isLoadingError) {
    return (
      <UnreachablePage
        title={t('session.unreachable')}
        error={session.error}
        onRetry={() => session.refetch()}
      />
    );
  }
  const who = session.data;
  if (who === null) {
    return (
      <LogOnPage
        onLogOn={(opened, password) => {
          typed.current = opened.mustChangePassword ? password : undefined;
          queries.setQueryData(['session'], opened);
          tellOtherTabs(opened.userName);
        }}
      />
    );
  }
  const logOff = async (): Promise<void> => {
    try {
      await api('closeSession', {});
    } catch {
      return notice(t('sessions.stillLoggedOn'), 'danger');
    }
    typed.current = undefined;
    tellOtherTabs();
    forget();
  };
  return (
    <SessionContext
      value={{
        userName: who.userName,
        permissions: who.permissions,
        logOff,
      }}
    >
      {who.mustChangePassword ? (
        <NewPasswordPage
          userName={who.userName}
          typed={typed.current}
          onChanged={() => {
            typed.current = undefined;
            return queries.refetchQueries({ queryKey: ['session'] });
          }}
          onLeave={logOff}
        />
      ) : (
        // Nothing that one person has typed may be left for the next.
        <Fragment key={who.userName}>{children}</Fragment>
      )}
      {waiting && (
        <LogOnDialog
          key={waiting}
          wanted={waiting}
          userName={who.userName}
          onLogOn={(opened) => {
            // Someone else's passkey: waiting requests were made by the previous person.
            if (opened.userName !== who.userName) forget();
            queries.setQueryData(['session'], opened);
            if (waiting === 'log-on') tellOtherTabs(opened.userName);
            gate.open();
          }}
          onLeave={waiting === 'proof' ? gate.abandon : forget}
        />
      )}
    </SessionContext>
  );
}
