/** The history of a token from the audit trail, for those who may read it: the latest entries, and the way to all of them. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { Loaded } from '../ui/loaded.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { TimeLine } from './time-line.tsx';

const LATEST = 50;

export function TokenHistory({ serial }: { serial: string }) {
  const { t, api } = useConsole();
  const object = `token:${serial}`;
  const history = useQuery({
    queryKey: ['token', serial, 'history'],
    queryFn: () => api('listAudit', { query: { object, limit: LATEST } }),
  });
  return (
    <TitledCard title={t('activity.ofToken')}>
      <Loaded query={history}>
        {({ items }) => (
          <div className="sower-stack">
            <TimeLine label={t('activity.ofToken')} entries={items} />
            <Link to={`/audit?object=${encodeURIComponent(object)}`}>{t('activity.inLog')}</Link>
          </div>
        )}
      </Loaded>
    </TitledCard>
  );
}
