/** One action on many tokens: says what will happen to which, asks, has a job do it, and reports what failed. */
import { Form, List, ListItem } from '@patternfly/react-core';
import type { BulkAction, TokenSearchInput } from '@sower/api/bulk';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { BulkProgress, useBulkJob } from '../jobs/bulk-job.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTimes } from '../ui/times.ts';
import { DomainField } from '../users/domain-field.tsx';
import { SearchWords } from './search-words.tsx';
import type { TokenRow } from './token-state.tsx';

export type BulkTarget =
  | { readonly kind: 'chosen'; readonly tokens: readonly TokenRow[] }
  | { readonly kind: 'search'; readonly search: TokenSearchInput };

const DESTROYS: ReadonlySet<BulkAction> = new Set(['disable', 'unassign', 'lost', 'clearPin', 'delete']);

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
  const [wish, setWish] = useState<{ securityDomain?: string }>({});
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
  const run = useBulkJob(() =>
    api('doToTokens', {
      body: {
        action,
        ...wish,
        choose:
          target.kind === 'chosen'
            ? { serials: target.tokens.map(({ serial }) => serial) }
            : { search: target.search, upTo: counting.data?.last ?? '' },
      },
    }),
  );
  const { busy, finished, failures } = run;
  const told = action !== 'move' || wish.securityDomain !== undefined;
  const confirmed = target.kind === 'chosen' || typed.replace(/\D/g, '') === String(count);
  const close = (): void => onClose(busy || finished ? failures.map(({ subject }) => subject) : undefined);
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
          {busy && (
            <Button variant="secondary" onClick={run.stop}>
              {t('tokens.bulk.stop')}
            </Button>
          )}
          <Button variant={finished ? 'primary' : 'link'} onClick={close}>
            {busy || finished ? t('ui.close') : t('ui.cancel')}
          </Button>
        </>
      }
    >
      {busy || finished ? (
        <BulkProgress run={run} />
      ) : (
        <>
          <ProblemAlert error={run.error} />
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
