/**
 * Language: the person's choice, or the browser's preference, or English. Texts are loaded in the language that is shown. Each console has its
 * own tables, and its own name for {@link useTextsOf} that knows their keys.
 */
import { visible } from '@sower/bytes/printable';
import { type Translate, translator } from '@sower/texts/catalogue';
import { type Language, languageNamed, languagesOf } from '@sower/texts/language';
import { loadTexts, type Table } from '@sower/texts/table';
import { useSyncExternalStore } from 'react';
import { z } from 'zod';

/** Errors that a schema finds in the browser are in the same language, or in English if the schema library is not used in it. */
const ENGLISH_FINDINGS = () => import('zod/v4/locales/en.js');
const FINDINGS: { readonly [language: string]: typeof ENGLISH_FINDINGS } = {
  de: () => import('zod/v4/locales/de.js'),
};

const KEY = 'sower.language';
const listeners = new Set<() => void>();
const tables: Table[] = [];
let shown: { readonly language: Language; readonly t: unknown };
/** One change after another: the texts of a page may still be loading when a language is chosen. */
let changing: Promise<unknown> = Promise.resolve();

/** What the console is offered in. */
export const offeredLanguages = (): ReturnType<typeof languagesOf> => languagesOf(tables[0] ?? {});

function wanted(): Language {
  const kept = localStorage.getItem(KEY);
  for (const tag of kept === null ? navigator.languages : [kept]) {
    const found = languageNamed(tag, tables[0] ?? {});
    if (found) return found;
  }
  return 'en';
}

/** Values of texts that are names of users and administrators. */
const NAMES = ['userId', 'userName', 'user', 'name', 'holder', 'administrator', 'standIn', 'subject', 'by'];

/** A name that an earlier version took is shown as what it is, wherever a text has it. */
const withVisibleNames =
  (translate: Translate<unknown>): Translate<unknown> =>
  (key: string | object, values?: Readonly<Record<string, unknown>>) =>
    (translate as (key: unknown, values?: object) => string)(
      key,
      values &&
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            name,
            typeof value === 'string' && NAMES.includes(name) ? visible(value) : value,
          ]),
        ),
    );

/** @param language as it is when the changes before this one are made */
function show(language: () => Language): Promise<void> {
  const change = changing.then(async () => {
    const next = language();
    const texts = await Promise.all(tables.map((table) => loadTexts(table, next)));
    z.config((await (FINDINGS[next] ?? ENGLISH_FINDINGS)()).default());
    shown = { language: next, t: withVisibleNames(translator<unknown>(next, ...texts)) };
    document.documentElement.lang = next;
    for (const listener of listeners) listener();
  });
  changing = change.catch(() => undefined);
  return change;
}

/** @param table what every page needs; its languages are those of the console */
export function startLanguage(table: Table): Promise<void> {
  tables.push(table);
  return show(wanted);
}

/** Texts that come with a page, before it is shown. */
export function addTexts(table: Table): Promise<void> {
  if (!tables.includes(table)) tables.push(table);
  return show(shownLanguage);
}

export function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  return show(() => language);
}

export const shownLanguage = (): Language => shown.language;

export function onLanguageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLanguage = (): Language => useSyncExternalStore(onLanguageChange, shownLanguage);

/** Only for the parts of a console whose tables have this type. */
export const useTextsOf = <T>(): Translate<T> =>
  useSyncExternalStore(onLanguageChange, () => shown.t as Translate<T>);
