/** The texts of the Security Console, and the types of those of both. */
import { en } from './en.ts';
import { startLanguage } from './language.ts';
import type { selfServiceEn } from './self-service.en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof en; selfService: typeof selfServiceEn };
  }
}

export const startTexts = (): Promise<void> =>
  startLanguage({
    en: { console: en },
    de: async () => ({ console: (await import('./de.ts')).de }),
  });
