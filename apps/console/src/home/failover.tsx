/** What a failover of the database costs here, in one sentence. Nothing where no standby follows. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useConsole } from '../session/use-console.ts';

export function Failover() {
  const { t, api, can } = useConsole();
  const nodes = useQuery({
    queryKey: ['nodes'],
    queryFn: () => api('listNodes', {}),
    enabled: can('settings:edit'),
  });
  const replication = nodes.data?.database.replication;
  if (replication !== 'awaited' && replication !== 'not-awaited') return null;
  return (
    <p>
      {t(`home.failover.${replication}`)} <Link to="/nodes">{t('home.alertsLink')}</Link>
    </p>
  );
}
