/** One action on many tokens: says what will happen to which, asks, does it, can be stopped, and reports what failed. */
import { Form, List, ListItem, Progress } from '@patternfly/react-core';
import { csvText } from '@sower/api/csv';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { saveFile } from '../ui/save-file.ts';
import { useTimes } from '../ui/times.ts';
import { useRefresh } from '../ui/use-done.ts';
import { DomainField } from '../users/domain-field.tsx';
import { type BulkAction, type BulkState, type BulkTarget, type BulkWish, runBulk } from './bulk-run.ts';
import { SearchWords } from './search-words.tsx';

const DESTROYS: ReadonlySet<BulkAction> = new Set(['disable', 'unassign', 'lost', 'clearPin', 'delete']);
const SHOWN_FAILURES = 200;

export function BulkDialog({
  action,
  target,
  onClose,
}: {
  action: BulkAction;
  target: BulkTarget;
  /** With the serial numbers for which it failed, once it has run. */
  onClose: (failed: readonly string[] | undefined) => void;
}) {
  const t = useTexts();
  const { count: inDigits } = useTimes();
  const api = useApi();
  const [wish, setWish] = useState<BulkWish>({});
  const [typed, setTyped] = useState('');
  const search = target.kind === 'search' ? target.search : undefined;
  const counting = useQuery({
    queryKey: ['tokens', 'count', action, search],
    queryFn: () => api('countTokens', { query: { ...search, action } }),
    enabled: search !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  const count = target.kind === 'chosen' ? target.tokens.length : counting.data?.count;
  const number = inDigits(count ?? 0);
  const run = useBulkRun(() => runBulk(api, action, target, wish, counting.data?.last ?? ''));
  const { busy, finished, state } = run;
  const told = action !== 'move' || wish.securityDomain !== undefined;
  const confirmed = target.kind === 'chosen' || typed.replace(/\D/g, '') === String(count);
  const close = (): void => {
    if (!busy) onClose(finished ? state.failures.map(({ serial }) => serial) : undefined);
  };
  const begin = (
    <Button
      type="submit"
      form="bulk-form"
      variant={DESTROYS.has(action) ? 'danger' : 'primary'}
      isDisabled={!told || !confirmed || !count}
    >
      {count === undefined
        ? t(`tokens.bulk.${action}.label`)
        : t(`tokens.bulk.${action}.action`, { count, number })}
    </Button>
  );
  return (
    <Dialog
      title={
        count === undefined
          ? t(`tokens.bulk.${action}.label`)
          : t(`tokens.bulk.${action}.title`, { count, number })
      }
      size="medium"
      danger={DESTROYS.has(action)}
      onClose={close}
      buttons={
        <>
          {!busy && !finished && begin}
          {busy ? (
            <Button variant="secondary" onClick={run.stop}>
              {t('tokens.bulk.stop')}
            </Button>
          ) : (
            <Button variant={finished ? 'primary' : 'link'} onClick={close}>
              {finished ? t('ui.close') : t('ui.cancel')}
            </Button>
          )}
        </>
      }
    >
      {busy || finished ? (
        <Reached run={run} of={count} />
      ) : (
        <>
          <p>{t(`tokens.bulk.${action}.body`)}</p>
          <Which target={target} />
          <Form
            id="bulk-form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (told && confirmed) run.begin();
            }}
          >
            {action === 'move' && (
              <DomainField
                value={wish.securityDomain ?? ''}
                onChange={(id) => setWish(id === '' ? {} : { securityDomain: id })}
                none={t('tokens.bulk.chooseDomain')}
              />
            )}
            {search && (
              <Loaded query={counting} lines={2}>
                {() =>
                  count === 0 ? (
                    <Alert component="p" isInline variant="info" title={t('tokens.bulk.countNone')} />
                  ) : (
                    <TextField
                      id="bulk-count"
                      label={t('tokens.bulk.typeCount', { number })}
                      help={t('tokens.bulk.typeCountHelp')}
                      required
                      value={typed}
                      onChange={setTyped}
                    />
                  )
                }
              </Loaded>
            )}
          </Form>
        </>
      )}
    </Dialog>
  );
}

type Run = {
  readonly state: BulkState;
  readonly busy: boolean;
  readonly finished: boolean;
  readonly stopped: boolean;
  readonly error: unknown;
  readonly begin: () => void;
  readonly stop: () => void;
};

function useBulkRun(start: () => AsyncIterable<BulkState>): Run {
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

function Which({ target }: { target: BulkTarget }) {
  const t = useTexts();
  if (target.kind === 'search') return <SearchWords search={target.search} />;
  return (
    <List aria-label={t('tokens.bulk.which')} className="sower-list">
      {target.tokens.map((token) => (
        <ListItem key={token.serial}>
          <span className="sower-mono">{token.serial}</span>
          {token.userId === undefined ? '' : ` – ${token.userId}`}
        </ListItem>
      ))}
    </List>
  );
}

function Reached({ run, of }: { run: Run; of: number | undefined }) {
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
      {run.finished && failures.length > 0 && <Failures failures={failures} />}
    </>
  );
}

function Failures({ failures }: { failures: BulkState['failures'] }) {
  const t = useTexts();
  const more = failures.length - SHOWN_FAILURES;
  return (
    <>
      <List aria-label={t('tokens.bulk.failures')} className="sower-list">
        {failures.slice(0, SHOWN_FAILURES).map(({ serial, detail }) => (
          <ListItem key={serial}>
            <span className="sower-mono">{serial}</span> – {detail}
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
                [t('tokens.columns.serial'), t('tokens.bulk.why')],
                ...failures.map(({ serial, detail }) => [serial, detail]),
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
