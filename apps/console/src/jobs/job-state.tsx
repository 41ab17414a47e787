/** The state of a job: one colored word, and its progress. */
import { Label, Progress } from '@patternfly/react-core';
import type { Job } from '@sower/api/jobs';
import type { ReactNode } from 'react';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Alert } from '../ui/patternfly.tsx';

export const STATE_COLORS = {
  queued: 'grey',
  running: 'blue',
  waiting: 'purple',
  paused: 'orange',
  cancelled: 'grey',
  done: 'green',
  failed: 'red',
} as const satisfies Record<Job['state'], string>;

/** A node is working on it, or about to. */
export const isOpen = ({ state }: Pick<Job, 'state'>): boolean => state === 'queued' || state === 'running';

/** An action on many that has no name is called by its action. */
export function useJobName(): (job: Job) => string {
  const actionName = useActionName();
  return ({ name, action }) => (name === action ? actionName(action) : name);
}

export function useActionName(): (action: NonNullable<Job['action']>) => string {
  const t = useTexts();
  return (action) =>
    action === 'setLeaving' || action === 'undoLeaving'
      ? t(`userFiles.bulk.${action}.label`)
      : t(`tokens.bulk.${action}.label`);
}

export function JobState({ job }: { job: Job }) {
  const { t, time } = useConsole();
  if (job.beginAt !== undefined)
    return <Label color="teal">{t('jobs.beginsAt', { time: time(job.beginAt) })}</Label>;
  return (
    <Label color={STATE_COLORS[job.state]}>
      {job.state === 'running' && job.phase === 'check' ? t('jobs.checking') : t(`jobs.states.${job.state}`)}
    </Label>
  );
}

export function JobProgress({ job }: { job: Job }) {
  const { t, count } = useConsole();
  return (
    <Progress
      value={job.position}
      max={Math.max(1, job.total)}
      label={t('jobs.at', { position: count(job.position), total: count(job.total) })}
      aria-label={t('jobs.progress')}
      {...(job.secondsLeft === undefined || !isOpen(job)
        ? {}
        : { title: t('jobs.secondsLeft', { count: job.secondsLeft }) })}
    />
  );
}

/** Where a job or a run is: what it says of itself, and its state, which is read out when it changes. */
export function Standing({
  of: { state, detail },
  mild,
  children,
}: {
  of: Pick<Job, 'state'> & { readonly detail?: string | undefined };
  /** How it is said unless it has failed. */
  mild: 'info' | 'warning';
  children: ReactNode;
}) {
  return (
    <>
      {detail !== undefined && <Alert variant={state === 'failed' ? 'danger' : mild} title={detail} />}
      <p role="status" data-state={state}>
        {children}
      </p>
    </>
  );
}
