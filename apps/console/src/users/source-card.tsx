/** The directory that a user comes from, what is there, and what it owns: that is changed there. */
import { Label } from '@patternfly/react-core';
import type { User } from '@sower/api/users';
import { Link } from 'react-router';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Facts } from '../ui/facts.tsx';
import { useTimes } from '../ui/times.ts';
import { TitledCard } from '../ui/titled-card.tsx';

type Source = NonNullable<User['source']>;

const COLORS = {
  active: 'green',
  disabled: 'grey',
  expired: 'orange',
  locked: 'orange',
  gone: 'red',
} as const satisfies Record<Source['state'], string>;

/** While it is so in the directory, the user cannot be enabled here. */
export const isBarred = (source: Source | undefined): boolean =>
  source !== undefined && ['disabled', 'expired', 'gone'].includes(source.state);

export function SourceCard({ source }: { source: Source }) {
  const t = useTexts();
  const { time } = useTimes();
  const { can } = useSession();
  return (
    <TitledCard title={t('userSource.title')}>
      <div className="sower-stack">
        <Facts
          facts={[
            [
              t('userSource.title'),
              can('settings:edit') ? (
                <Link key="source" to={`/identity-sources/${source.id}`}>
                  {source.name}
                </Link>
              ) : (
                source.name
              ),
            ],
            [
              t('userSource.in'),
              <Label key="state" color={COLORS[source.state]}>
                {t(`userSource.states.${source.state}`)}
              </Label>,
            ],
            [t('userSource.since'), time(source.since)],
            [
              t('userSource.entry'),
              <span key="entry" className="sower-wrap">
                {source.entry || '–'}
              </span>,
            ],
          ]}
        />
        <p>{t('userSource.owned')}</p>
        {isBarred(source) && <p>{t('userSource.ownedDisabled')}</p>}
      </div>
    </TitledCard>
  );
}
