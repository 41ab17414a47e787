/** Language and look: what the person chose, else what the browser asks for. Both are remembered; neither is a secret. */
import { type Words, wordsIn } from '@sower/ctkip/authenticator/words';
import { createContext, use } from 'react';
import { de } from './de.ts';
import { en, type Texts } from './en.ts';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export type Look = {
  readonly language: Language;
  readonly theme: Theme;
  readonly texts: Texts;
  readonly words: Words;
  choose(change: { language?: Language; theme?: Theme }): void;
};

export const LookContext = createContext<Look | undefined>(undefined);

export function useLook(): Look {
  const look = use(LookContext);
  if (!look) throw new Error('no look');
  return look;
}

export const useTexts = (): Texts => useLook().texts;

const NAMES = { language: 'sower.authenticator.language', theme: 'sower.authenticator.theme' } as const;

export function keptLook(): { language: Language; theme: Theme } {
  const language = [read('language') ?? [], navigator.languages]
    .flat()
    .find((tag) => /^(en|de)\b/i.test(tag));
  const theme = read('theme');
  return {
    language: language?.toLowerCase().startsWith('de') ? 'de' : 'en',
    theme: THEMES.find((each) => each === theme) ?? 'auto',
  };
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

export const textsOf = (language: Language): { texts: Texts; words: Words } => ({
  texts: language === 'de' ? de : en,
  words: wordsIn(language),
});

function read(name: keyof typeof NAMES): string | undefined {
  try {
    return localStorage.getItem(NAMES[name]) ?? undefined;
  } catch {
    return undefined;
  }
}
