/** Home: find a person, see what needs attention, see how many tokens there are. */
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../session/use-console.ts';
import { StatisticsCards } from '../tokens/statistics-cards.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { Attention } from './attention.tsx';
import { HomeCharts } from './charts.tsx';
import { Failover } from './failover.tsx';
import { FindUser } from './find-user.tsx';
import { LastBackup } from './last-backup.tsx';
import { PasskeyOffer } from './passkey-offer.tsx';
import { SetUp } from './set-up.tsx';

export function Component() {
  const { t, api, can, userName } = useConsole();
  const sees = can('tokens:view');
  const statistics = useQuery({
    queryKey: ['statistics', '90'],
    queryFn: () => api('getStatistics', { query: { expiringDays: 90 } }),
    enabled: sees,
  });
  return (
    <Screen title={t('home.title')} intro={t('home.intro', { userName })}>
      <div className="sower-stack">
        <PasskeyOffer />
        <SetUp />
        <div className="sower-columns sower-tiles">
          {can('users:view') && <FindUser />}
          {sees && (
            <TitledCard title={t('home.attention')}>
              <div className="sower-stack">
                <Loaded query={statistics} lines={3}>
                  {(value) => <Attention statistics={value} />}
                </Loaded>
                <Failover />
                <LastBackup />
              </div>
            </TitledCard>
          )}
        </div>
        {sees && <HomeCharts />}
        {sees && <StatisticsCards query={statistics} />}
      </div>
    </Screen>
  );
}
