/** An action on many, while it runs and when it has ended: how far it is, that it can be stopped, and what failed. */
import { List, ListItem, Progress } from '@patternfly/react-core';
import { csvText } from '@sower/api/csv';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../patternfly.tsx';
import { ProblemAlert } from '../problem-alert.tsx';
import { saveFile } from '../save-file.ts';
import { useRefresh } from '../use-done.ts';

const SHOWN_FAILURES = 200;

export type BulkState = {
  readonly done: number;
  /** By the serial number or the user ID. */
  readonly failures: readonly { readonly name: string; readonly detail: string }[];
};

export type BulkRun = {
  readonly state: BulkState;
  readonly busy: boolean;
  readonly finished: boolean;
  readonly stopped: boolean;
  readonly error: unknown;
  readonly begin: () => void;
  readonly stop: () => void;
};

/** @param start yields the state after every batch; it is stopped by not asking for more */
export function useBulkRun(start: () => AsyncIterable<BulkState>): BulkRun {
  const refresh = useRefresh();
  const [state, setState] = useState<BulkState>({ done: 0, failures: [] });
  const [stopped, setStopped] = useState(false);
  const stopping = useRef(false);
  const running = useMutation({
    mutationFn: async () => {
      for await (const reached of start()) {
        setState(reached);
        if (stopping.current) break;
      }
      setStopped(stopping.current);
    },
    onSettled: () => refresh(),
  });
  const busy = running.isPending;
  useEffect(() => {
    if (!busy) return;
    // Leaving stops it. That is safe, but seldom intended.
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
  return {
    state,
    busy,
    finished: running.isSuccess || running.isError,
    stopped: stopped || running.isError,
    error: running.error,
    begin: running.mutate,
    stop: () => {
      stopping.current = true;
    },
  };
}

export function BulkProgress({
  run,
  of,
  nameTitle,
}: {
  run: BulkRun;
  of: number | undefined;
  /** Of the names in the file of failures. */
  nameTitle: string;
}) {
  const t = useTexts();
  const { done, failures } = run.state;
  const reached = done + failures.length;
  return (
    <>
      <Progress
        value={reached}
        max={Math.max(of ?? 0, reached, 1)}
        label={`${reached} / ${of ?? reached}`}
        title={t('tokens.bulk.progress')}
        aria-label={t('tokens.bulk.progress')}
      />
      {run.busy && <p>{t('tokens.bulk.stays')}</p>}
      <ProblemAlert error={run.error} />
      <p role="status">
        {run.finished &&
          t(run.stopped ? 'tokens.bulk.stopped' : 'tokens.bulk.finished', {
            done,
            failed: failures.length,
          })}
      </p>
      {run.finished && failures.length > 0 && <Failures failures={failures} nameTitle={nameTitle} />}
    </>
  );
}

function Failures({ failures, nameTitle }: { failures: BulkState['failures']; nameTitle: string }) {
  const t = useTexts();
  const more = failures.length - SHOWN_FAILURES;
  return (
    <>
      <List aria-label={t('tokens.bulk.failures')} className="sower-list">
        {failures.slice(0, SHOWN_FAILURES).map(({ name, detail }) => (
          <ListItem key={name}>
            <span className="sower-mono">{name}</span> – {detail}
          </ListItem>
        ))}
      </List>
      {more > 0 && <p>{t('tokens.bulk.moreFailures', { count: more })}</p>}
      <div>
        <Button
          variant="secondary"
          onClick={() =>
            saveFile(
              'failures.csv',
              'text/csv;charset=utf-8',
              `\ufeff${csvText([
                [nameTitle, t('tokens.bulk.why')],
                ...failures.map(({ name, detail }) => [name, detail]),
              ])}`,
            )
          }
        >
          {t('ui.exportCsv')}
        </Button>
      </div>
    </>
  );
}
