/** Aufträge; see jobs.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { jobs as en } from './jobs.en.ts';

export const jobs: Translation<typeof en> = {
  job: {
    'not-found': 'Diesen Auftrag gibt es nicht.',
    'other-kind':
      'Nur bei einer Verteilung sind Wiederholung und Erinnerungen möglich, und nur eine Verteilung oder Zuweisung kann zurückgenommen werden.',
    'too-many_one':
      'Ein Auftrag von Ihnen ist noch offen, mehr sind nicht möglich. Warten Sie auf sein Ende oder brechen Sie ihn ab.',
    'too-many_other':
      '{{count, number}} Aufträge von Ihnen sind noch offen, mehr sind nicht möglich. Warten Sie auf ein Ende oder brechen Sie einen ab.',
    'too-many-rows': 'Ein Auftrag hat höchstens {{maximum, number}} Zeilen. Wählen Sie weniger aus.',
    'tokens-chosen':
      'Sie haben Token ausgewählt, also verteilt der Auftrag diese. Um Token zuzuweisen oder anzulegen, wählen Sie Benutzer aus.',
    'people-chosen': 'Die Datei nennt Token. Um Token zuzuweisen, nennen Sie Benutzer-IDs.',
    'file-empty':
      'Die Datei nennt niemanden. Schreiben Sie eine Benutzer-ID in jede Zeile oder CSV mit einer Spalte „userId“ oder „serial“.',
    'people-only': 'Nur Administratoren und API-Schlüssel können Aufträge anlegen.',
    'own-only': 'Das kann nur, wer den Auftrag angelegt hat, denn der Auftrag läuft mit dessen Rechten.',
    'name-differs': 'Das ist nicht der Name des Auftrags. Geben Sie ihn genau ein.',
    'wrong-state':
      'Der Auftrag ist inzwischen in einem anderen Zustand. Laden Sie neu und versuchen Sie es noch einmal.',
    'not-ended':
      'Die Verteilung ist noch nicht beendet. Halten Sie sie an, brechen Sie sie ab oder warten Sie.',
    'under-way': 'Ein solcher Auftrag läuft schon.',
    reminded:
      'Vor weniger als {{minutes, number}} Minuten wurde schon erinnert. Warten Sie, bevor Sie weitere Erinnerungen senden.',
    'codes-taken':
      'Die Aktivierungscodes gibt es nicht mehr: sie wurden heruntergeladen, oder niemand hat sie binnen sieben Tagen geholt. Für neue verteilen Sie noch einmal.',
    'no-codes':
      'Diese Verteilung hat keine Aktivierungscodes zum Drucken: Benutzer bekommen sie als QR-Code oder per E-Mail.',
    'unreadable-logo':
      'Das Logo in den Einstellungen ist nicht lesbar oder hat mehr als vier Millionen Pixel. Wählen Sie ein anderes Bild, oder entfernen Sie es.',
    'too-many-letters_one':
      'In eine Datei passt höchstens ein Brief. Laden Sie stattdessen die CSV-Datei herunter.',
    'too-many-letters_other':
      'In eine Datei passen höchstens {{count, number}} Briefe. Laden Sie stattdessen die CSV-Datei herunter, oder verteilen Sie in mehreren Aufträgen.',
    'profile-edited':
      'Das Token-Profil „{{profile}}“ wurde nach der Prüfung geändert oder gelöscht. Legen Sie den Auftrag neu an, um zu sehen, was Benutzer bekommen.',
    'starter-gone': '{{name}} wurde gelöscht oder deaktiviert, deshalb wurde der Auftrag beendet.',
    'right-lost': '{{name}} hat das Recht {{permission}} nicht mehr, deshalb wurde der Auftrag beendet.',
    altered: 'Der Auftrag stammt nicht vom Server und wurde deshalb nicht ausgeführt.',
    failed: 'Auf dem Server ging mehrmals hintereinander etwas schief. Näheres steht in seinem Protokoll.',
    'paused-long':
      'Der Auftrag war angehalten und wurde nicht binnen sieben Tagen fortgesetzt. Er kann noch fortgesetzt werden.',
    'not-stored':
      'Der Server wurde beendet, bevor alle Zeilen des Auftrags gespeichert waren. Legen Sie den Auftrag neu an.',
    'never-started': 'Der Auftrag wurde nicht innerhalb von sieben Tagen gestartet.',
  },
  'job-row': {
    'no-user': 'Diesen Benutzer gibt es nicht.',
    'no-token': 'Dieses Token gibt es nicht.',
    'another-domain': 'In einer Sicherheitsdomäne, in der Ihnen das Recht fehlt.',
    doubled: 'Mehrfach genannt.',
    'not-assigned': 'Das Token ist nicht zugewiesen.',
    'another-holder': 'Gehört inzwischen jemand anderem.',
    'user-disabled': 'Der Benutzer ist deaktiviert.',
    'has-token': 'Hat schon ein Token.',
    'has-one': 'Hat schon eines, das aktiviert ist oder aktiviert werden kann.',
    'holds-one':
      'Hat schon ein Token, das verteilt werden kann. Verteilen Sie dieses, oder beziehen Sie solche Benutzer ein.',
    'at-limit_one': 'Der Benutzer hat ein Token, mehr sind nicht möglich.',
    'at-limit_other': 'Der Benutzer hat {{count, number}} Token, mehr sind nicht möglich.',
    'holds-none': 'Der Benutzer hat kein Token, das verteilt werden kann.',
    lost: 'Das Token ist als verloren gemeldet.',
    disabled: 'Das Token ist deaktiviert.',
    expired: 'Das Token ist abgelaufen.',
    'no-address': 'Der Benutzer hat keine E-Mail-Adresse.',
    'no-certificate': 'Der Benutzer hat kein Zertifikat für verschlüsselte Mail.',
    'no-device-id': 'Die Datei enthält keine gültige Geräte-ID für diesen Benutzer.',
    'none-left': 'Es ist kein freies Token mehr da.',
    'daily-limit': 'Die Tagesgrenze der Regel ist erreicht.',
    activated: 'Aktiviert.',
    'changed-since': 'Nach dem Auftrag von jemandem geändert.',
    'used-since': 'Seitdem verteilt, mit einer PIN versehen oder sonst benutzt.',
  },
  'user-import': {
    'no-user-id-column': 'Wählen Sie die Spalte mit den Benutzer-IDs.',
    'no-column': 'Die Datei hat keine Spalte „{{column}}“.',
    'doubled-column': 'Die Datei hat mehrere Spalten „{{column}}“. Welche gilt, ist unklar.',
    empty: 'Die Datei hat keine Zeilen.',
  },
  'import-row': {
    'open-quote':
      'Ein Anführungszeichen wird nie geschlossen; der Rest der Datei steht deshalb in dieser Zeile.',
    'too-many-cells':
      'Die Zeile hat mehr Zellen, als es Spalten gibt. Setzen Sie Zellen, die das Trennzeichen enthalten, in Anführungszeichen.',
    'not-json': 'Die Zeile ist kein JSON-Objekt.',
    'unknown-field':
      'Die Zeile hat ein Feld, das keine der ersten 100 Zeilen hat. Was es bedeutet, ist nicht gesagt.',
    'not-text': 'Ein Wert ist weder Text noch Zahl.',
    'no-user-id': 'Die Zeile hat keine Benutzer-ID.',
    'bad-user-id':
      'Das kann keine Benutzer-ID sein: zu lang, oder mit Leerzeichen, & % < > oder unsichtbaren Zeichen.',
    doubled: 'Eine frühere Zeile hat dieselbe Benutzer-ID.',
    exists: 'Einen Benutzer mit dieser ID gibt es schon.',
    unchanged: 'Schon so wie in der Datei.',
    taken: 'Jemand in einer Sicherheitsdomäne, die Sie nicht sehen, hat diese Benutzer-ID.',
    'from-directory': 'Der Benutzer kommt aus einem Verzeichnis. Ändern Sie ihn dort.',
    'too-long': '{{field}} hat mehr als {{maximum, number}} Zeichen.',
    'bad-email': 'Keine E-Mail-Adresse.',
    'bad-enabled': 'Ob der Benutzer aktiviert ist, muss wahr oder falsch sein.',
    'bad-language': 'In dieser Sprache gibt es keine E-Mails.',
    'no-domain': 'Diese Sicherheitsdomäne gibt es nicht, oder Sie können dort keine Benutzer bearbeiten.',
    'domain-required': 'Die Zeile nennt keine Sicherheitsdomäne, und in der obersten haben Sie keine Rechte.',
    'changed-since-check': 'Seit der Prüfung von jemandem geändert.',
  },
  rule: {
    'not-found': 'Diese Verteilregel gibt es nicht.',
    exists: 'Eine Verteilregel namens „{{rule}}“ gibt es schon.',
    'url-needs-mail':
      'Eine Regel übergibt niemandem eine Datei mit Aktivierungscodes. Wählen Sie die Zustellung per E-Mail oder ein Profil mit QR-Code.',
  },
  schedule: {
    'not-found': 'Diesen Zeitplan gibt es nicht.',
    never: 'Zu diesen Angaben gibt es keinen Tag. Prüfen Sie Tag und Monat.',
  },
};
