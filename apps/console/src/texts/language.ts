/** Language: what the person chose, else what the browser asks for, else English. German is loaded when it is wanted. */
import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { z } from 'zod';

export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'de', name: 'Deutsch' },
] as const;
export type Language = (typeof LANGUAGES)[number]['id'];

export type Texts = {
  readonly en: ResourceLanguage;
  readonly de: () => Promise<ResourceLanguage>;
};

/** What a schema finds wrong in the browser is said in the same language. */
const FINDINGS = {
  en: () => import('zod/v4/locales/en.js'),
  de: () => import('zod/v4/locales/de.js'),
} as const;

const KEY = 'sower.language';
let held: Texts | undefined;

function wanted(): Language {
  const kept = localStorage.getItem(KEY);
  const asked = kept === null ? navigator.languages : [kept];
  for (const tag of asked) {
    const found = LANGUAGES.find(({ id }) => tag.toLowerCase().startsWith(id));
    if (found) return found.id;
  }
  return 'en';
}

/** @param texts of this console, by the namespaces of i18next */
export async function startLanguage(texts: Texts): Promise<void> {
  held = texts;
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    ns: Object.keys(texts.en),
    defaultNS: 'console',
    resources: { en: texts.en },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await show(wanted());
}

async function show(language: Language): Promise<void> {
  if (language === 'de' && held && !i18next.hasResourceBundle('de', 'console')) {
    for (const [namespace, bundle] of Object.entries(await held.de()))
      i18next.addResourceBundle('de', namespace, bundle);
  }
  if (language !== i18next.language) z.config((await FINDINGS[language]()).default());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await show(language);
}
