/** Language: what the person chose, else what the browser asks for, else English. German is loaded when it is wanted. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';

export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
] as const;
export type Language = (typeof LANGUAGES)[number]['id'];

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof en };
  }
}

const KEY = 'sower.language';

function wanted(): Language {
  const kept = localStorage.getItem(KEY);
  const asked = kept === null ? navigator.languages : [kept];
  for (const tag of asked) {
    const found = LANGUAGES.find(({ id }) => tag.toLowerCase().startsWith(id));
    if (found) return found.id;
  }
  return 'en';
}

async function load(language: Language): Promise<void> {
  if (language === 'de' && !i18next.hasResourceBundle('de', 'console')) {
    const { de } = await import('./de.ts');
    i18next.addResourceBundle('de', 'console', de);
  }
}

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    ns: ['console'],
    defaultNS: 'console',
    resources: { en: { console: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await show(wanted());
}

async function show(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await show(language);
}
