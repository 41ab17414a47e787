/** What `sower doctor` says: what is so, and what to do about what is wrong. */
export const doctor = {
  doctor: {
    usage: `Usage: sower doctor [--json] [options of sower serve]

Looks at what the server needs, and says what is wrong and what to do. Run it on the server host, as the user that the server runs as, with the
options and environment of sower serve, whether the server runs or not. It changes nothing. Ends with 1 if something is wrong.`,
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
    failed: 'This could not be examined: {{error}}',
    versions: 'Sower {{sower}} on Node.js {{node}}.',
    clock: 'It is set by the network.',
    'clock-not-set': 'Nobody sets it, and tokencodes depend on it: timedatectl set-ntp true',
    'clock-unknown':
      'Whether anything sets it could not be found out: run chrony or systemd-timesyncd on this host.',
    clocks: '{{seconds}} s away from that of the database.',
    'clocks-apart':
      '{{seconds}} s away from that of the database. Set both by the same source: timedatectl set-ntp true',
    folder: '{{folder}} is for this user only.',
    'no-folder': 'There is no folder {{folder}}. Give --data as for sower serve; a first start makes it.',
    'folder-owner':
      '{{folder}} belongs to the user with the number {{uid}}. Run this as that user: sudo -u "#{{uid}}" sower doctor',
    'folder-open': 'Others can read it: chmod -R go= {{folder}}',
    disk: '{{free, number}} MiB free in {{folder}}.',
    'disk-small': 'Only {{free, number}} MiB free in {{folder}}. Make room, or mount a larger disk there.',
    'disk-full': '{{free, number}} MiB free in {{folder}}: the server soon answers 503. Make room there now.',
    'disk-unknown': '{{folder}} cannot be looked at: {{error}}. Create it, or mount it.',
    ready: 'The server at {{where}} is ready.',
    'not-ready':
      'The server at {{where}} is not ready: /readyz answers {{status}}. Its log has the reason; look at the database below.',
    'not-running': 'No server runs at {{where}}, and nothing is in the way: sower serve',
    'port-free': '{{where}} is free ({{option}}).',
    'port-taken':
      'Another program has {{where}} ({{option}}). Which one: ss -lptun "sport = :{{port}}". Stop it, or choose another port.',
    'port-low':
      'This user may not listen at {{where}} ({{option}}). Choose a port from 1024 on, or give the unit AmbientCapabilities=CAP_NET_BIND_SERVICE.',
    'port-wrong': 'Nothing can listen at {{where}} ({{option}}): {{error}}',
    certificate: 'It names {{host}}, and is valid for {{days, number}} more days.',
    'certificate-none': 'HTTP without TLS: only behind a proxy on this host or a private network.',
    'certificate-empty': '{{file}} has no certificate.',
    'certificate-name':
      'The certificate in {{file}} does not name {{host}}, the host of the public URL. Get one that does, or correct --public-url.',
    'certificate-ends': 'The certificate in {{file}} ends in {{days, number}} days. Renew it.',
    'certificate-unread': 'The certificate in {{file}} cannot be read: {{error}}',
    acme: 'By ACME; to be renewed at {{time, time}}.',
    'acme-failed': 'The order by ACME failed at {{time, time}}: {{reason}}',
    'acme-late':
      'ACME is on, but nothing has looked at it since {{time, time}}. Start a server; with DNS-01, one with --acme-dns-command.',
    database: '{{kind}}, with the schema of this version ({{last}}).',
    'database-new': 'There is none yet. The first start makes it: sower serve',
    'database-newer':
      'A newer Sower has changed it ({{last}}). Start that version, or restore a backup from before the upgrade.',
    'database-older_one': '{{count}} step of this version was not taken yet. The next start takes it.',
    'database-older_other':
      '{{count, number}} steps of this version were not taken yet. The next start takes them.',
    'database-unreachable':
      'It cannot be used: {{error}}. Try the URL with psql, or look whether the file can be read by this user.',
    standby:
      'It is a standby, which nobody can write to. Give --database the address of the primary, or promote it.',
    'commits-later':
      'synchronous_commit is off: after a crash, a tokencode that was used is accepted again. As its superuser: ALTER DATABASE … RESET synchronous_commit, or ALTER SYSTEM SET synchronous_commit = on, then SELECT pg_reload_conf()',
    'standby-missing':
      'No standby is connected, and every commit waits for {{names}}. Start one, or as its superuser: ALTER SYSTEM RESET synchronous_standby_names, then SELECT pg_reload_conf()',
    'replication-later_one':
      '{{count}} standby follows without being waited for: after a failover, a tokencode that was used is accepted again. Set synchronous_standby_names, and synchronous_commit to on; or accept it with --asynchronous-replication',
    'replication-later_other':
      '{{count, number}} standbys follow without being waited for: after a failover, a tokencode that was used is accepted again. Set synchronous_standby_names, and synchronous_commit to on; or accept it with --asynchronous-replication',
    replication_one: '{{count}} standby is connected, and commits wait for {{names}}.',
    replication_other: '{{count, number}} standbys are connected, and commits wait for {{names}}.',
    key: 'It opens the database.',
    'key-in-hsm': 'The HSM with it answers, and it opens the database.',
    'key-not-in-backups':
      'It is in an HSM, and therefore in no backup, whatever --backup-key-recipient says. Back up the HSM as its maker says, and remove that option',
    'key-missing':
      'There is none in {{file}}. Put it there, or give the options and environment of sower serve.',
    'key-wrong': 'It does not open the database: {{error}}',
    'key-rotating':
      'A change to {{master}} goes on, and processes without the new key: {{count, number}}. See sower key status',
    backup: 'The last was made at {{made, time}}, and one was verified at {{verified, time}}.',
    'backup-none': 'There are no backups. Start the server with --backup-folder and --backup-recipients.',
    'backup-late': 'The last was made at {{time}}. Make one now, and read why it fails: sower backup',
    'backup-unverified':
      'The last one was verified at {{time}}. Verify the latest where the private keys are: sower backup verify FILE',
    directory: '{{source}} can be reached at {{url}}.',
    'directory-silent': '{{source}} cannot be reached at {{url}}: {{error}}. Then see sower source test',
    mail: 'The mail server at {{where}} can be reached.',
    'mail-silent': 'The mail server at {{where}} cannot be reached: {{error}}. Then see sower mail test',
    'mail-stuck':
      'Waiting for more than an hour: {{waiting, number}}; given up since yesterday: {{dead, number}}. See sower mail list',
    upkeep: 'Everything that is due at set times was done.',
    'schedule-late': 'The schedule {{name}} was due at {{time, time}}, and no server did it. Does one run?',
    unlinked: '{{count, number}} audit rows wait to be linked. Does a server run? Its log has the reason.',
    forward: 'The audit trail does not arrive at {{target}}. {{reason}}',
    hold: 'Old rows are not deleted: {{why}} (retention.hold).',
  },
} as const;
