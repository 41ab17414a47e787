/** Language and look: what the user chose, else what the browser asks for. Both are remembered; neither is a secret. */
import type { Message, Translate } from '@sower/texts/catalogue';
import { type Language, languageNamed, languagesOf } from '@sower/texts/language';
import { translatorsOf } from '@sower/texts/table';
import { type Catalogue, table } from '@sower/texts/tables/authenticator';
import { createContext, use } from 'react';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Something to tell the user, whatever the language is when it is shown. */
export type AppMessage = Message<Catalogue>;

export const LANGUAGES = languagesOf(table);
export const textsIn = translatorsOf<Catalogue>(table);

export type Look = {
  readonly language: Language;
  readonly theme: Theme;
  readonly t: Translate<Catalogue>;
  choose(change: { language?: Language; theme?: Theme }): void;
};

export const LookContext = createContext<Look | undefined>(undefined);

export function useLook(): Look {
  const look = use(LookContext);
  if (!look) throw new Error('no look');
  return look;
}

export const useTexts = (): Look['t'] => useLook().t;

const NAMES = { language: 'sower.authenticator.language', theme: 'sower.authenticator.theme' } as const;

export function keptLook(): { language: Language; theme: Theme } {
  const kept = read('language');
  const theme = read('theme');
  return {
    language: wantedLanguage([kept ?? [], navigator.languages].flat()),
    theme: THEMES.find((each) => each === theme) ?? 'auto',
  };
}

function wantedLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const known = languageNamed(tag, table);
    if (known) return known;
  }
  return 'en';
}

export function showLook({ language, theme }: { language: Language; theme: Theme }): void {
  document.documentElement.lang = language;
  document.documentElement.dataset.theme = theme;
}

export function keepLook({ language, theme }: { language: Language; theme: Theme }): void {
  try {
    localStorage.setItem(NAMES.language, language);
    localStorage.setItem(NAMES.theme, theme);
  } catch {
    // It then lasts as long as the page.
  }
}

function read(name: keyof typeof NAMES): string | undefined {
  try {
    return localStorage.getItem(NAMES[name]) ?? undefined;
  } catch {
    return undefined;
  }
}
