/** What needs attention, in German; see alerts.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { alerts as english } from './alerts.en.ts';

export const alerts: Translation<typeof english> = {
  alert: {
    'backup-none':
      'Noch nie wurde eine Sicherung gemacht, und mit der Datenbank gingen Token verloren. Starten Sie den Server mit --backup-folder und --backup-recipients.',
    'backup-late':
      'In den letzten zwei Tagen wurde keine Sicherung fertig; die letzte am {{time, time}}. Machen Sie jetzt eine, und sehen Sie nach, warum sie scheitern: sower backup make',
    'backup-unverified':
      'In den letzten 90 Tagen wurde keine Sicherung durch Zurückspielen geprüft; die letzte am {{time, time}}. Dort, wo die privaten Schlüssel sind: sower backup verify DATEI',
    'backup-never-verified':
      'Noch keine Sicherung wurde durch Zurückspielen geprüft. Dort, wo die privaten Schlüssel sind: sower backup verify DATEI',
    certificate_one: 'Das TLS-Zertifikat läuft innerhalb von {{count}} Tag ab. Installieren Sie das nächste.',
    certificate_other:
      'Das TLS-Zertifikat läuft innerhalb von {{count, number}} Tagen ab. Installieren Sie das nächste.',
    'certificate-ended':
      'Das TLS-Zertifikat ist abgelaufen: Geräte verbinden sich nicht mehr. Installieren Sie jetzt ein anderes.',
    acme_one: '{{count}} Bestellung eines Zertifikats mit ACME ist gescheitert. {{reason}}',
    acme_other:
      '{{count, number}} Bestellungen eines Zertifikats mit ACME sind hintereinander gescheitert. {{reason}}',
    'source-stopped': 'Der letzte Abgleich der Identitätsquelle {{name}} hat angehalten. {{reason}}',
    'source-late':
      'Die Identitätsquelle {{name}} wurde zuletzt am {{time, time}} ganz gelesen. Sehen Sie ihre Abgleiche an, und testen Sie sie.',
    'source-conflict_one':
      '{{name}}: {{count}} Benutzer-ID des Verzeichnisses gehört hier jemand anderem ({{ids}}). RADIUS, Agenten und die API nehmen unter ihr niemanden an. Wählen Sie im letzten Abgleich der Quelle, was mit dem Eintrag geschieht.',
    'source-conflict_other':
      '{{name}}: {{count, number}} Benutzer-IDs des Verzeichnisses gehören hier jemand anderem ({{ids}}). RADIUS, Agenten und die API nehmen unter ihnen niemanden an. Wählen Sie im letzten Abgleich der Quelle, was mit den Einträgen geschieht.',
    'tokens-low_one': 'Es ist kein Token mehr übrig, das zugewiesen werden kann. Erzeugen Sie weitere.',
    'tokens-low_other':
      'Weniger als {{count, number}} Token sind übrig, die zugewiesen werden können. Erzeugen Sie weitere.',
    'mail-stuck':
      'Seit {{time, time}} warten E-Mails. Testen Sie den Mailserver: Einrichtung > E-Mail, oder sower mail test',
    'mail-given-up_one':
      '{{count}} E-Mail konnte nicht zugestellt werden. Senden Sie sie noch einmal: Einrichtung > E-Mail > Gesendete und wartende E-Mails',
    'mail-given-up_other':
      '{{count, number}} E-Mails konnten nicht zugestellt werden. Senden Sie sie noch einmal: Einrichtung > E-Mail > Gesendete und wartende E-Mails',
    'audit-forward': 'Das Prüfprotokoll kommt an {{target}} nicht an. {{reason}}',
    'audit-set-aside_one':
      '{{target}} hat {{count}} Zeile des Prüfprotokolls abgelehnt (Glied {{link}}), obwohl es spätere annahm. Im Prüfprotokoll steht sie noch: Stellen Sie beim Empfänger den Grund fest, und übertragen Sie sie von Hand.',
    'audit-set-aside_other':
      '{{target}} hat {{count, number}} Zeilen des Prüfprotokolls abgelehnt (die letzte ist Glied {{link}}), obwohl es spätere annahm. Im Prüfprotokoll stehen sie noch: Stellen Sie beim Empfänger den Grund fest, und übertragen Sie sie von Hand.',
    'audit-behind':
      'Seit {{time, time}} warten Zeilen des Prüfprotokolls darauf, verkettet zu werden. Den Grund hat das Log des Servers.',
    'audit-altered': 'Das Prüfprotokoll wurde am Server vorbei geändert ({{time, time}}): {{reason}}',
    disk: 'Auf {{host}} sind für den Datenordner nur noch {{free, number}} MiB frei. Schaffen Sie Platz.',
    replication:
      'Server sind nicht bereit: Stürzte die Datenbank ab, ginge Angenommenes verloren. {{reason}}',
    clock:
      'Die Uhr von {{host}} geht um {{seconds, number}} s falsch. Stellen Sie sie dort: timedatectl set-ntp true',
    guessing:
      'Aktivierungscodes werden von vielen Adressen aus erraten (zuletzt am {{time, time}}). Die Adressen stehen im Prüfprotokoll.',
  },
};
