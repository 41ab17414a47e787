/** What is answered, with texts where the reader gets words: the edge that knows the reader's language puts them into words. */

import { isText, readText, type Text } from '@sower/texts/outcomes';
import { type Reason, type ReasonColumns, reasonValue } from '../store/db/reason.ts';

/** What is sent, with a text wherever it has words. */
export type Answer<T> = T extends string
  ? string extends T
    ? T | Text
    : T
  : T extends object
    ? { readonly [K in keyof T]: Answer<T[K]> }
    : T;

/** What is shown, with a text in these fields. */
export type Unworded<T, Fields extends keyof T> = {
  [K in keyof T]: K extends Fields ? T[K] | Text : T[K];
};

/** Texts everywhere but in `params`, which are for programs, become words. What has none is not copied: a page may have a thousand rows. */
export function worded<T>(answer: Answer<T>, inWords: (text: Text) => string): T {
  const put = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (isText(value)) return inWords(value);
    let copy: Record<string, unknown> | undefined;
    for (const [name, each] of Object.entries(value)) {
      const made = name === 'params' ? each : put(each);
      if (made === each) continue;
      copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[name] = made;
    }
    return copy ?? value;
  };
  return put(answer) as T;
}

/** The key and values of a text, for programs. */
export const asData = ({ code, values }: Text) => ({
  reason: code,
  ...(values === undefined ? {} : { params: { ...values } }),
});

/** A text for people, and for programs. */
export const said = (detail: Text) => ({ ...asData(detail), detail });

type Said = ReturnType<typeof said>;

/** A text that was stored as JSON; nothing if there is none, or this version has no such text. */
export function saidIn(stored: string | null): Partial<Said> {
  const detail = stored === null ? undefined : readText(stored);
  return detail ? said(detail) : {};
}

/** Why, as a row has it: of an old row, and of a text that this version does not have, the plain words. */
export const storedReason = (row: ReasonColumns): Partial<Omit<Said, 'detail'>> & { detail?: Reason } =>
  row.reason === null ? {} : { detail: reasonValue(row), ...saidIn(row.text) };
