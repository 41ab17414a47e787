/** What the first users will get, before a job is started: token, nickname, and the mail or letter itself. */
import type { JobDetail } from '@sower/api/jobs';
import { useMutation } from '@tanstack/react-query';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { octetsOf } from '../ui/forms/file-field.tsx';
import { ItemTable } from '../ui/lists/item-table.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { saveFile } from '../ui/save-file.tsx';

function SampleLetter({ job }: { job: JobDetail }) {
  const { t, api } = useConsole();
  const drawing = useMutation({
    mutationFn: async () => {
      const body = { separate: false, sample: true };
      const { fileName, pdf } = await api('takeJobLetters', { params: { id: job.id }, query: {}, body });
      saveFile(fileName, 'application/pdf', octetsOf(pdf));
    },
  });
  return (
    <div className="sower-stack">
      <ProblemAlert error={drawing.error} />
      <div>
        <Button variant="secondary" work={drawing}>
          {t('jobs.sampleLetter')}
        </Button>
      </div>
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

export function Samples({ job }: { job: JobDetail }) {
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
          { label: t('jobs.subject'), modifier: 'breakWord', cell: holderOf },
          { label: t('jobs.serial'), cell: ({ serial }) => serial ?? '–' },
          { label: t('jobs.sampleNickname'), cell: ({ nickname }) => nickname || '–' },
        ]}
      />
      <SampleMails mails={job.mails ?? []} />
      {job.letters === 'possible' && <SampleLetter job={job} />}
    </section>
  );
}
