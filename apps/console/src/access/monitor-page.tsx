/** Authentication > Real-time Monitor: authentications as they happen. */
import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAuditWords } from '../administration/audit-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { isRefresh } from '../ui/refresh.ts';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';

const REFRESH_MILLISECONDS = 2_000;
const ROWS = 100;
const RESULTS = ['', 'success', 'refused'] as const;
type Result = (typeof RESULTS)[number];
const COLOURS = { success: 'green', refused: 'orange', failure: 'red' } as const;

export function Component() {
  const t = useTexts();
  const api = useApi();
  const words = useAuditWords();
  const { exact } = useTimes();
  const [paused, setPaused] = useState(false);
  const [userId, setUserId] = useState('');
  const [result, setResult] = useState<Result>('');
  const query = {
    about: 'authentication' as const,
    limit: ROWS,
    ...(userId.trim() === '' ? {} : { object: `user:${userId.trim()}` }),
    ...(result === '' ? {} : { result }),
  };
  const rows = useQuery({
    queryKey: ['audit', 'monitor', query],
    queryFn: (context) => api('listAudit', { query, quiet: isRefresh(context) }),
    placeholderData: keepPreviousData,
    refetchInterval: paused ? false : REFRESH_MILLISECONDS,
    staleTime: 0,
  });
  return (
    <Screen
      title={t('monitor.title')}
      trail={[{ label: t('menu.authentication') }]}
      intro={t('monitor.intro')}
      actions={
        <Button variant="secondary" onClick={() => setPaused(!paused)}>
          {paused ? t('monitor.resume') : t('monitor.pause')}
        </Button>
      }
    >
      <div className="sower-stack">
        <search aria-label={t('audit.filter')} className="sower-filters">
          <TextField
            label={t('monitor.userId')}
            help={t('monitor.userIdHelp')}
            value={userId}
            onChange={setUserId}
          />
          <ChoiceField
            label={t('monitor.result')}
            value={result}
            onChange={(value) => setResult(RESULTS.find((known) => known === value) ?? '')}
            choices={RESULTS.map((value) => ({
              value,
              label: value === '' ? t('ui.any') : t(`monitor.results.${value}`),
            }))}
          />
        </search>
        <p role="status">{paused ? t('monitor.paused') : t('monitor.live')}</p>
        <Loaded query={rows}>
          {({ items }) =>
            items.length === 0 ? (
              <Nothing title={t('monitor.none')} body={t('monitor.noneBody')} />
            ) : (
              <Table aria-label={t('monitor.title')} variant="compact" gridBreakPoint="grid-lg">
                <Thead>
                  <Tr>
                    <Th>{t('audit.at')}</Th>
                    <Th>{t('monitor.userId')}</Th>
                    <Th>{t('audit.result')}</Th>
                    <Th>{t('audit.action')}</Th>
                    <Th>{t('audit.actor')}</Th>
                    <Th>{t('audit.source')}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {items.map((entry) => {
                    const user = entry.object.replace(/^user:/, '');
                    return (
                      <Tr key={entry.id}>
                        <Td dataLabel={t('audit.at')}>{exact(entry.at)}</Td>
                        <Td dataLabel={t('monitor.userId')} modifier="breakWord">
                          {user === entry.object ? (
                            entry.object
                          ) : (
                            <Link to={`/users/${encodeURIComponent(user)}`}>{user}</Link>
                          )}
                        </Td>
                        <Td dataLabel={t('audit.result')}>
                          <Label color={COLOURS[entry.result]}>{words.result(entry.result)}</Label>
                        </Td>
                        <Td dataLabel={t('audit.action')} modifier="breakWord">
                          {words.action(entry.action)}
                          {entry.reason !== undefined && <div>{entry.reason}</div>}
                        </Td>
                        <Td dataLabel={t('audit.actor')} modifier="breakWord">
                          {entry.actor}
                        </Td>
                        <Td dataLabel={t('audit.source')} modifier="nowrap">
                          {entry.source ?? '–'}
                        </Td>
                      </Tr>
                    );
                  })}
                </Tbody>
              </Table>
            )
          }
        </Loaded>
      </div>
    </Screen>
  );
}
