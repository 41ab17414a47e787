/**
 * The values of a form, and what each of its inputs is given: the value, how it is changed, and where it is in what is sent, so that what
 * the server finds wrong with it stands there (form.tsx). The server checks by the schemas of the API, in the reader's language; that is
 * not done a second time here.
 */
import { useState } from 'react';

type TextName<T> = { [K in keyof T]: T[K] extends string ? K : never }[keyof T] & string;
type FlagName<T> = { [K in keyof T]: T[K] extends boolean ? K : never }[keyof T] & string;

export function useFields<T extends object>(initial: T | (() => T)) {
  const [values, setValues] = useState(initial);
  const set = (part: Partial<T>): void => setValues((held) => ({ ...held, ...part }));
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

/** What has to be typed before something is done to many: a name, or a number as it is shown, whose digits are in groups. */
export const isTypedAgain = (typed: string, asked: string): boolean =>
  typed.trim() === asked || (/^\d+$/.test(asked) && typed.replace(/[\s.,'’]/g, '') === asked);
