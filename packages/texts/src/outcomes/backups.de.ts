/** Sicherungen, und wie man sie zurückspielt. */
import type { Translation } from '../catalogue.ts';
import type { backups as en } from './backups.en.ts';

export const backups: Translation<typeof en> = {
  backup: {
    'not-found': 'Diese Sicherung gibt es nicht.',
    'not-configured':
      'Dieser Server macht keine Sicherungen. Starten Sie ihn mit --backup-folder und --backup-recipients (docs/operations.md).',
    running: 'Eine Sicherung ist im Gange. Warten Sie, bis sie fertig ist.',
    died: 'Der Serverprozess endete, bevor die Sicherung vollständig war.',
    stopped: 'Der Server wurde angehalten, bevor die Sicherung vollständig war.',
    failed: 'Die Sicherung gelang nicht. Den Grund nennt das Protokoll des Servers.',
    'disk-full':
      'Der Datenträger ist voll. Von dieser Sicherung blieb nichts. Schaffen Sie Platz, oder bewahren Sie weniger Sicherungen auf.',
    'no-folder': 'Den Ordner für Sicherungen gibt es nicht. Legen Sie ihn an, oder hängen Sie ihn ein.',
    'folder-closed': 'Der Server darf nicht in den Ordner für Sicherungen schreiben ({{code}}).',
    'command-failed':
      'Der Befehl, der Sicherungen ablegt, schlug fehl. Seine letzte Ausgabe steht im Protokoll des Servers.',
    database: 'Die Datenbank ist nicht benutzbar: {{error}}',
    'proof-wrong':
      'Dieser Nachweis gehört nicht zu dieser Sicherung. Prüfen Sie ihre Datei, und melden Sie, was dabei ausgegeben wird.',
    damaged:
      'Die Datei ist abgeschnitten oder verändert. Kopieren Sie sie noch einmal vom Aufbewahrungsort, oder nehmen Sie eine andere Sicherung.',
    'not-one': 'Diese Datei ist keine Sicherung von Sower.',
    newer:
      'Diese Sicherung ist von Sower {{version}}, und diese Version kann sie nicht lesen. Nehmen Sie jene Version.',
    'no-file': 'Diese Datei gibt es nicht.',
    unreadable: 'Die Datei lässt sich nicht lesen ({{code}}).',
    'no-identity': 'Geben Sie den privaten Schlüssel an, der die Sicherung öffnet: --identity DATEI.',
    'no-identity-file': 'Die Datei {{file}} mit dem privaten Schlüssel lässt sich nicht lesen.',
    'identity-malformed': 'Das ist kein privater Schlüssel von age. Er beginnt mit AGE-SECRET-KEY-.',
    'other-recipient':
      'Dieser private Schlüssel öffnet die Sicherung nicht. Sie ist für einen anderen gemacht.',
    'key-other-recipient':
      'Der Hauptschlüssel in der Sicherung braucht einen anderen privaten Schlüssel. Geben Sie auch diesen an (--identity), oder den Hauptschlüssel selbst (--master-key).',
    'no-master-key':
      'Der Hauptschlüssel ist nicht in dieser Sicherung. Geben Sie ihn mit --master-key DATEI oder SOWER_MASTER_KEY an, oder legen Sie master.key in den Datenordner.',
    'in-hsm':
      'Die Datenschlüssel in dieser Sicherung sind mit einem Hauptschlüssel in einem HSM verschlüsselt ({{names}}). Geben Sie die PKCS#11-URI dieses Schlüssels in einer Datei (--master-key DATEI) oder in SOWER_MASTER_KEY an, auf einem Rechner, der das HSM oder eines mit demselben Schlüssel erreicht. Geändert wurde nichts.',
    hsm: 'Die Datenschlüssel in dieser Sicherung lassen sich nicht entschlüsseln: {{error}}. Geändert wurde nichts.',
    'master-key': 'Der Hauptschlüssel lässt sich nicht verwenden: {{error}}. Geändert wurde nichts.',
    'other-installation':
      'Die Sicherung gehört zu einer anderen Installation: Dieser Hauptschlüssel öffnet sie nicht. Geändert wurde nichts.',
    'other-master':
      'Die Sicherung gehört zu einem anderen Hauptschlüssel: Sie ist mit {{names}} versiegelt, und angegeben ist {{given}}. Geben Sie den an, den die Installation zur Zeit der Sicherung hatte (--master-key). Geändert wurde nichts.',
    occupied:
      'Die Datenbank ist nicht leer. Eine Sicherung wird nur in eine leere zurückgespielt. Legen Sie eine andere Datenbank an. Geändert wurde nichts.',
    'occupied-file':
      'Unter {{file}} liegt eine Datenbank. Eine Sicherung wird nur an einen leeren Ort zurückgespielt. Halten Sie den Server an, und legen Sie die Datei beiseite. Geändert wurde nichts.',
    'no-room': 'Der Datenträger ist voll. Schaffen Sie Platz, und beginnen Sie von vorn.',
    'other-count': 'Die Tabelle {{table}} hat nicht so viele Zeilen, wie in der Sicherung steht.',
    chain: 'Die Prüfkette der Sicherung ist nicht unversehrt. {{finding}}',
    seals_one: '{{count}} versiegelter Wert der Sicherung lässt sich mit ihrem Hauptschlüssel nicht öffnen.',
    seals_other:
      '{{count, number}} versiegelte Werte der Sicherung lassen sich mit ihrem Hauptschlüssel nicht öffnen.',
    'would-restore':
      'Die Sicherung vom {{time, time}} (Sower {{version}}, {{rows, number}} Zeilen) lässt sich hier zurückspielen. Geändert wurde nichts.',
    restored:
      'Die Sicherung vom {{time, time}} (Sower {{version}}, {{rows, number}} Zeilen) ist zurückgespielt. Bis jetzt benutzte Tokencodes gelten nicht mehr: {{moved, number}} Seeds wurden weitergestellt. Seeds mit Zähler, gelöscht oder weitergestellt: {{hotp, number}}. Zurückgezogene Aktivierungscodes: {{codes, number}}. Gelöschte Notfall-Tokencodes: {{emergency, number}}. Mail, die nicht gesendet wird: {{mail, number}}. Angehaltene Aufträge: {{jobs, number}}.',
    'restored-next':
      'Was seit der Sicherung geändert wurde, ist rückgängig: Sehen Sie im Protokoll oder in einem Export des Audit-Trails nach, welche Benutzer, Token, Administratoren und API-Schlüssel seither gesperrt oder gelöscht wurden, und tun Sie es noch einmal. Starten Sie dann den Server. Einen Schlüssel für die Befehlszeile macht sower api-key recover.',
    verified:
      'Die Sicherung vom {{time, time}} (Sower {{version}}) lässt sich zurückspielen: {{rows, number}} Zeilen, {{links, number}} Glieder der Prüfkette, {{seals, number}} versiegelte Werte geöffnet.',
    'verified-next': 'Um es dem Server zu melden: sower backup report {{id}} --proof {{proof}}',
    'usage-restore':
      'Aufruf: sower restore DATEI --identity SCHLÜSSELDATEI [--identity SCHLÜSSELDATEI] [--master-key DATEI] [--dry-run] [--keep-codes] [--hotp-jump ANZAHL] [--json] [Optionen von sower serve: --data, --database]',
    'usage-verify':
      'Aufruf: sower backup verify DATEI --identity SCHLÜSSELDATEI [--identity SCHLÜSSELDATEI] [--master-key DATEI] [--scratch ORDNER] [--report] [--json] [--data ORDNER]',
  },
};
