/**
 * Language: the person's choice, or the browser's preference, or English. A table other than the English one is loaded when it is needed.
 * Each console has its own tables, and its own name for {@link useTextsOf} that knows their keys.
 */
import { type Texts, type Translate, type Translation, translator } from '@sower/texts/catalogue';
import { LANGUAGES, type Language, PSEUDO } from '@sower/texts/language';
import { useSyncExternalStore } from 'react';
import { z } from 'zod';

/** The English table begins with what every page needs; {@link addEnglish} adds what comes with some. */
type Tables<T> = { readonly [L in Language]: Partial<T> | (() => Promise<Translation<T>>) } & {
  readonly en: Partial<T>;
};

/** Errors that a schema finds in the browser are in the same language. */
const FINDINGS: Readonly<Record<Language, () => Promise<{ default: () => Parameters<typeof z.config>[0] }>>> =
  {
    en: () => import('zod/v4/locales/en.js'),
    de: () => import('zod/v4/locales/de.js'),
    [PSEUDO]: () => import('zod/v4/locales/en.js'),
  };

const KEY = 'sower.language';
const listeners = new Set<() => void>();
let tables: Tables<Texts>;
let shown: { readonly language: Language; readonly t: unknown };

function wanted(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === PSEUDO) return PSEUDO;
  for (const tag of kept === null ? navigator.languages : [kept]) {
    const found = LANGUAGES.find(({ id }) => tag.toLowerCase().startsWith(id));
    if (found) return found.id;
  }
  return 'en';
}

export async function startLanguage<T extends Texts>(texts: Tables<T>): Promise<void> {
  tables = texts as unknown as Tables<Texts>;
  await show(wanted());
}

async function show(language: Language): Promise<void> {
  const table = tables[language];
  const texts = typeof table === 'function' ? await table() : table;
  z.config((await FINDINGS[language]()).default());
  shown = { language, t: translator<Texts>(language, texts as Translation<Texts>) };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** Texts that come with a page, before it is shown. */
export function addEnglish(more: Texts): void {
  tables = { ...tables, en: { ...tables.en, ...more } };
  if (shown.language === 'en') shown = { language: 'en', t: translator<Texts>('en', tables.en as Texts) };
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await show(language);
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
