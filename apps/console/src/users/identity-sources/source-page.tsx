/** One identity source: what it is, its test, its runs. */
import type { IdentitySource } from '@sower/api/identity-sources';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { useConsole } from '../../session/use-console.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Alert, LinkButton } from '../../ui/patternfly.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Facts, TitledCard } from '../../ui/titled-card.tsx';
import { ChoicesSection } from './source-choices.tsx';
import { RunsSection } from './source-runs.tsx';
import { TestSection } from './source-test.tsx';
import { SourceState, SourceUsers } from './sources-page.tsx';

export function Component() {
  const { t, api, time } = useConsole();
  const { id = '' } = useParams();
  const source = useQuery({
    queryKey: ['sources', 'one', id],
    queryFn: () => api('getIdentitySource', { params: { id } }),
    staleTime: 0,
  });
  const held = source.data;
  return (
    <Screen
      title={held ? t('sources.view', { name: held.name }) : t('sources.title')}
      crumb={held?.name ?? id}
      actions={<LinkButton to={`/identity-sources/${id}/edit`}>{t('sources.edit')}</LinkButton>}
    >
      <Loaded query={source}>
        {(shown) => (
          <div className="sower-stack">
            {shown.trouble && (
              <Alert variant="danger" title={t('sources.trouble', { time: time(shown.trouble.at) })}>
                {shown.trouble.detail}
              </Alert>
            )}
            {shown.late && <Alert variant="warning" title={t('sources.late')} />}
            <FactsCard source={shown} />
            <TestSection source={shown} />
            <ChoicesSection source={shown} />
            <RunsSection source={shown} />
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function FactsCard({ source }: { source: IdentitySource }) {
  const { t, time } = useConsole();
  return (
    <TitledCard title={t('sources.facts')}>
      <Facts
        facts={[
          [t('sources.kind'), t(`sources.kinds.${source.kind}`)],
          [
            t('sources.servers'),
            <span className="sower-mono sower-wrap" key="urls">
              {source.connection.urls.join(' ')}
            </span>,
          ],
          [
            t('sources.base'),
            <span className="sower-mono sower-wrap" key="base">
              {source.search.base}
            </span>,
          ],
          [t('domains.one'), source.securityDomain],
          [t('sources.users'), <SourceUsers key="users" source={source} />],
          [t('sources.state'), <SourceState key="state" source={source} />],
          ...(source.goodAt === undefined ? [] : [[t('sources.goodAt'), time(source.goodAt)] as const]),
          ...(source.certificateUntil === undefined
            ? []
            : [[t('sources.certificateUntil'), time(source.certificateUntil)] as const]),
          [t('users.createdAt'), time(source.createdAt)],
        ]}
      />
    </TitledCard>
  );
}
