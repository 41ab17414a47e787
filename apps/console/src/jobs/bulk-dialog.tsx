/** One action on many tokens or users: says what will happen to which, asks, has a job do it, and reports what failed. */
import type { Job } from '@sower/api/jobs';
import { type QueryKey, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { isTypedAgain } from '../ui/times.ts';
import { BulkProgress, useBulkJob } from './bulk-job.tsx';

/** Those that were selected, by their IDs or serial numbers, or all that a search finds. */
type Target<Search> =
  | { readonly kind: 'chosen'; readonly names: readonly string[] }
  | { readonly kind: 'search'; readonly search: Search };

type Of = { readonly count: number; readonly number: string };
type Words = {
  readonly label: string;
  action(of: Of): string;
  readonly body: string;
  readonly countNone: string;
  readonly countHelp: string;
};

export function BulkDialog<Search, Found extends { readonly count: number }>({
  title,
  words,
  target,
  countedBy,
  countOf,
  moves = false,
  dated,
  deletes = false,
  danger,
  children,
  start,
  onClose,
}: {
  title: (of: Of) => string;
  words: Words;
  target: Target<Search>;
  countedBy: QueryKey;
  /** What the action would change, counted each time the dialog asks. */
  countOf: (search: Search) => Promise<Found>;
  moves?: boolean;
  /** What the day is called that it takes, if any. */
  dated?: string | undefined;
  deletes?: boolean;
  danger: boolean;
  /** Shows which tokens or users these are. */
  children: ReactNode;
  /** @param securityDomain where it moves */
  start: (found: Found | undefined, securityDomain: string, day: string) => Promise<Job>;
  /** With the names of those for which it failed, once it has run. */
  onClose: (failed: readonly string[] | undefined) => void;
}) {
  const { t, count: inDigits } = useConsole();
  const [domain, setDomain] = useState('');
  const [day, setDay] = useState('');
  const [typed, setTyped] = useState('');
  const isSearch = target.kind === 'search';
  const search = isSearch ? target.search : undefined;
  const counting = useQuery({
    queryKey: [...countedBy, search],
    queryFn: () => countOf(search as Search),
    enabled: isSearch,
    staleTime: 0,
    gcTime: 0,
  });
  const count = isSearch ? counting.data?.count : target.names.length;
  const of = { count: count ?? 0, number: inDigits(count ?? 0) };
  const named = count === undefined ? words.label : title(of);
  const run = useBulkJob(() => start(counting.data, domain, day), named);
  const { busy, finished, failures } = run;
  const asked = askedFor(target, count, deletes);
  const ready =
    (!moves || domain !== '') &&
    (dated === undefined || day !== '') &&
    (asked === undefined || isTypedAgain(typed, asked)) &&
    Boolean(count);
  const close = (): void => onClose(busy || finished ? failures.map(({ subject }) => subject) : undefined);
  return (
    <Dialog
      title={named}
      size="medium"
      danger={danger}
      onClose={close}
      buttons={
        <>
          {!busy && !finished && (
            <Button
              type="submit"
              form="bulk-form"
              variant={danger ? 'danger' : 'primary'}
              isDisabled={!ready}
            >
              {count === undefined ? words.label : words.action(of)}
            </Button>
          )}
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
          <ProblemAlert error={run.error} fields={dated === undefined ? [] : ['at']} />
          <p>{words.body}</p>
          {children}
          <Form
            id="bulk-form"
            wide
            onSubmit={() => {
              if (ready) run.begin();
            }}
          >
            {moves && (
              <DomainField value={domain} onChange={setDomain} none={t('tokens.bulk.chooseDomain')} />
            )}
            {dated !== undefined && (
              <TextField
                id="bulk-day"
                label={dated}
                type="date"
                required
                value={day}
                onChange={setDay}
                error={fieldProblem(run.error, 'at')}
              />
            )}
            {isSearch && (
              <Loaded query={counting} lines={2}>
                {() => count === 0 && <Alert variant="info" title={words.countNone} />}
              </Loaded>
            )}
            {asked !== undefined && (
              <TextField
                id="bulk-asked"
                label={t('tokens.bulk.typeCount', { number: isSearch ? of.number : asked })}
                help={isSearch && words.countHelp}
                required
                value={typed}
                onChange={setTyped}
              />
            )}
          </Form>
        </>
      )}
    </Dialog>
  );
}

/** What has to be typed first: one that is deleted by its name, many by their number, and always the number that a search finds. */
function askedFor(target: Target<unknown>, count: number | undefined, deletes: boolean): string | undefined {
  if (target.kind === 'search') return count ? String(count) : undefined;
  if (!deletes) return undefined;
  const [first] = target.names;
  return target.names.length === 1 ? first : String(target.names.length);
}
