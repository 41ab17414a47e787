/** What happened lately to a person and to the person's tokens. */
import { Card, CardBody, CardTitle, List, ListItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAuditWords } from '../administration/audit-words.ts';
import { useApi } from '../api/use-api.ts';
import { Loaded } from '../ui/loaded.tsx';
import { useTimes } from '../ui/times.ts';

export function RecentAudit({ userId }: { userId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const words = useAuditWords();
  const { time } = useTimes();
  const audit = useQuery({
    queryKey: ['audit', 'of', userId],
    queryFn: async () => (await api('listAudit', { query: { user: userId, limit: 12 } })).items,
  });
  return (
    <Card component="section">
      <CardTitle component="h2">{t('dashboard.recent')}</CardTitle>
      <CardBody>
        <Loaded query={audit}>
          {(entries) =>
            entries.length === 0 ? (
              <p>{t('dashboard.nothingRecent')}</p>
            ) : (
              <List isPlain isBordered>
                {entries.map((entry) => (
                  <ListItem key={entry.id}>
                    <strong>{words.action(entry.action)}</strong> – {words.result(entry.result)}
                    <br />
                    {time(entry.at)}, {entry.actor}, {entry.object}
                    {entry.reason === undefined ? '' : ` (${entry.reason})`}
                  </ListItem>
                ))}
              </List>
            )
          }
        </Loaded>
        <Link to={`/audit?user=${encodeURIComponent(userId)}`}>{t('dashboard.allAudit')}</Link>
      </CardBody>
    </Card>
  );
}
