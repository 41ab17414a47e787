/** Asks who is logged on; shows the logon page until someone is, whatever address was opened. */
import { Bullseye } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useConnection } from '../api/use-api.ts';
import { UnreachablePage } from '../shell/unreachable-page.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { Spinner } from '../ui/patternfly.tsx';
import { LogOnDialog } from './log-on-dialog.tsx';
import { LogOnPage } from './log-on-page.tsx';
import { NewPasswordPage } from './new-password-page.tsx';
import { SessionContext } from './use-session.ts';

export function SessionProvider({ children }: { children: ReactNode }) {
  const t = useTexts();
  const { api, gate } = useConnection();
  const queries = useQueryClient();
  const waiting = useSyncExternalStore(gate.subscribe, gate.waiting);
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => api('getSession', {}),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

  const forget = (): void => {
    gate.abandon();
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    queries.setQueryData(['session'], null);
  };
  if (session.isPending) {
    return (
      <Bullseye>
        <Spinner />
      </Bullseye>
    );
  }
  if (session.isError) {
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
    return <LogOnPage onLogOn={(opened) => queries.setQueryData(['session'], opened)} />;
  }
  const logOff = async (): Promise<void> => {
    await api('closeSession', {}).catch(() => undefined);
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
          onChanged={() => queries.refetchQueries({ queryKey: ['session'] })}
          onLeave={logOff}
        />
      ) : (
        children
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
            gate.open();
          }}
          onLeave={waiting === 'proof' ? gate.abandon : forget}
        />
      )}
    </SessionContext>
  );
}
