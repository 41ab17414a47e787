/** The texts of the Security Console. */
import type { Key, Translate, ValuesArgument } from '@sower/texts/catalogue';
import { type Catalogue as Main, table as main } from '@sower/texts/tables/console';
import { type Catalogue as Start, table as start } from '@sower/texts/tables/console-start';
import { addTexts, startLanguage, useTextsOf } from './language.ts';

type Catalogue = Start & Main;
export type ConsoleTexts = Translate<Catalogue>;
type WordsKey = Extract<keyof Catalogue, `find.words.${string}`>;
/** A page of the menu: for each there are words by which people look for what is done there. */
export type WordedPage = WordsKey extends `find.words.${infer Page}` ? Page : never;
export const useTexts = (): ConsoleTexts => useTextsOf<Catalogue>();

/** Texts without values that have another, of the same key and `Help`. */
type Helped = {
  [K in Key<Catalogue>]: `${K}Help` extends Key<Catalogue>
    ? keyof (Catalogue[K] & Catalogue[`${K}Help`]) extends never
      ? K
      : never
    : never;
}[Key<Catalogue>];
/** What a field is called, and what stands below it. */
export const helped = (t: ConsoleTexts, key: Helped) => ({ label: t(key), help: t(`${key}Help` as const) });

/** What a button does once a window has asked: there is a text of the same key and `Title`, and one of it and `Body`. */
type Asked = {
  [K in Key<Catalogue>]: `${K}Title` | `${K}Body` extends Key<Catalogue> ? K : never;
}[Key<Catalogue>];
/** What a window that asks says: its title, what its button does, and what that means. */
export function asking<K extends Asked>(
  t: ConsoleTexts,
  key: K,
  ...values: ValuesArgument<Catalogue, `${K}Title` | `${K}Body`>
) {
  const say = t as (key: string, ...values: readonly unknown[]) => string;
  return { title: say(`${key}Title`, ...values), action: say(key), body: say(`${key}Body`, ...values) };
}

/** Those that the log-on page needs. */
export const startTexts = (): Promise<void> => startLanguage(start);

/** What the person who is logged on sees first, with the texts of all pages. */
export const withMainTexts =
  <T>(page: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    const [loaded] = await Promise.all([page(), addTexts(main)]);
    return loaded;
  };
