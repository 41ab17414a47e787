/** The rows of a job, whatever kind it is. */
import { type JobDetail, type JobRow, jobRowStates } from '@sower/api/jobs';
import { visible } from '@sower/bytes/printable';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { inWords } from '../ui/field.tsx';
import { Link } from '../ui/link.tsx';
import { pageIn } from '../ui/lists/cursor-paging.tsx';
import { type Column, Listing } from '../ui/lists/listing.tsx';
import { NarrowingChoice } from '../ui/lists/search-form.tsx';
import { Section } from '../ui/titled-card.tsx';
import { IMPORT_STATES, useImportColumns } from './import-job.tsx';

export function JobRows({ job }: { job: JobDetail }) {
  const { t } = useConsole();
  const [parameters] = useSearchParams();
  const ofImport = useImportColumns();
  const ofTokens = useTokenColumns(job);
  const { rowWords } = useRowWords();
  const imports = job.kind === 'import';
  const states = imports ? IMPORT_STATES : jobRowStates;
  const page = pageIn(parameters);
  const state = states.find((name) => name === parameters.get('rows'));
  const rows = useAnswer(
    'listJobRows',
    {
      params: { id: job.id },
      query: { ...page, state },
    },
    { also: job.state },
  );
  return (
    <Section title={t('jobs.rows')}>
      <NarrowingChoice
        id="job-row-state"
        label={t('jobs.rowState')}
        name="rows"
        any={t('jobs.anyState')}
        choices={
          imports
            ? inWords(IMPORT_STATES, (name) => t(`userFiles.states.${name}`))
            : inWords(jobRowStates, (name) => rowWords(job, name))
        }
      />
      <Listing
        query={rows}
        none={{ title: t('jobs.rowsNone'), body: t('jobs.rowsNoneBody') }}
        paged
        label={t('jobs.rows')}
        keyOf={({ number }) => String(number)}
        columns={[...(imports ? ofImport : ofTokens), [t('jobs.why'), ({ detail }) => detail ?? '–']]}
      />
    </Section>
  );
}

function useTokenColumns(job: JobDetail): readonly Column<JobRow>[] {
  const { t, count } = useConsole();
  const { rowWords } = useRowWords();
  /** A token or user that an action has changed is there to be looked at. */
  const subject = (row: JobRow) => (
    <>
      {row.userName !== undefined && `${visible(row.userName)} `}
      {named(row)}
    </>
  );
  const named = ({ state, subject: name }: JobRow) => {
    if (job.kind === 'requests') return <Link to={`/requests/${name}`}>{name}</Link>;
    if (job.action === undefined || job.action === 'delete' || state !== 'done') return name;
    return (
      <Link to={job.kind === 'users' ? `/users/${encodeURIComponent(name)}` : `/tokens/${name}`}>{name}</Link>
    );
  };
  const always: readonly Column<JobRow>[] = [
    { label: t('jobs.number'), cell: ({ number }) => count(number) },
    [t('jobs.subject'), subject],
  ];
  const state: Column<JobRow> = {
    label: t('jobs.state'),
    cell: (row) => rowWords(job, row.state),
  };
  if (job.action !== undefined) return [...always, state];
  if (job.kind === 'token-import')
    return [
      { label: t('jobs.number'), cell: ({ number }) => count(number) },
      [
        t('jobs.serial'),
        ({ subject: name, serial, state: of }) =>
          serial !== undefined && of === 'done' ? (
            <Link to={`/tokens/${encodeURIComponent(serial)}`}>{name}</Link>
          ) : (
            name
          ),
      ],
      [t('tokenFiles.owner'), (row) => holderOf(row) || '–'],
      state,
    ];
  return [
    ...always,
    {
      label: t('jobs.serial'),
      cell: ({ serial }) => (serial === undefined ? '–' : <Link to={`/tokens/${serial}`}>{serial}</Link>),
    },
    state,
    {
      label: t('jobs.distribution'),
      cell: ({ distribution }) => (distribution === undefined ? '–' : t(`states.${distribution}`)),
    },
  ];
}

/** What the states of the rows of a job are called, by what the job does. */
export function useRowWords() {
  const t = useTexts();
  const imports = ({ kind }: JobDetail): boolean => kind === 'token-import';
  return {
    rowWords: (job: JobDetail, state: JobRow['state']): string =>
      t(imports(job) ? `tokenFiles.states.${state}` : `jobs.rowStates.${state}`),
    /** Of the rows with which the job has done, or will do, what it is for. */
    doneWords(job: JobDetail): string {
      const planned = job.phase === 'check';
      if (imports(job)) return t(planned ? 'tokenFiles.willDo' : 'tokenFiles.done');
      return t(planned ? 'jobs.ready' : 'jobs.done');
    },
  };
}
