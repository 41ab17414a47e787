/** What `sower doctor` says: what is so, and what to do about what is wrong. */
export const doctor = {
  doctor: {
    usage: `Usage: sower doctor [--json] [options of sower serve]

Checks what the server needs, and says what is wrong and how to fix it. Run it on the server host, as the user the server runs as, with the
options and environment of sower serve, whether or not the server is running. It changes nothing. Exits with 1 if something is wrong.`,
    'state-good': 'ok   ',
    'state-warn': 'look ',
    'state-bad': 'WRONG',
    'area-versions': 'versions',
    'area-clock': 'clock',
    'area-disk': 'disk',
    'area-folder': 'data folder',
    'area-key': 'master key',
    'area-ports': 'ports',
    'area-certificate': 'certificate',
    'area-database': 'database',
    'area-replication': 'replication',
    'area-backup': 'backup',
    'area-directory': 'directory',
    'area-mail': 'mail',
    'area-upkeep': 'upkeep',
    end: '{{good, number}} in order, {{warn, number}} to look at, {{bad, number}} wrong.',
    failed: 'This could not be checked: {{error}}',
    versions: 'Sower {{sower}} on Node.js {{node}}.',
    clock: 'It is synchronized over the network.',
    'clock-not-set': 'Nothing synchronizes it, and tokencodes depend on it: timedatectl set-ntp true',
    'clock-unknown':
      'Whether anything synchronizes it is unknown: run chrony or systemd-timesyncd on this host.',
    clocks: '{{seconds}} s apart from the clock of the database.',
    'clocks-apart':
      '{{seconds}} s apart from the clock of the database. Synchronize both with the same source: timedatectl set-ntp true',
    folder: '{{folder}} is for this user only.',
    'no-folder': 'There is no folder {{folder}}. Give --data as for sower serve; the first start creates it.',
    'folder-owner':
      '{{folder}} belongs to the user with ID {{uid}}. Run this as that user: sudo -u "#{{uid}}" sower doctor',
    'folder-open': 'Others can read it: chmod -R go= {{folder}}',
    disk: '{{free, number}} MiB free in {{folder}}.',
    'disk-small':
      'Only {{free, number}} MiB free in {{folder}}. Free up space, or mount a larger disk there.',
    'disk-full':
      '{{free, number}} MiB free in {{folder}}: the server will soon answer 503. Free up space there now.',
    'disk-unknown': '{{folder}} cannot be read: {{error}}. Create it, or mount it.',
    ready: 'The server at {{where}} is ready.',
    'not-ready':
      'The server at {{where}} is not ready: /readyz answers {{status}}. Its log has the reason; look at the database below.',
    'not-running': 'No server is running at {{where}}, and the port is free: sower serve',
    'port-free': '{{where}} is free ({{option}}).',
    'port-taken':
      'Another program is using {{where}} ({{option}}). To see which: ss -lptun "sport = :{{port}}". Stop it, or choose another port.',
    'port-low':
      'This user may not listen at {{where}} ({{option}}). Choose a port from 1024 on, or give the unit AmbientCapabilities=CAP_NET_BIND_SERVICE.',
    'port-wrong': 'Nothing can listen at {{where}} ({{option}}): {{error}}',
    certificate: 'It names {{host}}, and is valid for {{days, number}} more days.',
    'certificate-none': 'HTTP without TLS: only behind a proxy on this host or a private network.',
    'certificate-empty': '{{file}} has no certificate.',
    'certificate-name':
      'The certificate in {{file}} does not name {{host}}, the host of the public URL. Get one that does, or correct --public-url.',
    'certificate-ends': 'The certificate in {{file}} expires in {{days, number}} days. Renew it.',
    'certificate-unread': 'The certificate in {{file}} cannot be read: {{error}}',
    acme: 'From ACME; due for renewal at {{time, time}}.',
    'acme-failed': 'The ACME order failed at {{time, time}}: {{reason}}',
    'acme-late':
      'ACME is on, but no server has processed it since {{time, time}}. Start one; with DNS-01, one with --acme-dns-command.',
    database: '{{kind}}, with the schema of this version ({{last}}).',
    'database-new': 'There is none yet. The first start creates it: sower serve',
    'database-newer':
      'A newer version of Sower has migrated it ({{last}}). Run that version, or restore a backup from before the upgrade.',
    'database-older_one': '{{count}} migration is pending. The next start runs it.',
    'database-older_other': '{{count, number}} migrations are pending. The next start runs them.',
    'database-unreachable':
      'It cannot be used: {{error}}. Try the URL with psql, or check that this user can read the file.',
    postgresql: 'PostgreSQL {{version}}, which gets corrections until {{until}}.',
    'postgresql-ends':
      'PostgreSQL {{version}} gets corrections only until {{until}}. Plan the upgrade; the latest version that Sower supports is {{last}}.',
    'postgresql-ended':
      'PostgreSQL {{version}} has had no corrections since {{until}}, not even of security. Upgrade it; the latest version that Sower supports is {{last}}.',
    'postgresql-old':
      'PostgreSQL {{version}} is too old. Sower supports versions {{first}} to {{last}}: upgrade it.',
    'postgresql-new':
      'PostgreSQL {{version}} is newer than what this version of Sower was tested with ({{first}} to {{last}}). See whether there is a newer Sower.',
    standby: 'It is a standby, which is read-only. Point --database at the primary, or promote it.',
    'commits-later':
      'synchronous_commit is off: after a crash, a used tokencode would be accepted again. As its superuser: ALTER DATABASE … RESET synchronous_commit, or ALTER SYSTEM SET synchronous_commit = on, then SELECT pg_reload_conf()',
    'standby-missing':
      'No standby is connected, and every commit waits for {{names}}. Start one, or as its superuser: ALTER SYSTEM RESET synchronous_standby_names, then SELECT pg_reload_conf()',
    'replication-later_one':
      '{{count}} standby replicates asynchronously, so a failover can lose the last commits. Nothing is accepted twice: after it, logons wait for the next interval, HOTP tokens have to be distributed again unless the setting verify.failoverHotpJump says otherwise, and open activation codes and emergency tokencodes are withdrawn. To avoid that, set synchronous_standby_names, and synchronous_commit to on.',
    'replication-later_other':
      '{{count, number}} standbys replicate asynchronously, so a failover can lose the last commits. Nothing is accepted twice: after it, logons wait for the next interval, HOTP tokens have to be distributed again unless the setting verify.failoverHotpJump says otherwise, and open activation codes and emergency tokencodes are withdrawn. To avoid that, set synchronous_standby_names, and synchronous_commit to on.',
    replication_one:
      '{{count}} standby is connected, and commits wait for {{names}}: a failover loses nothing.',
    replication_other:
      '{{count, number}} standbys are connected, and commits wait for {{names}}: a failover loses nothing.',
    key: 'It opens the database.',
    'key-in-hsm': 'The HSM with it answers, and it opens the database.',
    'key-not-in-backups':
      'It is in an HSM and therefore in no backup, whatever --backup-key-recipient says. Back up the HSM as its manufacturer says, and remove that option.',
    'key-missing':
      'There is none in {{file}}. Put it there, or give the options and environment of sower serve.',
    'key-wrong': 'It does not open the database: {{error}}',
    'key-rotating':
      'A rotation to {{master}} is in progress; processes without the new key: {{count, number}}. See sower key status',
    backup: 'The latest was made at {{made, time}}, and one was last verified at {{verified, time}}.',
    'backup-none': 'There are no backups. Start the server with --backup-folder and --backup-recipients.',
    'backup-not-made': 'None has been made yet. Make one now: sower backup',
    'backup-late': 'The latest was made at {{time, time}}. Make one now and see why it fails: sower backup',
    'backup-never-verified':
      'None has ever been verified. Where the private keys are, verify the latest: sower backup verify FILE',
    'backup-unverified':
      'One was last verified at {{time, time}}. Where the private keys are, verify the latest: sower backup verify FILE',
    directory: '{{source}} can be reached at {{url}}.',
    'directory-silent': '{{source}} cannot be reached at {{url}}: {{error}}. For details: sower source test',
    mail: 'The mail server at {{where}} can be reached.',
    'mail-silent': 'The mail server at {{where}} cannot be reached: {{error}}. For details: sower mail test',
    'mail-stuck':
      'Mails waiting for more than an hour: {{waiting, number}}; undeliverable since yesterday: {{dead, number}}. See sower mail list',
    upkeep: 'All scheduled work is up to date.',
    'schedule-late': 'The schedule {{name}} was due at {{time, time}}, and no server ran it. Is one running?',
    unlinked:
      '{{count, number}} audit rows are waiting to be linked. Is a server running? Its log has the reason.',
    forward: 'The audit trail is not reaching {{target}}. {{reason}}',
    hold: 'Old rows are kept on legal hold: {{why}} (retention.hold).',
  },
} as const;
