/** Names in figures in German; see figures.en.ts. */
import type { Translation } from './catalogue.ts';
import type { figureNames as english } from './figures.en.ts';

export const figureNames: Translation<typeof english> = {
  figureNames: {
    ways: {
      radius: 'RADIUS',
      agent: 'Agenten',
      rest: 'REST-API',
      console: 'Security Console',
      'self-service': 'Self-Service Console',
    },
    outcomes: {
      accepted: 'Angenommen',
      refused: 'Abgelehnt',
      asked: 'Nachgefragt',
    },
    reasons: {
      'wrong-passcode': 'Falscher Passcode',
      used: 'Tokencode bereits verwendet',
      'wrong-password': 'Falsches Passwort',
      'no-user': 'Kein solcher Benutzer',
      'no-token': 'Kein eingerichtetes Token',
      'held-back': 'Nach falschen Passcodes gesperrt oder gebremst',
      disabled: 'Benutzer oder Token deaktiviert',
      lost: 'Token als verloren gemeldet',
      expired: 'Token oder Passwort abgelaufen',
      outside: 'Dieser Client bedient den Benutzer nicht',
      emergency: 'Notfallzugang',
      pin: 'PIN nicht gesetzt',
      'given-up': 'Abgebrochen',
      other: 'Andere',
    },
    stages: {
      issued: 'Ausgestellt',
      opened: 'Geöffnet',
      provisioned: 'Eingerichtet',
      confirmed: 'Bestätigt',
    },
    tokens: {
      total: 'Alle',
      assigned: 'Zugewiesen',
      enabled: 'Aktiviert',
      lost: 'Verloren',
      expired: 'Abgelaufen',
    },
    mail: {
      sent: 'Gesendet',
      postponed: 'Später erneut versucht',
      dead: 'Nicht gesendet',
    },
    runs: {
      done: 'Fertig',
      stopped: 'An seiner Grenze angehalten',
      failed: 'Fehlgeschlagen',
    },
    nodes: {
      seen: 'Minuten gesehen',
      'not-ready': 'Minuten nicht bereit',
      clock: 'Minuten mit falscher Uhr',
    },
  },
};
