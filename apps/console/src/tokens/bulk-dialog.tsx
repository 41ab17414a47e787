/** One action on many tokens: says what will happen to which, asks, does it, can be stopped, and reports what failed. */
import { Form, List, ListItem, ModalBody, ModalFooter, Progress } from '@patternfly/react-core';
import { csvText } from '@sower/api/csv';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button, Modal, ModalHeader } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { saveFile } from '../ui/save-file.ts';
import { useTimes } from '../ui/times.ts';
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
  const queries = useQueryClient();
  const [wish, setWish] = useState<BulkWish>({});
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<BulkState>({ done: 0, failures: [] });
  const [stopped, setStopped] = useState(false);
  const stopping = useRef(false);
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
  const running = useMutation({
    mutationFn: async () => {
      for await (const reached of runBulk(api, action, target, wish, counting.data?.last ?? '')) {
        setState(reached);
        if (stopping.current) break;
      }
      setStopped(stopping.current);
    },
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' }),
  });
  const busy = running.isPending;
  const finished = running.isSuccess || running.isError;
  useEffect(() => {
    if (!busy) return;
    // Leaving stops it. That is safe, but seldom intended.
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);

  const told = action !== 'move' || wish.securityDomain !== undefined;
  const confirmed = target.kind === 'chosen' || typed.replace(/\D/g, '') === String(count);
  const reached = state.done + state.failures.length;
  const close = (): void => {
    if (busy) return;
    onClose(finished ? state.failures.map(({ serial }) => serial) : undefined);
  };
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="bulk-title" aria-describedby="bulk-body">
      <ModalHeader
        labelId="bulk-title"
        title={
          count === undefined
            ? t(`tokens.bulk.${action}.label`)
            : t(`tokens.bulk.${action}.title`, { count, number })
        }
        warning={DESTROYS.has(action)}
      />
      <ModalBody id="bulk-body">
        {!busy && !finished && (
          <div className="sower-stack">
            <p>{t(`tokens.bulk.${action}.body`)}</p>
            {target.kind === 'chosen' ? (
              <List aria-label={t('tokens.bulk.which')} className="sower-list">
                {target.tokens.map((token) => (
                  <ListItem key={token.serial}>
                    <span className="sower-mono">{token.serial}</span>
                    {token.userId === undefined ? '' : ` – ${token.userId}`}
                  </ListItem>
                ))}
              </List>
            ) : (
              <SearchWords search={target.search} />
            )}
            <Form
              id="bulk-form"
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                if (told && confirmed) running.mutate();
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
          </div>
        )}
        {(busy || finished) && (
          <div className="sower-stack">
            <Progress
              value={reached}
              max={Math.max(count ?? 0, reached, 1)}
              label={`${reached} / ${count ?? reached}`}
              title={t('tokens.bulk.progress')}
              aria-label={t('tokens.bulk.progress')}
            />
            {busy && <p>{t('tokens.bulk.stays')}</p>}
            <ProblemAlert error={running.error} />
            <p role="status">
              {finished &&
                t(stopped || running.isError ? 'tokens.bulk.stopped' : 'tokens.bulk.finished', {
                  done: state.done,
                  failed: state.failures.length,
                })}
            </p>
            {finished && state.failures.length > 0 && <Failures failures={state.failures} />}
          </div>
        )}
      </ModalBody>
      <ModalFooter>
        {!busy && !finished && (
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
        )}
        {busy ? (
          <Button
            variant="secondary"
            onClick={() => {
              stopping.current = true;
            }}
          >
            {t('tokens.bulk.stop')}
          </Button>
        ) : (
          <Button variant={finished ? 'primary' : 'link'} onClick={close}>
            {finished ? t('ui.close') : t('ui.cancel')}
          </Button>
        )}
      </ModalFooter>
    </Modal>
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
