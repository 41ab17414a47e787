/**
 * The search over a list, in one row with its buttons; what is seldom looked for opens below. What is searched for is in the address, so that it can
 * be shared, and comes from there.
 */
import FilterIcon from '@patternfly/react-icons/dist/esm/icons/filter-icon';
import { type Dispatch, type ReactNode, type Ref, type SetStateAction, useId, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { fieldProblem } from '../../api/problem-words.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { type Choice, ChoiceField, TextField } from '../field.tsx';
import { Form } from '../forms/form.tsx';
import { Button } from '../patternfly.tsx';
import { useTimes } from '../times.ts';
import { parametersNow } from './cursor-paging.tsx';

export type SearchValues<Name extends string> = Partial<Record<Name, string>>;
/** What an input is given. */
export type FieldOf<Name extends string> = (name: Name) => {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
};

export function valuesIn<Name extends string>(parameters: URLSearchParams, names: readonly Name[]) {
  const values: SearchValues<Name> = {};
  for (const name of names) {
    const value = parameters.get(name);
    if (value) values[name] = value;
  }
  return values;
}

export function SearchForm<Name extends string>({
  label,
  names,
  values,
  seldom = [],
  further = 0,
  error,
  onSearch,
  children,
  more,
}: {
  /** Names the search for screen readers. */
  label: string;
  names: readonly Name[];
  values: SearchValues<Name>;
  /** The fields that open below; shown at once if one of them has a value. */
  seldom?: readonly Name[];
  /** How many other fields among them narrow the list down, at once when they are chosen. */
  further?: number;
  /** The server's messages about the search, at its fields. */
  error: unknown;
  /** @param cleared whatever else narrows the list down is to go too */
  onSearch: (values: SearchValues<Name>, cleared: boolean) => void;
  children: (field: FieldOf<Name>) => ReactNode;
  /** @param shown whether they are looked at: nothing has to be fetched for them otherwise */
  more?: (field: FieldOf<Name>, shown: boolean) => ReactNode;
}) {
  const t = useTexts();
  const id = useId();
  const [draft, setDraft, sending] = useDraft(values);
  const [open, setOpen] = useState(seldom.some((name) => values[name] !== undefined));
  const [unfolded, setUnfolded] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const field: FieldOf<Name> = (name) => ({
    value: draft[name] ?? '',
    onChange: (value) => setDraft((previous) => ({ ...previous, [name]: value })),
    error: fieldProblem(error, name),
  });
  const submit = (chosen: SearchValues<Name>, cleared = false): void => {
    const kept: SearchValues<Name> = {};
    for (const name of names) {
      const value = chosen[name]?.trim();
      if (value) kept[name] = value;
    }
    sending(kept);
    onSearch(kept, cleared);
    // What was found is what is looked at now; the focus must not be in what is folded away.
    setUnfolded(false);
    if (toggle.current?.checkVisibility()) toggle.current.focus();
  };
  const wrong = names.some((name) => fieldProblem(error, name) !== undefined);
  return (
    <search aria-label={label} className="sower-no-print">
      <Form wide onSubmit={() => submit(draft)}>
        <Folded
          used={names.filter((name) => values[name] !== undefined).length + further}
          open={unfolded || wrong}
          onOpen={setUnfolded}
          toggle={toggle}
        >
          <div className="sower-search">
            {children(field)}
            <div className="sower-actions sower-search-buttons">
              <Button type="submit">{t('ui.search')}</Button>
              <Button
                variant="link"
                onClick={() => {
                  setDraft({});
                  submit({}, true);
                }}
              >
                {t('ui.clearSearch')}
              </Button>
              {more && (
                <Button variant="link" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
                  {t(open ? 'tokens.search.fewer' : 'tokens.search.more')}
                </Button>
              )}
            </div>
          </div>
          {more && (
            <div id={id} className="sower-filters" hidden={!open}>
              {open && more(field, open)}
            </div>
          )}
        </Folded>
      </Form>
    </search>
  );
}

/**
 * What is being typed. If its initial value changes, such as the address by a link, it starts over; the fields stay, and with them the
 * focus. Values that this draft itself put there change nothing: the person may have continued typing in the meantime.
 * @returns the draft, a function that changes it, and one that reports what is being sent of it
 */
function useDraft<T>(given: T): [T, Dispatch<SetStateAction<T>>, (sent: T) => void] {
  const [draft, setDraft] = useState(given);
  const now = JSON.stringify(given);
  const [began, setBegan] = useState(now);
  const [sent, setSent] = useState<string>();
  if (now !== began) {
    setBegan(now);
    setSent(undefined);
    if (now !== sent) setDraft(given);
  }
  return [draft, setDraft, (values) => setSent(JSON.stringify(values))];
}

/** What is typed into a field for a part, as the audit trail is searched: with anything around it. An asterisk in it says where. */
export const partOf = (value: string): string => (value.includes('*') ? value : `*${value}*`);

/** What a list is narrowed down by at once, without a button that searches. */
export function Narrowed({
  label,
  used,
  children,
}: {
  label: string;
  /** How many of the fields do so. */
  used: number;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <search aria-label={label} className="pf-v6-c-form">
      <Folded used={used} open={open} onOpen={setOpen}>
        <div className="sower-filters">{children}</div>
      </Folded>
    </search>
  );
}

/** Narrows a list down to one kind or state, at once when it is chosen. The choice is in the address, and the list begins at its first page. */
export function NarrowingChoice({
  name,
  any,
  choices,
  ...said
}: {
  /** In the address. */
  name: string;
  /** What it is called that all are shown. */
  any: string;
  choices: readonly Choice[];
  label: string;
  id?: string;
}) {
  const [parameters, setParameters] = useSearchParams();
  const current = parameters.get(name);
  return (
    <ChoiceField
      {...said}
      value={choices.find(({ value }) => value === current)?.value ?? ''}
      onChange={(chosen) => {
        const changed = parametersNow();
        changed.delete('cursor');
        if (chosen === '') changed.delete(name);
        else changed.set(name, chosen);
        setParameters(changed);
      }}
      none={any}
      choices={choices}
    />
  );
}

/** Narrows down what is on the page, while it is typed. */
export function FindField({
  wide = false,
  ...field
}: {
  label: string;
  help: string;
  value: string;
  onChange: (value: string) => void;
  wide?: boolean;
}) {
  return (
    <search aria-label={field.label}>
      <Form wide={wide}>
        <TextField type="search" {...field} />
      </Form>
    </search>
  );
}

/**
 * What a list is searched by. On a narrow screen it is folded away behind a button, which says how much of it is in use: otherwise the first row of
 * the list would be below the edge of the screen.
 */
function Folded({
  used,
  open,
  onOpen,
  toggle,
  children,
}: {
  /** How many of the fields narrow the list down. */
  used: number;
  /** On a wide screen it always is. */
  open: boolean;
  onOpen: (open: boolean) => void;
  /** The button. */
  toggle?: Ref<HTMLButtonElement>;
  children: ReactNode;
}) {
  const t = useTexts();
  const { count } = useTimes();
  const id = useId();
  return (
    <>
      <Button
        variant="secondary"
        icon={<FilterIcon />}
        className="sower-fold"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onOpen(!open)}
        {...(toggle === undefined ? {} : { ref: toggle })}
      >
        {used === 0 ? t('ui.fold') : t('ui.foldUsed', { used: count(used) })}
      </Button>
      <div id={id} className="sower-folded" data-open={open}>
        {children}
      </div>
    </>
  );
}
