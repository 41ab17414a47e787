/** Administration > Jobs. */
import { jobKinds, jobStates } from '@sower/api/jobs';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { inWords } from '../ui/field.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { pageIn } from '../ui/lists/cursor-paging.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Narrowed, NarrowingChoice } from '../ui/lists/search-form.tsx';
import { Screen } from '../ui/screen.tsx';
import { isOpen, JobState, useJobName } from './job-state.tsx';

export function Component() {
  const { t, time, count } = useConsole();
  const actorWords = useActorWords();
  const nameOf = useJobName();
  const [parameters] = useSearchParams();
  const kind = jobKinds.find((name) => name === parameters.get('kind'));
  const state = jobStates.find((name) => name === parameters.get('state'));
  const page = pageIn(parameters);
  const jobs = useAnswer(
    'listJobs',
    { query: { ...page, kind, state } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: (query) => (query.state.data?.items.some(isOpen) ? 2_000 : 15_000),
    },
  );
  const make = (
    <>
      <LinkButton to="/jobs/new">{t('distributeMany.open')}</LinkButton>
      <LinkButton to="/jobs/assign">{t('assignMany.open')}</LinkButton>
    </>
  );
  return (
    <Screen title={t('jobs.title')} intro={t('jobs.intro')} actions={make} stacked>
      <Narrowed label={t('jobs.title')} used={[kind, state].filter((chosen) => chosen !== undefined).length}>
        <NarrowingChoice
          label={t('jobs.kind')}
          name="kind"
          any={t('ui.any')}
          choices={inWords(jobKinds, (name) => t(`job-kind.${name}`))}
        />
        <NarrowingChoice
          label={t('jobs.state')}
          name="state"
          any={t('ui.any')}
          choices={inWords(jobStates, (name) => t(`jobs.states.${name}`))}
        />
      </Narrowed>
      <Listing
        query={jobs}
        none={{
          title: t(kind === undefined && state === undefined ? 'jobs.none' : 'jobs.noneFound'),
          body: t('jobs.noneBody'),
          action: make,
        }}
        paged
        columns={[
          [t('jobs.name'), (job) => <Link to={`/jobs/${job.id}`}>{nameOf(job)}</Link>],
          { label: t('jobs.kind'), cell: (job) => t(`job-kind.${job.kind}`) },
          { label: t('jobs.state'), cell: (job) => <JobState job={job} /> },
          {
            label: t('jobs.progress'),
            cell: ({ position, total }) => t('jobs.at', { position: count(position), total: count(total) }),
          },
          [t('jobs.startedBy'), ({ startedBy }) => actorWords(startedBy)],
          { label: t('jobs.createdAt'), cell: ({ createdAt }) => time(createdAt) },
        ]}
      />
    </Screen>
  );
}
