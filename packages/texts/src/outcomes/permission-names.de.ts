/** What each permission allows, in German; see permission-names.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { permissionNames as en } from './permission-names.en.ts';

export const permissionNames: Translation<typeof en> = {
  'permission-name': {
    'users:view': 'Benutzer ansehen',
    'users:edit': 'Benutzer hinzufügen, bearbeiten, aktivieren, deaktivieren und löschen',
    'users:activation-window':
      'Einen Benutzer, der ein Token hat, einmal ein weiteres ohne dieses aktivieren lassen: bei verlorenem oder neuem Telefon',
    'profiles:view': 'Token-Profile und Gerätetypen ansehen',
    'profiles:edit': 'Token-Profile und Gerätetypen hinzufügen, bearbeiten und löschen',
    'tokens:view': 'Token und ihre Verteilungen ansehen',
    'tokens:mint': 'Token anlegen',
    'tokens:assign': 'Token zuweisen, ersetzen und Zuweisungen aufheben',
    'tokens:edit':
      'Token bearbeiten, aktivieren und deaktivieren, PINs setzen und löschen, neu synchronisieren, entsperren, Notfallzugang erteilen',
    'tokens:distribute': 'Software-Token ausgeben: verteilen, neu verteilen, zurückziehen',
    'tokens:delete': 'Token löschen',
    'requests:view': 'Anträge auf Token ansehen',
    'requests:make': 'Im Namen von Benutzern Token beantragen und Anträge zurückziehen',
    'requests:decide': 'Anträge auf Token genehmigen, ablehnen und zurückstellen',
    'activations:open':
      'Den Aktivierungscode einer QR-Verteilung erhalten: nur für ein Selbstbedienungsportal, das den Benutzer authentifiziert hat',
    'policies:view': 'Token-, Sperr- und Notfallzugangsrichtlinien ansehen',
    'policies:edit': 'Token-, Sperr- und Notfallzugangsrichtlinien ändern',
    authenticate: 'Fragen, ob ein Passcode richtig ist',
    'agents:view': 'RADIUS-Clients und Authentifizierungs-Agenten ansehen',
    'agents:edit': 'RADIUS-Clients und Authentifizierungs-Agenten hinzufügen, bearbeiten und löschen',
    'audit:view': 'Das Prüfprotokoll lesen',
    'administrators:view': 'Administratoren und Rollen ansehen, und wer was darf',
    'administrators:edit':
      'Administratoren und Rollen hinzufügen, bearbeiten und löschen, innerhalb der eigenen Rechte',
    'domains:edit': 'Sicherheitsdomänen hinzufügen, umbenennen und löschen',
    'settings:edit': 'Einstellungen der Installation ändern',
    'backups:make': 'Sicherungen machen, und die gemachten sehen',
    'keys:edit': 'API-Schlüssel anlegen, den Serverschlüssel wechseln und das TLS-Zertifikat ersetzen',
  },
};
