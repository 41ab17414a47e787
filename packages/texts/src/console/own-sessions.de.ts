/** Where one is logged on, in German; see own-sessions.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { ownSessionsEn } from './own-sessions.en.ts';

export const ownSessionsDe: Translation<typeof ownSessionsEn> = {
  sessions: {
    title: 'Wo Sie angemeldet sind',
    body: 'Beenden Sie eine Sitzung, die Sie nicht kennen, und ändern Sie dann Ihr Passwort.',
    browser: 'Browser',
    source: 'Adresse',
    opened: 'Angemeldet',
    lastUsed: 'Zuletzt verwendet',
    current: 'Diese Sitzung',
    unknown: 'Unbekannt',
    end: 'Beenden',
    endNamed: 'Die Sitzung von {{browser}} vom {{at}} beenden',
    endOthers: 'Alle anderen beenden',
    ended: 'Die Sitzung ist beendet.',
    othersEnded: 'Alle anderen Sitzungen sind beendet.',
    stillLoggedOn:
      'Der Server hat die Abmeldung nicht bestätigt. Vielleicht sind Sie noch angemeldet: Melden Sie sich erneut ab, bevor Sie gehen.',
  },
};
