/** The activity of a user and their tokens in the last seven days, and whether they have to wait after wrong passcodes. */
import { AlertActionLink } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { useAtOnce } from '../ui/use-work.ts';
import { TimeLine } from './time-line.tsx';

export function UserActivity({ userId }: { userId: string }) {
  const { t, api, can, time } = useConsole();
  const atOnce = useAtOnce();
  const activity = useQuery({
    queryKey: ['activity', userId],
    queryFn: () => api('getUserActivity', { params: { userId } }),
  });
  const unlock = (): void =>
    atOnce(api('unlockUser', { params: { userId } }), t('access.unlocked', { userId }));
  return (
    <TitledCard title={t('activity.title')}>
      <Loaded query={activity}>
        {(value) => (
          <div className="sower-stack">
            {value.lockedUntil !== undefined && (
              <Alert
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
              <TimeLine label={t('activity.title')} entries={value.items} />
            )}
          </div>
        )}
      </Loaded>
      {can('audit:view') && (
        <Link to={`/audit?user=${encodeURIComponent(userId)}`}>{t('dashboard.allAudit')}</Link>
      )}
    </TitledCard>
  );
}
