/** An action on many, in its dialog: the job that does it, its progress, a way to stop it, and what failed. Small jobs finish at once. */
import { List, ListItem, Progress } from '@patternfly/react-core';
import type { Job } from '@sower/api/jobs';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useApi } from '../api/connection.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { Link } from '../ui/link.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useRefresh, useSaving } from '../ui/use-work.ts';
import { isOpen } from './job-state.tsx';

/** Of those that failed; the page of the job has them all. */
const SHOWN = 200;

type BulkJob = ReturnType<typeof useBulkJob>;

/** @param title of the window that it is in */
export function useBulkJob(start: () => Promise<Job>, title: string) {
  const api = useApi();
  const refresh = useRefresh();
  const starting = useSaving({ mutationFn: start }, title);
  const made = starting.data;
  const call = { params: { id: made?.id ?? '' } };
  const watching = useAnswer(
    'getJob',
    { ...call, quiet: true },
    {
      enabled: made !== undefined && isOpen(made),
      refetchInterval: ({ state }) => (state.data && !isOpen(state.data) ? false : 500),
      gcTime: 0,
    },
  );
  const job = watching.data ?? made;
  const finished = job !== undefined && !isOpen(job);
  const failing = useAnswer(
    'listJobRows',
    { ...call, query: { state: 'failed', limit: SHOWN } },
    { enabled: finished && job.failed > 0, gcTime: 0 },
  );
  const stopping = useMutation({ mutationFn: () => api('cancelJob', call) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it has ended
  useEffect(() => {
    if (finished) refresh();
  }, [finished]);
  return {
    job,
    failures: failing.data?.items ?? [],
    busy: starting.isPending || (job !== undefined && !finished),
    finished,
    error: starting.error ?? watching.error ?? stopping.error ?? failing.error,
    begin: starting.mutate,
    stop: stopping.mutate,
  };
}

/** The window of it: the question at first, and the progress once it has begun. */
export function BulkFrame({
  title,
  danger = false,
  run,
  named,
  fields = [],
  begin,
  onClose,
  children,
}: {
  title: string;
  danger?: boolean;
  run: BulkJob;
  /** What a subject is called, if not by itself. */
  named?: (subject: string) => string;
  /** Paths whose messages are shown at their inputs. */
  fields?: readonly string[];
  /** The button that begins it. */
  begin: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useConsole();
  const { busy, finished } = run;
  const begun = busy || finished;
  return (
    <Dialog
      title={title}
      size="medium"
      danger={danger}
      onClose={onClose}
      buttons={
        <>
          {!begun && begin}
          {busy && (
            <Button variant="secondary" onClick={() => run.stop()}>
              {t('tokens.bulk.stop')}
            </Button>
          )}
          <Button variant={finished ? 'primary' : 'link'} onClick={onClose}>
            {begun ? t('ui.close') : t('ui.cancel')}
          </Button>
        </>
      }
    >
      {begun ? (
        <BulkProgress run={run} {...(named && { named })} />
      ) : (
        <>
          <ProblemAlert error={run.error} fields={fields} />
          {children}
        </>
      )}
    </Dialog>
  );
}

function BulkProgress({
  run: { job, failures, error },
  named = (subject) => subject,
}: {
  run: BulkJob;
  named?: (subject: string) => string;
}) {
  const { t, count } = useConsole();
  const of = { position: count(job?.position ?? 0), total: count(job?.total ?? 0) };
  return (
    <>
      <Progress
        value={job?.position ?? 0}
        max={Math.max(1, job?.total ?? 1)}
        label={t('jobs.at', of)}
        title={t('tokens.bulk.progress')}
        aria-label={t('tokens.bulk.progress')}
      />
      <ProblemAlert error={error} />
      {job?.detail !== undefined && <Alert variant="danger" title={job.detail} />}
      <p role="status">
        {job &&
          !isOpen(job) &&
          t(job.state === 'done' ? 'tokens.bulk.finished' : 'tokens.bulk.stopped', {
            done: count(job.done),
            failed: count(job.failed),
          })}
      </p>
      {job && (isOpen(job) || job.state !== 'done' || job.failed > failures.length) && (
        <p>
          {isOpen(job) && `${t('tokens.bulk.stays')} `}
          <Link to={`/jobs/${job.id}`} otherwise={null}>
            {t('tokens.bulk.job')}
          </Link>
        </p>
      )}
      {failures.length > 0 && (
        <List aria-label={t('tokens.bulk.failures')} className="sower-list">
          {failures.map(({ number, subject, detail }) => (
            <ListItem key={number}>
              <span className="sower-mono">{named(subject)}</span> – {detail}
            </ListItem>
          ))}
        </List>
      )}
    </>
  );
}
