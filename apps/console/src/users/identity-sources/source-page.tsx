/** One identity source: what it is, its test, its runs. */
import type { IdentitySource } from '@sower/api/identity-sources';
import { visible } from '@sower/bytes/printable';
import { useParams } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useActorWords } from '../../api/user-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { useQuestion } from '../../ui/dialogs/small-dialogs.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { ItemTable } from '../../ui/lists/listing.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Alert } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Facts, monospaced, Section, TitledCard } from '../../ui/titled-card.tsx';
import { RunsSection } from './source-runs.tsx';
import { TestSection } from './source-test.tsx';
import { SourceState, SourceUsers } from './sources-page.tsx';

export function Component() {
  const { t, time } = useConsole();
  const { id = '' } = useParams();
  const source = useAnswer('getIdentitySource', { params: { id } }, { staleTime: 0 });
  const data = source.data;
  return (
    <Screen
      title={data ? t('sources.view', { name: data.name }) : t('sources.title')}
      crumb={data?.name ?? id}
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
          [t('sources.servers'), monospaced(source.connection.urls.join(' '))],
          [t('sources.base'), monospaced(source.search.base)],
          [t('domains.one'), source.securityDomain],
          [t('sources.users'), <SourceUsers key="users" source={source} />],
          [t('sources.state'), <SourceState key="state" source={source} />],
          source.goodAt !== undefined && [t('sources.goodAt'), time(source.goodAt)],
          source.certificateUntil !== undefined && [
            t('sources.certificateUntil'),
            time(source.certificateUntil),
          ],
          [t('users.createdAt'), time(source.createdAt)],
        ]}
      />
    </TitledCard>
  );
}

const MOST = 200;

/** What was chosen for entries of a source in conflict: it holds until someone withdraws it. */
function ChoicesSection({ source }: { source: IdentitySource }) {
  const { t, api, can, time } = useConsole();
  const actorWords = useActorWords();
  const params = { id: source.id };
  const [forget, forgetting] = useQuestion<{ readonly key: string; readonly userId: string }>(
    ({ key, userId }) => ({
      title: t('sourceRuns.choice.titles.none', { count: 1 }),
      action: t('sourceRuns.choice.actions.none'),
      danger: false,
      onConfirm: () => api('forgetSourceChoice', { params: { ...params, key } }),
      said: t('sourceRuns.choice.forgotten'),
      changes: ['identity-sources'],
      children: (
        <>
          <p className="sower-mono sower-wrap">{visible(userId)}</p>
          <p>{t('sourceRuns.choice.bodies.none')}</p>
        </>
      ),
    }),
  );
  const choices = useAnswer('listSourceChoices', { params, query: { limit: MOST } }, { staleTime: 0 });
  const items = choices.data?.items ?? [];
  if (choices.isError) return <ProblemAlert error={choices.error} onRetry={() => choices.refetch()} />;
  if (items.length === 0) return null;
  return (
    <Section id="source-choices" title={t('sourceRuns.choice.title')}>
      <p>{t('sourceRuns.choice.body')}</p>
      {choices.data?.next !== undefined && <p>{t('sourceRuns.choice.more', { count: MOST })}</p>}
      <ItemTable
        label={t('sourceRuns.choice.title')}
        items={items}
        keyOf={({ key }) => key}
        columns={[
          [
            t('sourceRuns.userId'),
            ({ userId, entry }) => (
              <>
                <div>{visible(userId)}</div>
                <div>{entry}</div>
              </>
            ),
            { width: 35 },
          ],
          [
            t('sourceRuns.choice.chosen'),
            ({ choice, suffix }) =>
              choice === 'qualify'
                ? t('sourceRuns.choice.qualified', { suffix: suffix ?? '' })
                : t(`sourceRuns.choice.actions.${choice}`),
          ],
          [t('sourceRuns.choice.by'), ({ chosenBy }) => actorWords(chosenBy)],
          { label: t('sourceRuns.choice.at'), cell: ({ chosenAt }) => time(chosenAt) },
        ]}
        menu={
          can('users:edit')
            ? (choice) => ({
                name: choice.userId,
                entries: [{ label: t('sourceRuns.choice.actions.none'), onSelect: () => forget(choice) }],
              })
            : undefined
        }
      />
      {forgetting}
    </Section>
  );
}
