/** Hauptschlüssel und Datenschlüssel: was die Befehlszeile auf dem Server dazu sagt. */
import type { Translation } from '../catalogue.ts';
import type { keys as en } from './keys.en.ts';

export const keys: Translation<typeof en> = {
  key: {
    usage: `Aufruf: sower key rotate master [--new-key DATEI|URI] [--no-wait] [--without-approval] [--json] [Optionen von sower serve]
        sower key status [--json] [Optionen von sower serve]

rotate master gibt der Datenbank einen anderen Hauptschlüssel und versiegelt alles unter einem anderen Datenschlüssel neu, während die Server
weiterlaufen. Auszuführen auf einem Server, als der Benutzer, unter dem er läuft, mit den Optionen und der Umgebung von sower serve.`,
    same: 'Der neue Hauptschlüssel ist der jetzige ({{name}}). Geändert wurde nichts.',
    running:
      'Ein Schlüsselwechsel ist im Gange, zum Hauptschlüssel {{name}}. Warten Sie, bis er laut sower key status beendet ist.',
    'other-master':
      'Der angegebene Hauptschlüssel ({{name}}) ist nicht der dieser Datenbank. Geändert wurde nichts.',
    'no-master':
      'In {{file}} liegt kein Hauptschlüssel. Geben Sie die Optionen und die Umgebung von sower serve an.',
    'no-database': 'Die Datenbank {{file}} gibt es nicht. Geben Sie --database an wie bei sower serve.',
    'no-server': 'Auf dieser Datenbank wurde noch kein Server gestartet.',
    'other-user':
      'Führen Sie dies als Eigentümer von {{folder}} aus: der Benutzer, unter dem der Server läuft.',
    'where-from':
      'Der Hauptschlüssel kommt nicht aus dem Datenordner, also muss der neue dort entstehen, wo er aufbewahrt wird. Erzeugen Sie ihn, zum Beispiel mit openssl rand -base64 32, und geben Sie eine Datei mit ihm an: --new-key DATEI. Geändert wurde nichts.',
    'where-from-hsm':
      'Der Hauptschlüssel ist in einem HSM, also muss der neue zuerst erzeugt werden: im HSM, und --new-key nennt dann seine PKCS#11-URI, oder außerhalb, und --new-key nennt dann eine Datei mit 32 Oktetten. Geändert wurde nichts.',
    begun: 'Der Wechsel zum Hauptschlüssel {{name}} hat begonnen.',
    'goes-on': 'Der Wechsel zum Hauptschlüssel {{name}} geht weiter.',
    placed:
      'Der neue Hauptschlüssel liegt in {{file}}, der frühere in {{earlier}}: Bewahren Sie diesen bei den bisherigen Sicherungen auf, und löschen Sie ihn dann hier. Kopieren Sie den neuen auf jeden anderen Server dieser Installation; laufende Prozesse lesen ihn dort.',
    place:
      'Legen Sie den Hauptschlüssel {{name}} dort ab, woher jeder Server seinen Hauptschlüssel bezieht. Server, die ihn aus der Umgebung haben, müssen neu gestartet werden.',
    nobody:
      'Auf dieser Datenbank läuft kein Server. Der Wechsel geht weiter, sobald einer startet; bis dahin gilt auch der frühere Hauptschlüssel.',
    done: 'Der frühere Hauptschlüssel öffnet nichts mehr: Die Datenbank hat den Hauptschlüssel {{name}}. Eine Stunde lang öffnet der frühere Datenschlüssel noch, was bei Clients liegt.',
    'status-first': 'Der Hauptschlüssel wurde noch nie gewechselt.',
    status:
      'Hauptschlüssel, die diese Datenbank öffnen: {{masters}}. Datenschlüssel: {{keys, number}}. Seit {{time, time}}:',
    'state-announced': 'Alle Prozesse lernen den neuen Datenschlüssel kennen.',
    'state-sealing': 'Alle Prozesse gehen zum neuen Datenschlüssel über.',
    'state-converting': 'Bisher neu versiegelt: {{count, number}}. Jetzt in: {{table}}.',
    'state-overlap':
      'Alles ist neu versiegelt. Eine Stunde lang öffnet der frühere Datenschlüssel noch, was bei Clients liegt.',
    'state-handing': 'Alles ist neu versiegelt. Noch nicht jeder Prozess hat den neuen Hauptschlüssel.',
    'state-finishing': 'Ein letzter Blick auf das, was übrig ist.',
    'state-done': 'Der Schlüsselwechsel ist beendet.',
    lagging:
      'Der Prozess {{process}} auf {{host}} hat den Hauptschlüssel {{master}} noch nicht: Legen Sie ihn dort ab, woher der Prozess seinen Hauptschlüssel bezieht, und starten Sie ihn neu, wenn das die Umgebung ist.',
  },
};
