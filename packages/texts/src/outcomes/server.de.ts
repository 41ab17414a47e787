/** The server's own certificate, and the audit chain; see server.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { server as en } from './server.en.ts';

export const server: Translation<typeof en> = {
  node: {
    'database-unusable': 'Die Datenbank ist nicht benutzbar. Das Protokoll nennt den Grund.',
    starved: 'Dieser Prozess bekommt zu wenig vom Prozessor, um zu sehen, was die Datenbank antwortet.',
    silent:
      'Seit {{time, time}} war nichts von ihm zu hören. Wenn es ihn nicht mehr geben soll, ist nichts zu tun.',
    'clock-ahead':
      'Seine Uhr geht gegenüber der Datenbank {{seconds, number}} s vor, sodass dort richtige Passcodes abgelehnt werden können. Synchronisieren Sie sie: timedatectl set-ntp true',
    'clock-behind':
      'Seine Uhr geht gegenüber der Datenbank {{seconds, number}} s nach, sodass dort richtige Passcodes abgelehnt werden können. Synchronisieren Sie sie: timedatectl set-ntp true',
  },
  certificate: {
    'just-changed':
      'Die Anforderung wurde soeben beantwortet oder gelöscht. Laden Sie neu, und versuchen Sie es erneut.',
    'is-request': 'Dies ist eine Anforderung. Laden Sie das Zertifikat hoch, das dafür ausgestellt wurde.',
    'in-use': 'Dieses Zertifikat wird verwendet. Verwenden Sie zuerst ein anderes.',
    revoked: 'Dieses Zertifikat wurde widerrufen. Verwenden Sie ein anderes.',
    'not-found': 'Es gibt kein Zertifikat „{{id}}“.',
    unusable: '{{findings, sentences}} Es wurde nichts geändert.',
    'plain-http':
      'Dieser Server spricht unverschlüsseltes HTTP, und das Zertifikat gehört dem Proxy davor. Ersetzen Sie es dort.',
  },
  acme: {
    off: 'ACME ist ausgeschaltet. Schalten Sie es zuerst ein.',
    'directory-required': 'Geben Sie die URL des Verzeichnisses Ihrer Zertifizierungsstelle ein.',
    'binding-both':
      'ID und Schlüssel des externen Kontos gehören zusammen. Geben Sie beide ein, oder keines.',
    wildcard: '{{name}} ist ein Platzhalter. Zertifikate dafür gibt es nur mit DNS-01. Wählen Sie DNS-01.',
    'no-dns-command':
      'DNS-01 braucht einen Befehl, der DNS-Einträge setzt. Starten Sie den Server mit --acme-dns-command.',
    'dns-command':
      'Der Befehl für DNS-Einträge ist gescheitert ({{how}}): {{words}}. Führen Sie ihn von Hand aus, mit den Variablen SOWER_ACME_ACTION, SOWER_ACME_NAME und SOWER_ACME_VALUE.',
    name: 'Der Name {{host}} hat keine Adresse. Prüfen Sie die URL des Verzeichnisses und das DNS dieses Servers.',
    unreachable:
      '{{host}} ist nicht erreichbar ({{detail}}). Prüfen Sie die URL des Verzeichnisses, und ob eine Firewall im Weg ist.',
    silent:
      '{{host}} antwortet nicht rechtzeitig. Es wird von selbst noch einmal versucht; wenn es anhält, prüfen Sie das Netz.',
    clock:
      'Das Zertifikat von {{host}} ist abgelaufen oder noch nicht gültig. Prüfen Sie die Uhr dieses Servers: timedatectl set-ntp true',
    'other-name':
      'Das Zertifikat von {{host}} gilt für einen anderen Namen. Prüfen Sie die URL des Verzeichnisses.',
    untrusted:
      'Dem Zertifikat von {{host}} wird nicht vertraut ({{detail}}). Geben Sie bei einer eigenen Zertifizierungsstelle deren Zertifikat ein.',
    'not-acme':
      '{{host}} spricht ACME nicht wie erwartet ({{detail}}). Prüfen Sie die URL des Verzeichnisses.',
    terms:
      'Die Zertifizierungsstelle hat Nutzungsbedingungen: {{url}}. Lesen Sie sie, und bestätigen Sie, dass Sie zustimmen.',
    'binding-required':
      '{{host}} stellt Zertifikate nur für externe Konten aus. Geben Sie die ID und den Schlüssel ein, die Sie von dort haben.',
    'rate-limited':
      '{{host}} erlaubt vorerst keinen weiteren Versuch: {{detail}}. Der Server versucht es wieder, sobald es erlaubt ist.',
    refused:
      '{{host}} hat abgelehnt: {{detail}}. Ändern Sie, was dort genannt ist, und bestellen Sie erneut.',
    'no-challenge':
      'Für {{name}} bietet die Zertifizierungsstelle {{kind}} nicht an. Wählen Sie eine andere Art des Nachweises.',
    'http-refused':
      'Die Zertifizierungsstelle konnte nicht prüfen, dass {{name}} hierher führt: {{detail}}. Port 80 dieses Namens muss diesen Server erreichen: mit --acme-listen oder einem Proxy, der /.well-known/acme-challenge/ weiterreicht.',
    'tls-refused':
      'Die Zertifizierungsstelle konnte nicht prüfen, dass {{name}} hierher führt: {{detail}}. Port 443 dieses Namens muss diesen Server selbst erreichen: Ein Proxy, bei dem TLS endet, kann das nicht weiterreichen.',
    'dns-refused':
      'Die Zertifizierungsstelle hat den Eintrag für {{name}} nicht gefunden: {{detail}}. Der Befehl für DNS-Einträge darf erst enden, wenn der Eintrag zu sehen ist.',
    unusable: 'Das ausgestellte Zertifikat ist nicht verwendbar. {{findings, sentences}}',
    'changed-meanwhile': 'Die Einstellungen wurden inzwischen geändert.',
    'not-by-acme':
      'Dieses Zertifikat wurde nicht über ACME bestellt. Lassen Sie es dort widerrufen, wo es ausgestellt wurde.',
    'other-directory':
      'Dieses Zertifikat kommt von {{directory}}. Geben Sie dieses Verzeichnis ein, um es zu widerrufen.',
    'revoke-in-use':
      'Dieses Zertifikat wird verwendet. Bestellen Sie zuerst ein anderes (sower certificate acme order), und widerrufen Sie dann dieses.',
  },
  'audit-forward': {
    failed: 'Auf dem Server ist etwas schiefgegangen. Sein Protokoll hat die Einzelheiten.',
    silent: '{{where}} nimmt die Zeilen nicht rechtzeitig an. Prüfen Sie, ob der Empfänger läuft und liest.',
    untrusted:
      'Dem Zertifikat von {{where}} wird nicht vertraut ({{detail}}). Nennen Sie mit ?ca=FILE seine Zertifizierungsstelle, und verwenden Sie den Namen, der darin steht.',
    unreachable:
      '{{where}} ist nicht erreichbar oder hat die Verbindung abgebrochen ({{detail}}). Prüfen Sie den Empfänger, und ob eine Firewall im Weg ist.',
    status:
      '{{where}} hat mit HTTP {{status}} statt 2xx geantwortet. Prüfen Sie URL und Schlüssel des Webhooks.',
    refused:
      '{{where}} lehnt die Zeilen ab (HTTP {{status}}). Suchen Sie dort den Grund, etwa eine Größengrenze oder ein Feld, das nicht angenommen wird.',
    unread: 'Kein Programm liest die Pipe {{file}}. Starten Sie das, welches sie lesen soll.',
    file: '{{file}} lässt sich nicht schreiben ({{detail}}). Prüfen Sie den Ordner und den Platz auf dem Datenträger.',
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
    'report-forged':
      'Der gespeicherte Bericht {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'source-forged':
      'Die Identitätsquelle {{name}} wurde ohne den Hauptschlüssel geschrieben oder verändert.',
    'second-approval-forged':
      'Eine zweite Genehmigung ({{name}}) wurde ohne den Hauptschlüssel geschrieben oder verändert.',
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
      'Um {{time, time}} waren {{before, number}} Zeilen ohne Siegel; jetzt sind {{now, number}} als solche verzeichnet.',
    'anchor-foreign': 'Dieser Anker wurde nicht hier gemacht oder falsch kopiert.',
    intact: 'Die Kette aus {{rows, number}} Zeilen ist unversehrt. Der letzte Hash ist {{hash}}.',
    'cut-forged': 'Der Schnitt beim Glied {{link}} wurde ohne den Hauptschlüssel gemacht.',
    'intact-cut':
      'Die Kette aus {{rows, number}} Zeilen ist unversehrt. Ältere Zeilen, bis zum Glied {{link}}, wurden um {{time, time}} abgetrennt. Der letzte Hash ist {{hash}}.',
    'intact-restored':
      'Die Kette aus {{rows, number}} Zeilen ist unversehrt. Um {{time, time}} wurde die Datenbank aus einer Sicherung zurückgespielt, die mit dem Glied {{link}} endet: Was nach dieser Sicherung und vor dem Zurückspielen geschah, fehlt. Der letzte Hash ist {{hash}}.',
  },
};
