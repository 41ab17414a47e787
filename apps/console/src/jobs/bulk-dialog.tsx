/** One action on many tokens or users: says what will happen to which, asks, has a job do it, and reports what failed. */
import { List, ListItem } from '@patternfly/react-core';
import type { Job } from '@sower/api/jobs';
import { type QueryKey, useQuery } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu, type MenuEntry } from '../ui/action-menu.tsx';
import { useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import type { useChosen } from '../ui/lists/use-chosen.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { isTypedAgain } from '../ui/times.ts';
import { BulkFrame, useBulkJob } from './bulk-job.tsx';

/** Those that were chosen, or all that a search finds. */
type Target<Item, Search> =
  | { readonly kind: 'chosen'; readonly items: readonly Item[] }
  | { readonly kind: 'search'; readonly search: Search };

export type BulkProps<Action, Item, Search> = {
  action: Action;
  target: Target<Item, Search>;
  /** With the names of those for which it failed, once it has run. */
  onClose: (failed: readonly string[] | undefined) => void;
};

/** The menu of what can be done to those that are chosen, and the window about what is to be done. */
export function useBulk<Action extends string, Item, Search>({
  list: { whole, chosen, select },
  search,
  label,
  first = false,
  actions,
  labelOf,
  Window,
}: {
  list: Pick<ReturnType<typeof useChosen<Item>>, 'whole' | 'chosen' | 'select'>;
  search: Search;
  label: string;
  /** What comes before the actions. */
  first?: MenuEntry | false;
  actions: readonly Action[];
  labelOf: (action: Action) => string;
  Window: ComponentType<BulkProps<Action, Item, Search>>;
}): readonly [menu: ReactNode, window: ReactNode] {
  const t = useTexts();
  /** To those that were chosen when it was asked for, whatever the list becomes meanwhile. */
  const [ask, asking] = useWindow<Omit<BulkProps<Action, Item, Search>, 'onClose'>>((asked, onClose) => (
    <Window
      {...asked}
      onClose={(failed) => {
        onClose();
        if (failed) select(failed);
      }}
    />
  ));
  const menu = (
    <ActionMenu
      label={label}
      text={whole ? t('tokens.bulk.menuWhole') : t('tokens.bulk.menuCount', { count: chosen.length })}
      disabled={chosen.length === 0 && !whole}
      entries={[
        first,
        ...actions.map((action) => ({
          label: labelOf(action),
          danger: action === 'delete',
          onSelect: () =>
            ask({ action, target: whole ? { kind: 'search', search } : { kind: 'chosen', items: chosen } }),
        })),
      ]}
    />
  );
  return [menu, asking];
}

type Of = { readonly count: number; readonly number: string };
type Words = {
  readonly label: string;
  action(of: Of): string;
  readonly body: string;
  /** The name of the list of those that were chosen. */
  readonly which: string;
  readonly countNone: string;
  readonly countHelp: string;
};

export function BulkDialog<Item, Search, Found extends { readonly count: number }>({
  title,
  words,
  target,
  keyOf,
  item,
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
  target: Target<Item, Search>;
  /** The user ID, or the serial number. */
  keyOf: (item: Item) => string;
  item: (item: Item) => ReactNode;
  countedBy: QueryKey;
  /** What the action would change, counted each time the dialog asks. */
  countOf: (search: Search) => Promise<Found>;
  moves?: boolean;
  /** What the day is called that it takes, if any. */
  dated?: string | undefined;
  deletes?: boolean;
  danger: boolean;
  /** Shows what is searched for. */
  children?: ReactNode;
  /**
   * @param names of those that were chosen; undefined: all that were found
   * @param moved where it moves, if it does
   */
  start: (
    names: string[] | undefined,
    found: Found | undefined,
    moved: { securityDomain?: string },
    day: string,
  ) => Promise<Job>;
  onClose: BulkProps<never, Item, Search>['onClose'];
}) {
  const { t, count: inDigits } = useConsole();
  const [domain, setDomain] = useState('');
  const [day, setDay] = useState('');
  const [typed, setTyped] = useState('');
  const isSearch = target.kind === 'search';
  const search = isSearch ? target.search : undefined;
  const names = isSearch ? undefined : target.items.map(keyOf);
  const counting = useQuery({
    queryKey: [...countedBy, search],
    queryFn: () => countOf(search as Search),
    enabled: isSearch,
    staleTime: 0,
    gcTime: 0,
  });
  const count = names === undefined ? counting.data?.count : names.length;
  const of = { count: count ?? 0, number: inDigits(count ?? 0) };
  const named = count === undefined ? words.label : title(of);
  const moved = domain === '' ? {} : { securityDomain: domain };
  const run = useBulkJob(() => start(names, counting.data, moved, day), named);
  const { busy, finished, failures } = run;
  const asked = askedFor(names, count, deletes);
  const ready =
    (!moves || domain !== '') &&
    (dated === undefined || day !== '') &&
    (asked === undefined || isTypedAgain(typed, asked)) &&
    Boolean(count);
  return (
    <BulkFrame
      title={named}
      danger={danger}
      run={run}
      fields={dated === undefined ? [] : ['at']}
      onClose={() => onClose(busy || finished ? failures.map(({ subject }) => subject) : undefined)}
      begin={
        <Button type="submit" form="bulk-form" variant={danger ? 'danger' : 'primary'} isDisabled={!ready}>
          {count === undefined ? words.label : words.action(of)}
        </Button>
      }
    >
      <p>{words.body}</p>
      {isSearch ? (
        children
      ) : (
        <List aria-label={words.which} className="sower-list">
          {target.items.map((one) => (
            <ListItem key={keyOf(one)}>{item(one)}</ListItem>
          ))}
        </List>
      )}
      <Form
        id="bulk-form"
        wide
        onSubmit={() => {
          if (ready) run.begin();
        }}
      >
        {moves && <DomainField value={domain} onChange={setDomain} none={t('tokens.bulk.chooseDomain')} />}
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
    </BulkFrame>
  );
}

/** What has to be typed first: one that is deleted by its name, many by their number, and always the number that a search finds. */
function askedFor(names: readonly string[] | undefined, count: number | undefined, deletes: boolean) {
  if (names !== undefined && !deletes) return undefined;
  return names?.length === 1 ? names[0] : String(count || '') || undefined;
}
