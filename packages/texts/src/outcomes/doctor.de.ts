/** Was `sower doctor` sagt: was in Ordnung ist, und was gegen das andere zu tun ist. */
import type { Translation } from '../catalogue.ts';
import type { doctor as en } from './doctor.en.ts';

export const doctor: Translation<typeof en> = {
  doctor: {
    usage: `Aufruf: sower doctor [--json] [Optionen von sower serve]

Sieht nach, was der Server braucht, und sagt, was nicht stimmt und was zu tun ist. Auszuführen auf dem Server, als der Benutzer, unter dem er läuft, mit
den Optionen und der Umgebung von sower serve, ob der Server läuft oder nicht. Ändert nichts. Endet mit 1, wenn etwas nicht stimmt.`,
    'state-good': 'gut   ',
    'state-warn': 'prüfen',
    'state-bad': 'FALSCH',
    'area-versions': 'Versionen',
    'area-clock': 'Uhr',
    'area-disk': 'Datenträger',
    'area-folder': 'Datenordner',
    'area-key': 'Hauptschlüssel',
    'area-ports': 'Ports',
    'area-certificate': 'Zertifikat',
    'area-database': 'Datenbank',
    'area-replication': 'Replikation',
    'area-backup': 'Sicherung',
    'area-directory': 'Verzeichnis',
    'area-mail': 'Mail',
    'area-upkeep': 'Betrieb',
    end: '{{good, number}} in Ordnung, {{warn, number}} zu prüfen, {{bad, number}} falsch.',
    failed: 'Das ließ sich nicht untersuchen: {{error}}',
    versions: 'Sower {{sower}} mit Node.js {{node}}.',
    clock: 'Sie wird über das Netz gestellt.',
    'clock-not-set': 'Niemand stellt sie, und Tokencodes hängen von ihr ab: timedatectl set-ntp true',
    'clock-unknown':
      'Ob sie gestellt wird, ließ sich nicht feststellen: Betreiben Sie chrony oder systemd-timesyncd auf diesem Server.',
    clocks: 'Sie weicht {{seconds}} s von der Uhr der Datenbank ab.',
    'clocks-apart':
      'Sie weicht {{seconds}} s von der Uhr der Datenbank ab. Stellen Sie beide nach derselben Quelle: timedatectl set-ntp true',
    folder: '{{folder}} ist nur für diesen Benutzer lesbar.',
    'no-folder':
      'Den Ordner {{folder}} gibt es nicht. Geben Sie --data an wie bei sower serve; der erste Start legt ihn an.',
    'folder-owner':
      '{{folder}} gehört dem Benutzer mit der Nummer {{uid}}. Führen Sie dies als dieser aus: sudo -u "#{{uid}}" sower doctor',
    'folder-open': 'Andere können ihn lesen: chmod -R go= {{folder}}',
    disk: '{{free, number}} MiB frei in {{folder}}.',
    'disk-small':
      'Nur {{free, number}} MiB frei in {{folder}}. Schaffen Sie Platz, oder hängen Sie dort einen größeren Datenträger ein.',
    'disk-full':
      '{{free, number}} MiB frei in {{folder}}: Der Server antwortet bald mit 503. Schaffen Sie dort jetzt Platz.',
    'disk-unknown':
      '{{folder}} ist nicht zugänglich: {{error}}. Legen Sie den Ordner an, oder hängen Sie ihn ein.',
    ready: 'Der Server unter {{where}} ist bereit.',
    'not-ready':
      'Der Server unter {{where}} ist nicht bereit: /readyz antwortet {{status}}. Den Grund nennt sein Protokoll; sehen Sie unten bei der Datenbank nach.',
    'not-running': 'Unter {{where}} läuft kein Server, und nichts steht im Weg: sower serve',
    'port-free': '{{where}} ist frei ({{option}}).',
    'port-taken':
      'Ein anderes Programm belegt {{where}} ({{option}}). Welches: ss -lptun "sport = :{{port}}". Beenden Sie es, oder wählen Sie einen anderen Port.',
    'port-low':
      'Dieser Benutzer darf unter {{where}} keine Verbindungen annehmen ({{option}}). Wählen Sie einen Port ab 1024, oder geben Sie der Unit AmbientCapabilities=CAP_NET_BIND_SERVICE.',
    'port-wrong': 'Unter {{where}} lassen sich keine Verbindungen annehmen ({{option}}): {{error}}',
    certificate: 'Es nennt {{host}} und gilt noch {{days, number}} Tage.',
    'certificate-none':
      'HTTP ohne TLS: nur hinter einem Proxy auf diesem Server oder in einem privaten Netz.',
    'certificate-empty': '{{file}} enthält kein Zertifikat.',
    'certificate-name':
      'Das Zertifikat in {{file}} nennt {{host}} nicht, den Namen aus der öffentlichen URL. Besorgen Sie ein passendes, oder berichtigen Sie --public-url.',
    'certificate-ends': 'Das Zertifikat in {{file}} läuft in {{days, number}} Tagen ab. Erneuern Sie es.',
    'certificate-unread': 'Das Zertifikat in {{file}} lässt sich nicht lesen: {{error}}',
    database: '{{kind}}, mit dem Schema dieser Version ({{last}}).',
    acme: 'Über ACME; die Erneuerung ist für {{time, time}} vorgesehen.',
    'acme-failed': 'Die Bestellung über ACME ist um {{time, time}} gescheitert: {{reason}}',
    'acme-late':
      'ACME ist eingeschaltet, aber seit {{time, time}} hat nichts danach gesehen. Starten Sie einen Server; bei DNS-01 einen mit --acme-dns-command.',
    'database-new': 'Es gibt noch keine. Der erste Start legt sie an: sower serve',
    'database-newer':
      'Ein neueres Sower hat sie geändert ({{last}}). Starten Sie jene Version, oder spielen Sie eine Sicherung von vor dem Upgrade zurück.',
    'database-older_one': '{{count}} Schritt dieser Version steht noch aus. Der nächste Start macht ihn.',
    'database-older_other':
      '{{count, number}} Schritte dieser Version stehen noch aus. Der nächste Start macht sie.',
    'database-unreachable':
      'Sie ist nicht benutzbar: {{error}}. Versuchen Sie die URL mit psql, oder sehen Sie nach, ob dieser Benutzer die Datei lesen darf.',
    postgresql: 'PostgreSQL {{version}}, das bis {{until}} Korrekturen bekommt.',
    'postgresql-ends':
      'PostgreSQL {{version}} bekommt nur noch bis {{until}} Korrekturen. Planen Sie die Aktualisierung; die neueste Version, die Sower unterstützt, ist {{last}}.',
    'postgresql-ended':
      'PostgreSQL {{version}} bekommt seit {{until}} keine Korrekturen mehr, auch keine der Sicherheit. Aktualisieren Sie es; die neueste Version, die Sower unterstützt, ist {{last}}.',
    'postgresql-old':
      'PostgreSQL {{version}} ist zu alt. Sower unterstützt die Versionen {{first}} bis {{last}}: Aktualisieren Sie es.',
    'postgresql-new':
      'PostgreSQL {{version}} ist neuer als das, womit diese Version von Sower getestet wurde ({{first}} bis {{last}}). Sehen Sie nach, ob es ein neueres Sower gibt.',
    standby:
      'Sie ist ein Standby, auf den niemand schreiben kann. Geben Sie mit --database die Adresse des Primärservers an, oder befördern Sie ihn.',
    'commits-later':
      'synchronous_commit ist aus: Nach einem Absturz wird ein benutzter Tokencode noch einmal angenommen. Als ihr Superuser: ALTER DATABASE … RESET synchronous_commit, oder ALTER SYSTEM SET synchronous_commit = on, dann SELECT pg_reload_conf()',
    'standby-missing':
      'Kein Standby ist verbunden, und jeder Commit wartet auf {{names}}. Starten Sie einen, oder als ihr Superuser: ALTER SYSTEM RESET synchronous_standby_names, dann SELECT pg_reload_conf()',
    'replication-later_one':
      '{{count}} Standby folgt, ohne dass auf ihn gewartet wird: Ein Failover kann die letzten Commits verlieren. Nichts wird zweimal angenommen: Danach warten Anmeldungen auf das nächste Intervall, HOTP-Token müssen neu verteilt werden, sofern die Einstellung verify.failoverHotpJump nichts anderes sagt, und offene Aktivierungscodes und Notfall-Tokencodes sind zurückgezogen. Um das zu vermeiden, setzen Sie synchronous_standby_names, und synchronous_commit auf on.',
    'replication-later_other':
      '{{count, number}} Standbys folgen, ohne dass auf sie gewartet wird: Ein Failover kann die letzten Commits verlieren. Nichts wird zweimal angenommen: Danach warten Anmeldungen auf das nächste Intervall, HOTP-Token müssen neu verteilt werden, sofern die Einstellung verify.failoverHotpJump nichts anderes sagt, und offene Aktivierungscodes und Notfall-Tokencodes sind zurückgezogen. Um das zu vermeiden, setzen Sie synchronous_standby_names, und synchronous_commit auf on.',
    replication_one:
      '{{count}} Standby ist verbunden, und Commits warten auf {{names}}: Ein Failover verliert nichts.',
    replication_other:
      '{{count, number}} Standbys sind verbunden, und Commits warten auf {{names}}: Ein Failover verliert nichts.',
    key: 'Er öffnet die Datenbank.',
    'key-in-hsm': 'Das HSM mit ihm antwortet, und er öffnet die Datenbank.',
    'key-not-in-backups':
      'Er ist in einem HSM und deshalb in keiner Sicherung, trotz --backup-key-recipient. Sichern Sie das HSM, wie sein Hersteller es angibt, und entfernen Sie diese Option',
    'key-missing':
      'In {{file}} liegt keiner. Legen Sie ihn dorthin, oder geben Sie die Optionen und die Umgebung von sower serve an.',
    'key-wrong': 'Er öffnet die Datenbank nicht: {{error}}',
    'key-rotating':
      'Ein Wechsel zu {{master}} ist im Gange; Prozesse ohne den neuen Schlüssel: {{count, number}}. Siehe sower key status',
    backup: 'Die letzte entstand {{made, time}}, geprüft wurde eine {{verified, time}}.',
    'backup-none':
      'Es gibt keine Sicherungen. Starten Sie den Server mit --backup-folder und --backup-recipients.',
    'backup-not-made': 'Noch keine wurde gemacht. Machen Sie jetzt eine: sower backup',
    'backup-late':
      'Die letzte entstand {{time, time}}. Machen Sie jetzt eine, und lesen Sie, woran es scheitert: sower backup',
    'backup-never-verified':
      'Noch keine wurde geprüft. Prüfen Sie die neueste dort, wo die privaten Schlüssel liegen: sower backup verify DATEI',
    'backup-unverified':
      'Zuletzt geprüft: {{time, time}}. Prüfen Sie die neueste dort, wo die privaten Schlüssel liegen: sower backup verify DATEI',
    directory: '{{source}} ist unter {{url}} erreichbar.',
    'directory-silent':
      '{{source}} ist unter {{url}} nicht erreichbar: {{error}}. Danach hilft sower source test',
    mail: 'Der Mailserver unter {{where}} ist erreichbar.',
    'mail-silent':
      'Der Mailserver unter {{where}} ist nicht erreichbar: {{error}}. Danach hilft sower mail test',
    'mail-stuck':
      'Seit über einer Stunde wartend: {{waiting, number}}; seit gestern aufgegeben: {{dead, number}}. Siehe sower mail list',
    upkeep: 'Alles, was zu festgelegten Zeiten fällig war, ist getan.',
    'schedule-late':
      'Der Zeitplan {{name}} war {{time, time}} fällig, und kein Server hat ihn ausgeführt. Läuft einer?',
    unlinked:
      '{{count, number}} Zeilen des Prüfprotokolls warten darauf, verkettet zu werden. Läuft ein Server? Den Grund nennt sein Protokoll.',
    forward: 'Das Prüfprotokoll kommt nicht bei {{target}} an. {{reason}}',
    hold: 'Alte Zeilen werden nicht gelöscht: {{why}} (retention.hold).',
  },
};
