/** Administrators, roles, security domains and users; see people.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { people as en } from './people.en.ts';

export const people: Translation<typeof en> = {
  permission: {
    required: 'Dafür ist das Recht „{{permission}}“ erforderlich.',
    'not-held': 'Sie können keine Rechte vergeben, die Sie nicht haben: {{permissions}}.',
    unknown: 'Es gibt kein Recht „{{permission}}“.',
  },
  administrator: {
    'not-found': 'Es gibt keinen Administrator „{{administrator}}“.',
    exists: 'Es gibt schon einen Administrator „{{administrator}}“.',
    altered:
      'Der Administrator {{administrator}} wurde in der Datenbank verändert, nicht vom Server. Löschen Sie ihn, und legen Sie ihn neu an.',
    'above-you': '{{administrator}} hat mehr Rechte als Sie: {{role}} in {{domain}}.',
    'token-above-you':
      'Ein Administrator mit mehr Rechten als Sie meldet sich mit einem Token dieses Benutzers an. Fragen Sie jemanden, der diese Rechte auch hat.',
    'last-super-admin':
      'Es bliebe kein aktivierter Super Admin übrig. Geben Sie die Rolle zuerst jemand anderem.',
    'no-confirmed-token':
      '{{user}} hat kein bestätigtes Token. Aktivieren Sie zuerst eines, und verwenden Sie es einmal.',
    'password-or-directory':
      'Geben Sie ein Passwort an oder einen Benutzer eines Verzeichnisses, nicht beides.',
    'not-of-directory': '{{user}} kommt nicht aus einem Verzeichnis.',
    'token-in-use':
      'Der Administrator {{administrator}} meldet sich mit einem Token von {{user}} an. Ändern Sie das zuerst.',
  },
  role: {
    'not-found': 'Es gibt keine Rolle „{{role}}“.',
    exists: 'Es gibt schon eine Rolle „{{role}}“.',
    altered:
      'Die Rolle {{role}} wurde in der Datenbank verändert, nicht vom Server. Löschen Sie sie, und legen Sie eine neue an.',
    'built-in': 'Mitgelieferte Rollen können nicht geändert werden. Legen Sie eine eigene an.',
    'built-in-kept': 'Mitgelieferte Rollen können nicht gelöscht werden.',
    'in-use': 'Administratoren haben diese Rolle. Entziehen Sie sie ihnen zuerst.',
    'not-found-choose': 'Es gibt keine Rolle „{{role}}“. Wählen Sie eine andere.',
  },
  domain: {
    'not-found': 'Es gibt keine Sicherheitsdomäne „{{domain}}“.',
    exists: 'Es gibt schon eine Sicherheitsdomäne „{{domain}}“.',
    required: 'Wählen Sie eine Sicherheitsdomäne: In der obersten haben Sie keine Rechte.',
    'too-many': 'Es gibt schon {{maximum, number}} Sicherheitsdomänen; mehr sind nicht möglich.',
    top: 'Die oberste Sicherheitsdomäne kann nicht gelöscht werden.',
    'in-use': 'Die Sicherheitsdomäne enthält noch {{contents}}. Verschieben oder löschen Sie das zuerst.',
    users_one: '{{count, number}} Benutzer',
    users_other: '{{count, number}} Benutzer',
    tokens_one: '{{count, number}} Token',
    tokens_other: '{{count, number}} Token',
    domains_one: '{{count, number}} Sicherheitsdomäne',
    domains_other: '{{count, number}} Sicherheitsdomänen',
    roles_one: '{{count, number}} Rolle eines Administrators',
    roles_other: '{{count, number}} Rollen von Administratoren',
    'api-keys_one': '{{count, number}} API-Schlüssel',
    'api-keys_other': '{{count, number}} API-Schlüssel',
    'radius-clients_one': '{{count, number}} RADIUS-Client',
    'radius-clients_other': '{{count, number}} RADIUS-Clients',
    agents_one: '{{count, number}} Authentifizierungs-Agent',
    agents_other: '{{count, number}} Authentifizierungs-Agenten',
    'identity-sources_one': '{{count, number}} Identitätsquelle',
    'identity-sources_other': '{{count, number}} Identitätsquellen',
    rules_one: '{{count, number}} Verteilregel',
    rules_other: '{{count, number}} Verteilregeln',
  },
  'user-field': {
    userId: 'Benutzer-ID',
    firstName: 'Vorname',
    lastName: 'Nachname',
    email: 'E-Mail-Adresse',
    telephone: 'Telefonnummer',
    language: 'Sprache der E-Mails',
    enabled: 'aktiviert',
    securityDomain: 'Sicherheitsdomäne',
    logOnNames: 'weitere Namen für die Anmeldung',
    protectedNames: 'geschützte Namen',
    entry: 'Eintrag',
    state: 'Zustand im Verzeichnis',
    groups: 'Gruppen',
    roles: 'Rollen',
  },
  user: {
    'not-found': 'Es gibt keinen Benutzer „{{user}}“.',
    exists: 'Es gibt schon einen Benutzer „{{user}}“ (Groß- und Kleinschreibung spielt keine Rolle).',
    'id-unusable': 'Die Benutzer-ID hat keine brauchbaren Zeichen.',
    'move-gains':
      'Sie können einen Benutzer nicht in eine Sicherheitsdomäne verschieben, in der Sie mehr Rechte haben: {{permissions}}.',
    disabled: 'Der Benutzer ist deaktiviert. Aktivieren Sie ihn zuerst.',
    'owned-by-directory':
      'Das kommt aus dem Verzeichnis. Ändern Sie es dort; der nächste Abgleich übernimmt es.',
    'domain-by-directory':
      'In welcher Sicherheitsdomäne dieser Benutzer ist, bestimmen die Regeln der Identitätsquelle. Ändern Sie diese oder die Gruppen im Verzeichnis.',
    'directory-disabled': 'Das Verzeichnis hat diesen Benutzer deaktiviert. Aktivieren Sie ihn zuerst dort.',
    'directory-expired':
      'Das Konto dieses Benutzers im Verzeichnis ist abgelaufen. Verlängern Sie es zuerst dort.',
    'directory-gone': 'Diesen Benutzer gibt es im Verzeichnis nicht mehr.',
    'just-moved': 'Der Benutzer wurde soeben verschoben. Laden Sie neu, und versuchen Sie es erneut.',
    'just-deleted': 'Der Benutzer wurde soeben gelöscht.',
  },
};
