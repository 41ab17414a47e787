/** Was ein Benutzer von einem Verzeichnis hat: Deutsch; siehe user-source.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { userSourceEn } from './user-source.en.ts';

export const userSourceDe: Translation<typeof userSourceEn> = {
  userSource: {
    states: {
      active: 'Aktiv',
      disabled: 'Deaktiviert',
      expired: 'Abgelaufen',
      locked: 'Gesperrt',
      gone: 'Verschwunden',
    },
    run: 'Abgleich',
    title: 'Quelle',
    in: 'Im Verzeichnis',
    since: 'Seit',
    entry: 'Eintrag',
    telephone: 'Telefonnummer',
    owned: 'Name, E-Mail-Adresse und Telefonnummer gehören dem Verzeichnis. Bitte dort ändern.',
    ownedDisabled: 'Der Benutzer kann aktiviert werden, sobald das Konto im Verzeichnis aktiv ist.',
    password:
      'In {{name}}: Der Benutzer meldet sich mit dem Passwort des Verzeichnisses bei der Selbstbedienung an',
    fromDirectory: 'Kommt aus {{name}}. Bitte dort ändern.',
  },
};
