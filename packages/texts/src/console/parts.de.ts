/** What the parts of a page say of their own, in German; see parts.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { partsEn } from './parts.en.ts';

export const partsDe: Translation<typeof partsEn> = {
  parts: {
    alerts: {
      success: 'Erfolg:',
      danger: 'Fehler:',
      warning: 'Warnung:',
      info: 'Hinweis:',
      custom: 'Meldung:',
    },
    helperTexts: {
      default: 'Hilfe',
      indeterminate: 'offen',
      warning: 'Warnung',
      success: 'richtig',
      error: 'falsch',
    },
    closeNotice: 'Schließen: {{notice}}',
    showTyped: 'Eingabe anzeigen',
    hideTyped: 'Eingabe verbergen',
    generate: 'Erzeugen',
    chooseFile: 'Datei auswählen',
    noFile: 'Keine Datei ausgewählt. Sie können auch eine hierher ziehen.',
  },
};
