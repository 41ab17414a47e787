/** Language and look: what the user chose, else what the browser asks for. Both are remembered; neither is a secret. */
import { authenticatorDe } from '@sower/texts/authenticator.de';
import { authenticatorEn } from '@sower/texts/authenticator.en';
import { type Message, type Translate, translator } from '@sower/texts/catalogue';
import { importingDe } from '@sower/texts/importing.de';
import { importingEn } from '@sower/texts/importing.en';
import { LANGUAGES, type Language, PSEUDO } from '@sower/texts/language';
import { pseudoTexts } from '@sower/texts/pseudo';
import { createContext, use } from 'react';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const EN = { ...authenticatorEn, importing: importingEn };
type AppTexts = typeof EN;
/** Something to tell the user, whatever the language is when it is shown. */
export type AppMessage = Message<AppTexts>;

const TEXTS = {
  en: () => EN,
  de: () => ({ ...authenticatorDe, importing: importingDe }),
  [PSEUDO]: () => pseudoTexts(EN),
} as const;

export type Look = {
  readonly language: Language;
  readonly theme: Theme;
  readonly t: Translate<AppTexts>;
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
    language: kept === PSEUDO ? PSEUDO : wantedLanguage([kept ?? [], navigator.languages].flat()),
    theme: THEMES.find((each) => each === theme) ?? 'auto',
  };
}

function wantedLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const known = LANGUAGES.find(({ id }) => id === tag.toLowerCase().split('-', 1)[0]);
    if (known) return known.id;
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

export const textsIn = (language: Language): Look['t'] => translator<AppTexts>(language, TEXTS[language]());

function read(name: keyof typeof NAMES): string | undefined {
  try {
    return localStorage.getItem(NAMES[name]) ?? undefined;
  } catch {
    return undefined;
  }
}
