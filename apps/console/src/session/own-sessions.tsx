/** One's own sessions, in either console: end one, or all others. */
import { Content, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/connection.ts';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTimes } from '../ui/times.ts';
import { browserName } from './browser-name.ts';

const KEY = ['session', 'all'] as const;

export function OwnSessions({ of }: { of: 'administrator' | 'user' }) {
  const t = useSharedTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const { time } = useTimes();
  const sessions = useQuery({
    queryKey: KEY,
    queryFn: () => (of === 'user' ? api('listOwnUserSessions', {}) : api('listOwnSessions', {})),
    staleTime: 0,
  });
  const end = useMutation({
    /** @param id absent: all others */
    mutationFn: (id?: string) => {
      if (id === undefined) {
        return of === 'user' ? api('endOtherUserSessions', {}) : api('endOtherSessions', {});
      }
      const params = { id };
      return of === 'user' ? api('endOwnUserSession', { params }) : api('endOwnSession', { params });
    },
    onSuccess: (_, id) => notice(t(id === undefined ? 'sessions.othersEnded' : 'sessions.ended')),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <Loaded query={sessions}>
      {({ items }) => (
        <>
          <Content component="p">{t('sessions.body')}</Content>
          <ProblemAlert error={end.error} />
          <Table aria-label={t('sessions.title')} variant="compact" gridBreakPoint="grid-md">
            <Thead>
              <Tr>
                <Th>{t('sessions.browser')}</Th>
                <Th>{t('sessions.source')}</Th>
                <Th>{t('sessions.opened')}</Th>
                <Th>{t('sessions.lastUsed')}</Th>
                <Th screenReaderText={t('ui.actions')} />
              </Tr>
            </Thead>
            <Tbody>
              {items.map(({ id, current, userAgent, source, openedAt, lastUsedAt }) => {
                const browser = browserName(userAgent) ?? t('sessions.unknown');
                return (
                  <Tr key={id}>
                    <Td dataLabel={t('sessions.browser')} modifier="breakWord">
                      {browser}
                    </Td>
                    <Td dataLabel={t('sessions.source')} modifier="breakWord">
                      {source ?? ''}
                    </Td>
                    <Td dataLabel={t('sessions.opened')}>{time(openedAt)}</Td>
                    <Td dataLabel={t('sessions.lastUsed')}>{time(lastUsedAt)}</Td>
                    <Td isActionCell={!current}>
                      {current ? (
                        <Label>{t('sessions.current')}</Label>
                      ) : (
                        <Button
                          variant="secondary"
                          aria-label={t('sessions.endNamed', { browser, at: time(openedAt) })}
                          isDisabled={end.isPending}
                          onClick={() => end.mutate(id)}
                        >
                          {t('sessions.end')}
                        </Button>
                      )}
                    </Td>
                  </Tr>
                );
              })}
            </Tbody>
          </Table>
          {items.length > 1 && (
            <div>
              <Button
                variant="secondary"
                isDanger
                isDisabled={end.isPending}
                onClick={() => end.mutate(undefined)}
              >
                {t('sessions.endOthers')}
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  );
}
