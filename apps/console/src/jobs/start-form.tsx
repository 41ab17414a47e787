/** To start what was checked, the name of the job has to be typed. */
import { type JobDetail, MAX_LETTERS } from '@sower/api/jobs';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useActorWords } from '../api/user-words.ts';
import { useConsole, useSession } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { useSaving } from '../ui/use-work.ts';

/** Only the person who created a job can start it: it has their rights. */
export function useIsMine(job: Pick<JobDetail, 'startedBy'>): boolean {
  const { userName } = useSession();
  return job.startedBy === `administrator:${userName}`;
}

const WORDS = {
  distribute: {
    title: 'jobs.startTitle',
    body: 'jobs.startBody',
    start: 'jobs.start',
    nobody: 'jobs.startNobody',
  },
  assign: {
    title: 'assignMany.startTitle',
    body: 'assignMany.startBody',
    start: 'assignMany.start',
    nobody: 'jobs.startNobody',
  },
  import: {
    title: 'userFiles.startTitle',
    body: 'userFiles.startBody',
    start: 'userFiles.start',
    nobody: 'userFiles.startNobody',
  },
  'token-import': {
    title: 'tokenFiles.startTitle',
    body: 'tokenFiles.startBody',
    start: 'tokenFiles.start',
    nobody: 'tokenFiles.startNobody',
  },
} as const;

export function StartForm({ job }: { job: JobDetail }) {
  const words = WORDS[job.kind as keyof typeof WORDS] ?? WORDS.distribute;
  const { t, api, count } = useConsole();
  const queries = useQueryClient();
  const mine = useIsMine(job);
  const actorWords = useActorWords();
  const [typed, setTyped] = useState('');
  const { values, field } = useFields({ begin: '' });
  const { begin } = values;
  const starting = useSaving({
    mutationFn: () =>
      api('startJob', {
        params: { id: job.id },
        body: { name: typed.trim(), ...(begin === '' ? {} : { at: new Date(begin).toISOString() }) },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
  if (job.done === 0) return <Alert variant="warning" title={t(words.nobody)} />;
  if (!mine) {
    const actor = actorWords(job.startedBy);
    return <Alert variant="info" title={t('jobs.startOther', { actor })} />;
  }
  const many = { count: job.done, number: count(job.done) };
  const right = typed.trim() === job.name;
  return (
    <Form
      onSubmit={() => {
        if (right) starting.mutate();
      }}
      intro={
        <>
          <Alert variant="info" title={t(words.title)}>
            {t(words.body, many)}
          </Alert>
          {job.letters === 'too-many' && (
            <Alert variant="warning" title={t('jobs.tooManyLetters', { most: MAX_LETTERS })} />
          )}
        </>
      }
      error={starting.error}
    >
      <TextField
        id="job-name-again"
        label={t('jobs.typeName', { name: job.name })}
        required
        value={typed}
        onChange={setTyped}
      />
      <TextField
        id="job-begin"
        type="datetime-local"
        {...helped(t, 'jobs.begin')}
        {...field('begin', 'at')}
      />
      <FormEnd unguarded pending={starting.isPending} ready={right} action={t(words.start, many)} />
    </Form>
  );
}
