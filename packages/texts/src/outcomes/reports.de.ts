/** Reports in German; see reports.en.ts. */
import type { Translation } from '../catalogue.ts';
import { auditDe } from '../console/audit.de.ts';
import { reportTitles } from '../reports.de.ts';
import type { reports as english } from './reports.en.ts';

export const reports: Translation<typeof english> = {
  'report-title': reportTitles,
  'audit-action': auditDe.audit.actions,
  'report-actor': auditDe.actors,
  'report-column': {
    serial: 'Seriennummer',
    user: 'Benutzer',
    name: 'Name',
    domain: 'Sicherheitsdomäne',
    token: 'Token',
    distribution: 'Verteilung',
    expires: 'Läuft ab',
    at: 'Zeit',
    profile: 'Profil',
    by: 'Von',
    accepted: 'Zuletzt angenommen',
    tokens: 'Token',
    offer: 'Angebot',
    state: 'Zustand',
    decisions: 'Entscheidungen',
    client: 'Client',
    why: 'Grund',
    source: 'Von wo',
    action: 'Aktion',
    object: 'Objekt',
    result: 'Ergebnis',
    role: 'Rolle',
    permissions: 'Rechte',
    enabled: 'Aktiviert',
  },
  'report-word': {
    enabled: 'aktiviert',
    disabled: 'deaktiviert',
    lost: 'verloren',
    expired: 'abgelaufen',
    none: 'nicht verteilt',
    issued: 'ausgestellt',
    opened: 'geöffnet',
    provisioned: 'eingerichtet',
    confirmed: 'bestätigt',
    withdrawn: 'zurückgezogen',
    failed: 'fehlgeschlagen',
    pending: 'offen',
    approved: 'genehmigt',
    done: 'erledigt',
    rejected: 'abgelehnt',
    cancelled: 'abgebrochen',
    deferred: 'zurückgestellt',
    distributed: 'verteilt',
    yes: 'ja',
    no: 'nein',
    success: 'Erfolg',
    refused: 'abgelehnt',
    failure: 'Fehler',
  },
  'saved-report': {
    'not-found': 'Nicht gefunden: dieser gespeicherte Bericht.',
    exists:
      'Es gibt schon einen gespeicherten Bericht „{{name}}“ (Groß- und Kleinschreibung spielt keine Rolle).',
    'no-mail': 'Es gibt keinen Administrator {{name}} mit einer E-Mail-Adresse.',
    'to-nobody': 'Nennen Sie mindestens einen Administrator, an den er verschickt wird.',
    'not-scheduled':
      'Dieser Bericht wird an niemanden verschickt. Geben Sie ihm zuerst Zeiten und Empfänger.',
    'nobody-left':
      'Kein Empfänger ist aktiviert, hat eine E-Mail-Adresse und darf den Bericht lesen; deshalb wurde nichts gesendet.',
    'left-out':
      'Nicht gesendet an {{names}}: deaktiviert, ohne E-Mail-Adresse oder ohne die Berechtigung, ihn zu lesen.',
    'recipient-lacks':
      '{{name}} hat die Berechtigung {{permission}} nicht, die zum Lesen dieses Berichts nötig ist.',
    'owner-gone': '{{name}} wurde gelöscht oder deaktiviert, deshalb wurde nichts verschickt.',
    'right-lost': '{{name}} hat das Recht {{permission}} nicht mehr, deshalb wurde nichts verschickt.',
    'too-long':
      'Der Bericht hat mehr als {{count, number}} Zeilen, zu viele für eine Mail. Wählen Sie weniger Tage oder das PDF.',
    altered: 'Der gespeicherte Bericht stammt nicht vom Server und wurde deshalb nicht ausgeführt.',
  },
  report: {
    decision: '{{decision}} von {{actor}}',
    page: '{{page}} von {{pages}}',
    made: 'Erstellt um {{time}} von {{actor}}',
    days: '{{days, number}} Tage',
    cut: 'Es gibt mehr: Nur die ersten {{count, number}} Zeilen stehen hier. Die CSV-Datei enthält alle.',
  },
};
