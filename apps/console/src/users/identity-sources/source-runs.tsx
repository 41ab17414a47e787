/** The runs of an identity source: started here, each with its outcome. */
import { entryActions, type IdentitySource, type SourceRun } from '@sower/api/identity-sources';
import { useMutation } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useActorWords } from '../../api/user-words.ts';
import { isOpen } from '../../jobs/job-state.tsx';
import { useConsole } from '../../session/use-console.ts';
import { asking, useTexts } from '../../texts/use-texts.ts';
import { useQuestion } from '../../ui/dialogs/small-dialogs.tsx';
import { Link } from '../../ui/link.tsx';
import { pageIn } from '../../ui/lists/cursor-paging.tsx';
import { Listing } from '../../ui/lists/listing.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/titled-card.tsx';
import { useOnward } from '../../ui/use-onward.ts';
import { kindOf, RunState } from './run-state.tsx';

export function RunsSection({ source }: { source: IdentitySource }) {
  const { t, time, count } = useConsole();
  const actorWords = useActorWords();
  const [parameters] = useSearchParams();
  const page = pageIn(parameters);
  const runs = useAnswer(
    'listSourceRuns',
    {
      params: { id: source.id },
      query: page,
    },
    { staleTime: 0, refetchInterval: (query) => (query.state.data?.items.some(isOpen) ? 2_000 : 15_000) },
  );
  return (
    <Section id="source-runs" title={t('sourceRuns.title')}>
      <p>{t('sourceRuns.body')}</p>
      <StartButtons source={source} />
      <Listing
        query={runs}
        none={{ title: t('sourceRuns.none'), body: t('sourceRuns.noneBody') }}
        paged
        label={t('sourceRuns.title')}
        columns={[
          {
            label: t('sourceRuns.start'),
            cell: ({ id, createdAt }) => (
              <Link to={`/identity-sources/${source.id}/runs/${id}`}>{time(createdAt)}</Link>
            ),
          },
          { label: t('sourceRuns.kind'), cell: (run) => t(`sourceRuns.kinds.${kindOf(run)}`) },
          { label: t('sourceRuns.state'), cell: (run) => <RunState run={run} /> },
          { label: t('sourceRuns.read'), cell: ({ read }) => count(read) },
          [t('sourceRuns.found'), (run) => <Found run={run} />],
          [t('sourceRuns.startedBy'), ({ startedBy }) => actorWords(startedBy)],
        ]}
      />
    </Section>
  );
}

function Found({ run: { counts } }: { run: SourceRun }) {
  const t = useTexts();
  const found = entryActions.filter((action) => counts[action] > 0);
  if (found.length === 0) return '–';
  return found.map((action) => (
    <div key={action}>
      {t('sourceRuns.one', { action: t(`sourceRuns.actions.${action}`), count: counts[action] })}
    </div>
  ));
}

function StartButtons({ source }: { source: IdentitySource }) {
  const { t, api, can } = useConsole();
  const onward = useOnward();
  const start = async (mode: 'full' | 'delta', preview: boolean): Promise<void> => {
    const { id } = await api('startSourceRun', { params: { id: source.id }, body: { mode, preview } });
    onward(`/identity-sources/${source.id}/runs/${id}`);
  };
  const [startFull, startingFull] = useQuestion<void>(() => ({
    ...asking(t, 'sourceRuns.full', { name: source.name }),
    danger: false,
    onConfirm: () => start('full', false),
  }));
  const starting = useMutation({
    mutationFn: ({ mode, preview }: { mode: 'full' | 'delta'; preview: boolean }) => start(mode, preview),
  });
  if (!can('users:edit')) return null;
  return (
    <>
      <ProblemAlert error={starting.error} />
      <div className="sower-actions">
        <Button onClick={() => starting.mutate({ mode: 'full', preview: true })} pending={starting.isPending}>
          {t('sourceRuns.preview')}
        </Button>
        <Button
          variant="secondary"
          isDisabled={starting.isPending}
          onClick={() => starting.mutate({ mode: 'delta', preview: false })}
        >
          {t('sourceRuns.delta')}
        </Button>
        <Button variant="secondary" isDisabled={starting.isPending} onClick={() => startFull()}>
          {t('sourceRuns.full')}
        </Button>
      </div>
      {startingFull}
    </>
  );
}
