/** Counts of tokens and of distributions that are waiting; each leads to the tokens it counts. */

import { expiringBefore, type Statistics } from '@sower/api/statistics';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useTimes } from '../ui/times.ts';
import { TitledCard } from '../ui/titled-card.tsx';

type Counted = { label: string; count: number; to: string };

function Counts({ counts }: { counts: readonly Counted[] }) {
  const { count } = useTimes();
  return (
    <ul className="sower-cards sower-plain">
      {counts.map((entry) => (
        <li key={entry.label} className="sower-count">
          <Link to={entry.to} className="sower-count-link">
            <span className="sower-number">{count(entry.count)}</span>
            <span>{entry.label}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function TokenCards({ statistics }: { statistics: Statistics }) {
  const t = useTexts();
  const { tokens, expiringDays } = statistics;
  const soon = expiringBefore(Date.now(), expiringDays);
  return (
    <Counts
      counts={[
        { label: t('statistics.assigned'), count: tokens.assigned, to: '/tokens' },
        { label: t('statistics.unassigned'), count: tokens.unassigned, to: '/tokens?tab=unassigned' },
        { label: t('statistics.enabled'), count: tokens.enabled, to: '/tokens?enabled=true' },
        { label: t('statistics.disabled'), count: tokens.disabled, to: '/tokens?enabled=false' },
        {
          label: t('statistics.expiring', { count: expiringDays }),
          count: tokens.expiring,
          to: `/tokens?expired=false&expiresBefore=${soon}`,
        },
        { label: t('statistics.expired'), count: tokens.expired, to: '/tokens?expired=true' },
        { label: t('statistics.lost'), count: tokens.lost, to: '/tokens?lost=true' },
      ]}
    />
  );
}

function DistributionCards({ statistics }: { statistics: Statistics }) {
  const t = useTexts();
  const { distributions } = statistics;
  return (
    <Counts
      counts={(['issued', 'opened', 'provisioned', 'expired', 'failed'] as const).map((state) => ({
        label: t(`statistics.states.${state}`),
        count: distributions[state],
        to: `/tokens?distribution=${state}`,
      }))}
    />
  );
}

/** A card for the tokens and one for their distributions. */
export function StatisticsCards({ query }: { query: UseQueryResult<Statistics> }) {
  const t = useTexts();
  return (
    <>
      <TitledCard title={t('statistics.tokens')}>
        <Loaded query={query}>{(value) => <TokenCards statistics={value} />}</Loaded>
      </TitledCard>
      <TitledCard title={t('statistics.distributions')}>
        <Loaded query={query}>{(value) => <DistributionCards statistics={value} />}</Loaded>
      </TitledCard>
    </>
  );
}
