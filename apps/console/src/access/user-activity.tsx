/** The activity of a user and their tokens in the last seven days, and whether they have to wait after wrong passcodes. */
import { AlertActionLink, Card, CardBody, CardTitle, List, ListItem } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useAuditWords } from '../administration/audit-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { useTimes } from '../ui/times.ts';

export function UserActivity({ userId }: { userId: string }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const words = useAuditWords();
  const { can } = useSession();
  const { time } = useTimes();
  const activity = useQuery({
    queryKey: ['activity', userId],
    queryFn: () => api('getUserActivity', { params: { userId } }),
  });
  const unlock = (): void => {
    api('unlockUser', { params: { userId } }).then(
      () => {
        notice(t('access.unlocked', { userId }));
        return queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      },
      (error: unknown) => notice(error instanceof Error ? error.message : t('ui.failed'), 'danger'),
    );
  };
  return (
    <Card component="section">
      <CardTitle component="h2">{t('activity.title')}</CardTitle>
      <CardBody>
        <Loaded query={activity}>
          {(value) => (
            <div className="sower-stack">
              {value.lockedUntil !== undefined && (
                <Alert
                  component="p"
                  isInline
                  variant="warning"
                  title={t('activity.locked', { until: time(value.lockedUntil) })}
                  {...(can('tokens:edit')
                    ? {
                        actionLinks: <AlertActionLink onClick={unlock}>{t('access.unlock')}</AlertActionLink>,
                      }
                    : {})}
                >
                  {t('activity.lockedBody')}
                </Alert>
              )}
              {value.failures > 0 && <p>{t('activity.failures', { count: value.failures })}</p>}
              {value.items.length === 0 ? (
                <p>{t('activity.none')}</p>
              ) : (
                <List
                  isPlain
                  isBordered
                  className="sower-activity"
                  tabIndex={0}
                  aria-label={t('activity.title')}
                >
                  {value.items.map((entry) => (
                    <ListItem key={entry.id}>
                      <strong>{words.action(entry.action)}</strong> – {words.result(entry.result)}
                      <br />
                      {time(entry.at)}, {entry.actor}, {entry.object}
                      {entry.reason === undefined ? '' : ` (${entry.reason})`}
                    </ListItem>
                  ))}
                </List>
              )}
            </div>
          )}
        </Loaded>
        {can('audit:view') && (
          <Link to={`/audit?object=${encodeURIComponent(`user:${userId}`)}`}>{t('dashboard.allAudit')}</Link>
        )}
      </CardBody>
    </Card>
  );
}
