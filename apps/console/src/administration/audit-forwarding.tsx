/** Where the audit trail is forwarded to, and how far behind each destination is; nothing if it is forwarded nowhere. */
import type { AuditForward } from '@sower/api/audit-forwarding';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useConsole } from '../session/use-console.ts';
import { ItemTable } from '../ui/lists/item-table.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

export function AuditForwarding() {
  const api = useApi();
  const forwarding = useQuery({
    queryKey: ['audit-forwarding'],
    queryFn: () => api('listAuditForwarding', {}),
  });
  return (
    <Loaded query={forwarding} lines={2}>
      {({ items }) => items.length > 0 && <Places items={items} />}
    </Loaded>
  );
}

function Places({ items }: { items: readonly AuditForward[] }) {
  const { t, time, count } = useConsole();
  return (
    <TitledCard title={t('audit.forwarding.title')}>
      <ItemTable
        label={t('audit.forwarding.title')}
        breakAt="grid-md"
        items={items}
        keyOf={({ target }) => target}
        columns={[
          { label: t('audit.forwarding.target'), modifier: 'breakWord', cell: ({ target }) => target },
          { label: t('audit.forwarding.lag'), cell: ({ lag }) => count(lag) },
          {
            label: t('audit.forwarding.sentAt'),
            cell: ({ sentAt }) => (sentAt === undefined ? '–' : time(sentAt)),
          },
          {
            label: t('audit.forwarding.failure'),
            modifier: 'breakWord',
            cell: ({ failure }) => failure ?? '–',
          },
          {
            label: t('audit.forwarding.setAside'),
            cell: ({ setAside = 0 }) =>
              setAside === 0 ? '–' : <Link to="/audit?action=audit.set-aside">{count(setAside)}</Link>,
          },
        ]}
      />
    </TitledCard>
  );
}
