/** Identity sources; see sources.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { sources as en } from './sources.en.ts';

export const sources: Translation<typeof en> = {
  source: {
    'not-found': 'Diese Identitätsquelle gibt es nicht. Laden Sie die Liste neu.',
    exists: 'Es gibt schon eine Identitätsquelle „{{source}}“.',
    altered:
      'Die Identitätsquelle {{source}} wurde in der Datenbank verändert, nicht vom Server. Speichern Sie sie neu.',
    'too-many': 'Es gibt schon {{maximum, number}} Identitätsquellen; mehr sind nicht möglich.',
    plain:
      'Mit ldap:// und ohne StartTLS liest jeder auf dem Weg jedes Passwort mit. Verwenden Sie ldaps:// oder StartTLS, oder erlauben Sie LDAP ohne TLS.',
    authority: 'Kein Zertifikat. Geben Sie die Zertifikate der Zertifizierungsstelle als PEM an.',
    'filter-syntax': 'Kein LDAP-Filter. Beispiel: (objectClass=person)',
    'key-in-use':
      'An diesem Attribut werden die Benutzer erkannt. Mit einem anderen wäre jeder von ihnen jemand anderes. Fügen Sie stattdessen eine weitere Quelle hinzu.',
    'has-users': 'Aus dieser Quelle kommen Benutzer. Löschen Sie diese zuerst.',
    'has-administrators': 'Administratoren melden sich über diese Quelle an. Ändern Sie das zuerst.',
    'other-domain':
      'Die Benutzer von {{source}} sind in einer Sicherheitsdomäne, in der Sie keine Benutzer bearbeiten dürfen.',
    'above-you':
      'Ein Administrator mit mehr Rechten als Sie meldet sich über {{source}} an. Fragen Sie jemanden mit denselben Rechten.',
  },
};
