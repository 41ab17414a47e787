/** Find anything; see find.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { findEn } from './find.en.ts';

export const findDe: Translation<typeof findEn> = {
  find: {
    open: 'Alles finden (Strg+K)',
    title: 'Alles finden',
    help: 'Anfang von Benutzer-ID, Nachname oder E-Mail-Adresse; Ziffern einer Seriennummer; eine Seite',
    found: 'Gefunden',
    kinds: {
      users: 'Benutzer',
      tokens: 'Token',
      profiles: 'Token-Profile',
      radiusClients: 'RADIUS-Clients',
      agents: 'Authentifizierungs-Agenten',
      pages: 'Seiten',
    },
    more: 'Es gibt weitere: mehr vom Namen eingeben.',
    nothing: 'Nichts gefunden.',
    count_one: '{{count}} Treffer. Die Eingabetaste öffnet ihn.',
    count_other: '{{count}} Treffer. Mit den Pfeiltasten auswählen.',
  },
};
