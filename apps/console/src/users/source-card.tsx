/** The directory that a user comes from, what is there, and what it owns: that is changed there. */
import { Label } from '@patternfly/react-core';
import type { EntryField, LookedUpUser } from '@sower/api/identity-sources';
import type { User } from '@sower/api/users';
import { useMutation } from '@tanstack/react-query';
import { useConsole } from '../session/use-console.ts';
import { Link } from '../ui/link.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Facts, TitledCard, wrapped } from '../ui/titled-card.tsx';

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

export function SourceCard({ userId, source }: { userId: string; source: Source }) {
  const { t, time } = useConsole();
  return (
    <TitledCard title={t('userSource.title')} stacked>
      <Facts
        facts={[
          [
            t('userSource.title'),
            <Link key="source" to={`/identity-sources/${source.id}`}>
              {source.name}
            </Link>,
          ],
          [
            t('userSource.in'),
            <Label key="state" color={COLORS[source.state]}>
              {t(`userSource.states.${source.state}`)}
            </Label>,
          ],
          [t('userSource.since'), time(source.since)],
          [t('userSource.entry'), wrapped(source.entry || '–')],
        ]}
      />
      <p>{t('userSource.owned')}</p>
      {isBarred(source) && <p>{t('userSource.ownedDisabled')}</p>}
      <AskedNow userId={userId} />
    </TitledCard>
  );
}

/** What the directory says at this time; the state above is that of the last run. */
function AskedNow({ userId }: { userId: string }) {
  const { t, api } = useConsole();
  const asking = useMutation({ mutationFn: () => api('lookUpUser', { params: { userId } }) });
  const { data } = asking;
  return (
    <>
      <ProblemAlert error={asking.error} />
      <div>
        <Button variant="secondary" work={asking}>
          {t('userSource.ask')}
        </Button>
      </div>
      <div role="status">
        {asking.isPending && t('userSource.asking')}
        {data && !asking.isPending && <Answer answer={data} />}
      </div>
    </>
  );
}

function Answer({ answer: { askedAt, entry, differs } }: { answer: LookedUpUser }) {
  const { t, time } = useConsole();
  const at = { time: time(askedAt) };
  if (!entry) return <p>{t('userSource.askedGone', at)}</p>;
  const shown = (field: EntryField): string =>
    field === 'state' ? t(`userSource.states.${entry.state}`) : (entry[field] ?? '') || '–';
  return (
    <div className="sower-stack">
      <p>{t(differs.length === 0 ? 'userSource.askedSame' : 'userSource.askedDiffers', at)}</p>
      <Facts
        facts={[
          ...differs.map(
            (field) =>
              [
                t(`sourceRuns.fields.${field === 'name' ? 'entry' : field}`),
                <span key={field} className="sower-wrap">
                  {shown(field)}
                </span>,
              ] as const,
          ),
          entry.passwordUntil !== undefined && [
            t('userSource.passwordUntil'),
            entry.passwordUntil <= askedAt ? t('userSource.passwordExpired') : time(entry.passwordUntil),
          ],
          [t('sources.found'), entry.detail],
        ]}
      />
    </div>
  );
}
