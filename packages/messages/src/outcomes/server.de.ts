/** The server's own certificate, and the audit chain; see server.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { server as en } from './server.en.ts';

export const server: Translation<typeof en> = {
  certificate: {
    'just-changed':
      'Die Anforderung wurde soeben beantwortet oder gelöscht. Laden Sie neu, und versuchen Sie es erneut.',
    'is-request': 'Dies ist eine Anforderung. Laden Sie das Zertifikat hoch, das dafür ausgestellt wurde.',
    'in-use': 'Dieses Zertifikat wird verwendet. Verwenden Sie zuerst ein anderes.',
    'not-found': 'Es gibt kein Zertifikat „{{id}}“.',
    unusable: '{{findings, sentences}} Es wurde nichts geändert.',
    'plain-http':
      'Dieser Server spricht unverschlüsseltes HTTP, und das Zertifikat gehört dem Proxy davor. Ersetzen Sie es dort.',
  },
  retention: {
    hold: 'Gelöscht wird nichts: Es besteht eine Aufbewahrungspflicht ({{why}}). Heben Sie sie in den Einstellungen auf (retention.hold).',
  },
  audit: {
    'link-removed': 'Das Glied {{link}} der Kette wurde entfernt.',
    'row-removed': 'Die Zeile des Glieds {{link}} wurde entfernt.',
    'row-altered': 'Die Zeile des Glieds {{link}} wurde verändert, oder Zeilen wurden umgestellt.',
    'link-forged': 'Das Glied {{link}} wurde ohne den Hauptschlüssel gemacht.',
    'row-forged': 'Die Zeile {{row}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'administrator-forged':
      'Der Administrator {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'grant-forged':
      'Die Rolle {{role}} des Administrators {{name}} wurde ohne den Hauptschlüssel vergeben oder verändert.',
    'role-forged': 'Die Rolle {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'api-key-forged': 'Der API-Schlüssel {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'job-forged': 'Der Auftrag {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'rule-forged': 'Die Verteilregel {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'source-forged':
      'Die Identitätsquelle {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'stand-in-forged':
      'Eine Vertretung des Administrators {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'passkey-forged':
      'Ein Passkey des Administrators {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'passkey-removed': 'Ein Passkey des Administrators {{name}} wurde ohne den Hauptschlüssel entfernt.',
    'session-forged':
      'Eine Sitzung des Administrators {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'links-removed': 'Die Glieder {{first}} bis {{last}} der Kette wurden entfernt.',
    'end-removed':
      'Die Kette reichte um {{time, time}} bis zum Glied {{link}} und endet jetzt beim Glied {{last}}: Ihr Ende wurde entfernt.',
    'link-replaced': 'Das Glied {{link}} ist nicht das, das um {{time, time}} da war.',
    'end-in-database': 'Das in der Datenbank gespeicherte Ende der Kette wurde entfernt oder verändert.',
    'end-in-folder': 'Das im Datenordner gespeicherte Ende der Kette wurde verändert.',
    unmarked:
      'Um {{time, time}} waren {{before, number}} Zeilen ohne Siegel; jetzt sollen es {{now, number}} sein.',
    'anchor-foreign': 'Dieser Anker wurde nicht hier gemacht oder falsch kopiert.',
    intact: 'Die Kette aus {{rows, number}} Zeilen ist unversehrt. Der letzte Hash ist {{hash}}.',
    'cut-forged': 'Der Schnitt beim Glied {{link}} wurde ohne den Hauptschlüssel gemacht.',
    'intact-cut':
      'Die letzte von {{rows, number}} Zeilen hat den Hash {{hash}}. Ältere Zeilen, bis zum Glied {{link}}, wurden {{time, time}} abgetrennt.',
    'intact-restored':
      'Die Kette aus {{rows, number}} Zeilen ist unversehrt. Um {{time, time}} wurde die Datenbank aus einer Sicherung zurückgespielt, die mit dem Glied {{link}} endet: Was von da bis dahin geschah, fehlt. Der letzte Hash ist {{hash}}.',
  },
};
