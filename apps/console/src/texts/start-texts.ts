/** The texts of the Security Console, and the types of those of both. */
import { consoleEn as en } from '@sower/messages/console/all.en';
import type { selfServiceEn } from '@sower/messages/console/self-service.en';
import { startLanguage } from './language.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof en; selfService: typeof selfServiceEn };
  }
}

export const startTexts = (): Promise<void> =>
  startLanguage({
    en: { console: en },
    de: async () => ({ console: (await import('@sower/messages/console/all.de')).consoleDe }),
  });
