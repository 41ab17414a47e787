/**
 * A form, as wide as a line is read. The server checks it, not the browser: what it finds wrong with a field stands at that field, and the
 * rest first in the form.
 */
import * as PatternFly from '@patternfly/react-core';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { fieldProblem } from '../../api/problem-words.ts';
import { ProblemAlert } from '../problem-alert.tsx';

type Sent = {
  readonly error: unknown;
  /** Says that what is wrong at a path stands at its field. @returns what says that it no longer does */
  readonly register: (path: string) => () => void;
};
const SentContext = createContext<Sent | undefined>(undefined);

/**
 * What the server found wrong with one field, for what draws it.
 * @param path of the field in what the form sends; undefined: it is not sent as it is
 */
export function useFieldProblem(path: string | undefined): string | undefined {
  const sent = use(SentContext);
  const register = sent?.register;
  useEffect(() => (path === undefined ? undefined : register?.(path)), [path, register]);
  return path === undefined ? undefined : fieldProblem(sent?.error, path);
}

export function Form({
  id,
  wide = false,
  intro,
  error,
  onSubmit,
  children,
}: {
  id?: string;
  /** As wide as what it is in. */
  wide?: boolean;
  /** Said before anything else. */
  intro?: ReactNode;
  /** Of the request that sent it. */
  error?: unknown;
  /** Undefined: what is typed is followed at once, and sent nowhere. */
  onSubmit?: () => void;
  children: ReactNode;
}) {
  const [placed, setPlaced] = useState<readonly string[]>([]);
  const register = useCallback((path: string) => {
    setPlaced((previous) => [...previous, path]);
    return () => setPlaced((previous) => previous.toSpliced(previous.indexOf(path), 1));
  }, []);
  const sent = useMemo(() => ({ error, register }), [error, register]);
  return (
    <PatternFly.Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A form of the page that has opened a window with this one is not sent along.
        event.stopPropagation();
        onSubmit?.();
      }}
      {...(id === undefined ? {} : { id })}
      {...(wide ? {} : { className: 'sower-form' })}
    >
      {intro}
      <ProblemAlert error={error} fields={placed} />
      <SentContext value={sent}>{children}</SentContext>
    </PatternFly.Form>
  );
}

type TextName<T> = { [K in keyof T]: T[K] extends string ? K : never }[keyof T] & string;
type FlagName<T> = { [K in keyof T]: T[K] extends boolean ? K : never }[keyof T] & string;

/**
 * The values of a form, and what each of its inputs is given: the value, how it is changed, and where it is in what is sent, so that what
 * the server finds wrong with it stands there. The server checks by the schemas of the API, in the reader's language; that is not done a
 * second time here.
 */
export function useFields<T extends object>(initial: T | (() => T)) {
  const [values, setValues] = useState(initial);
  const set = (part: Partial<T>): void => setValues((previous) => ({ ...previous, ...part }));
  return {
    values,
    set,
    /**
     * For a text, a choice, an area.
     * @param path of the field in what is sent, where it is not called as here
     */
    field: (name: TextName<T>, path: string = name) => ({
      value: values[name] as string,
      // A choice offers what its type has.
      onChange: (value: string) => set({ [name]: value } as Partial<T>),
      path,
    }),
    flag: (name: FlagName<T>) => ({
      isChecked: values[name] as boolean,
      onChange: (_: unknown, on: boolean) => set({ [name]: on } as Partial<T>),
    }),
  };
}
