/** One job: its progress, who is left out and why, and the state of what it distributed. */
import type { JobDetail } from '@sower/api/jobs';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf, useActorWords } from '../api/user-words.ts';
import { useExpiryWords } from '../distribute/expiry-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { SaveButton, savePdf } from '../ui/save-file.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { SaveErrors, useImportFacts } from './import-job.tsx';
import { JobActions } from './job-actions.tsx';
import { JobRows, useRowWords } from './job-rows.tsx';
import { isOpen, JobProgress, JobState, Standing, useActionName, useJobName } from './job-state.tsx';
import { StartForm } from './start-form.tsx';

export function Component() {
  const { t } = useConsole();
  const { id = '' } = useParams();
  const job = useAnswer(
    'getJob',
    { params: { id } },
    {
      staleTime: 0,
      refetchInterval: (query) =>
        query.state.data && (!isOpen(query.state.data) || query.state.data.beginAt) ? 15_000 : 1_000,
    },
  );
  const data = job.data;
  const nameOf = useJobName();
  return (
    <Screen
      title={data ? t('jobs.view', { name: nameOf(data) }) : t('jobs.title')}
      crumb={data ? nameOf(data) : id}
    >
      <Loaded query={job}>
        {(shown) => (
          <div className="sower-stack">
            <Standing of={shown} mild="info">
              <JobState job={shown} />
            </Standing>
            <JobProgress job={shown} />
            {shown.state === 'waiting' && shown.kind !== 'synchronize' && <StartForm job={shown} />}
            <JobActions job={shown} />
            {shown.kind === 'import' && !isOpen(shown) && <SaveErrors job={shown} />}
            {shown.kind === 'token-import' && shown.state === 'done' && (
              <Alert variant="warning" title={t('tokenFiles.destroy')} />
            )}
            <div className="sower-columns">
              <JobCard job={shown} />
              <StatesCard job={shown} />
            </div>
            <Reasons job={shown} />
            <Samples job={shown} />
            {!isOpen(shown) && shown.kind !== 'synchronize' && <JobRows job={shown} />}
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function JobCard({ job }: { job: JobDetail }) {
  const { t, time, count } = useConsole();
  const actorWords = useActorWords();
  const expiryWords = useExpiryWords();
  const imported = useImportFacts(job);
  const { doneWords } = useRowWords();
  const actionName = useActionName();
  return (
    <TitledCard title={t('jobs.facts')}>
      <Facts
        facts={[
          [t('jobs.kind'), t(`job-kind.${job.kind}`)],
          job.action !== undefined && [t('jobs.action'), actionName(job.action)],
          job.about !== undefined && [
            t('jobs.about'),
            job.kind === 'synchronize' ? (
              <Link key="about" to={`/identity-sources/${job.about}/runs/${job.id}`}>
                {t('userSource.run')}
              </Link>
            ) : (
              <Link key="about" to={`/jobs/${job.about}`}>
                {t('jobs.aboutJob')}
              </Link>
            ),
          ],
          [t('requests.profile'), job.profile],
          job.codeExpires !== undefined && [t('expiry.label'), expiryWords(job.codeExpires)],
          job.tokens !== undefined && [
            t('distributeMany.tokens'),
            t(`distributeMany.tokensHow.${job.tokens}`),
          ],
          job.replaced !== undefined && [
            t('distributeMany.replaced'),
            t(`tokens.replaceThen.${job.replaced}`),
          ],
          [t('jobs.total'), count(job.total)],
          ...(job.kind === 'import' ? imported : [[doneWords(job), count(job.done)] as const]),
          [t('jobs.left'), count(job.leftOut)],
          [t('jobs.failed'), count(job.failed)],
          [t('jobs.startedBy'), actorWords(job.startedBy)],
          [t('jobs.createdAt'), time(job.createdAt)],
          job.beginAt !== undefined && [t('jobs.beginAt'), time(job.beginAt)],
          job.endedAt !== undefined && [t('jobs.endedAt'), time(job.endedAt)],
        ]}
      />
    </TitledCard>
  );
}

function StatesCard({ job }: { job: JobDetail }) {
  const { t, count } = useConsole();
  const states = Object.entries(job.states) as [keyof typeof job.states, number][];
  if (states.length === 0 || job.phase === 'check') return null;
  return (
    <TitledCard title={t('jobs.distributions')}>
      <Facts facts={states.map(([state, number]) => [t(`states.${state}`), count(number)] as const)} />
    </TitledCard>
  );
}

function Reasons({ job }: { job: JobDetail }) {
  const { t, count } = useConsole();
  const { rowWords } = useRowWords();
  if (job.reasons.length === 0) return null;
  return (
    <section>
      <h2 className="sower-title">{t('jobs.whyNot')}</h2>
      <ItemTable
        label={t('jobs.whyNot')}
        breakAt="grid-md"
        sticky={false}
        items={job.reasons}
        keyOf={({ state, detail }) => `${state} ${detail}`}
        columns={[
          [t('jobs.why'), ({ detail }) => detail],
          { label: t('jobs.state'), cell: ({ state }) => rowWords(job, state) },
          { label: t('jobs.count'), cell: (reason) => count(reason.count) },
        ]}
      />
    </section>
  );
}

function SampleLetter({ job }: { job: JobDetail }) {
  const { t, api } = useConsole();
  const body = { separate: false, sample: true };
  const save = async () => savePdf(await api('takeJobLetters', { params: { id: job.id }, query: {}, body }));
  return (
    <div className="sower-actions">
      <SaveButton label={t('jobs.sampleLetter')} save={save} />
    </div>
  );
}

function SampleMails({ mails }: { mails: NonNullable<JobDetail['mails']> }) {
  const t = useTexts();
  return mails.map(({ subject, text }) => (
    <div key={subject} className="sower-stack">
      <h3 className="sower-title">{t('jobs.sampleMail')}</h3>
      <strong className="sower-wrap">{subject}</strong>
      <div className="sower-preview">{text}</div>
    </div>
  ));
}

/** What the first users will get, before a job is started: token, nickname, and the mail or letter itself. */
function Samples({ job }: { job: JobDetail }) {
  const t = useTexts();
  if (job.samples.length === 0 || job.kind === 'import') return null;
  return (
    <section className="sower-stack">
      <h2 className="sower-title">{t('jobs.samples')}</h2>
      <ItemTable
        label={t('jobs.samples')}
        breakAt="grid-md"
        sticky={false}
        items={job.samples}
        keyOf={({ userId, serial }) => `${userId} ${serial}`}
        columns={[
          [t('jobs.subject'), holderOf],
          { label: t('jobs.serial'), cell: ({ serial }) => serial ?? '–' },
          { label: t('jobs.sampleNickname'), cell: ({ nickname }) => nickname || '–' },
        ]}
      />
      <SampleMails mails={job.mails ?? []} />
      {job.letters === 'possible' && <SampleLetter job={job} />}
    </section>
  );
}
