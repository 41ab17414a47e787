/** Backups, and restoring them: also what `sower restore` and `sower backup verify` print. */
export const backups = {
  backup: {
    'not-found': 'There is no such backup.',
    'not-configured':
      'This server does not make backups. Start it with --backup-folder and --backup-recipients (docs/operations.md).',
    running: 'A backup is being made. Wait until it is complete.',
    died: 'The server process ended before the backup was complete.',
    stopped: 'The server was stopped before the backup was complete.',
    failed: 'The backup could not be made. The server log has the reason.',
    'disk-full': 'The disk is full. Nothing of this backup was kept. Free up space, or keep fewer backups.',
    'no-folder': 'The backup folder does not exist. Create it, or mount it.',
    'folder-closed': 'The server may not write to the backup folder ({{code}}).',
    'command-failed':
      'The command that stores backups failed. The server log has the last lines of its output.',
    database: 'The database cannot be used: {{error}}',
    'proof-wrong':
      'This proof does not belong to this backup. Verify its file and report the proof that it prints.',
    damaged:
      'The file is truncated or was changed. Copy it again from where it is kept, or use another backup.',
    'not-one': 'This file is not a backup made by Sower.',
    newer: 'Sower {{version}} made this backup, and this version cannot read it. Use that version.',
    'no-file': 'There is no such file.',
    unreadable: 'The file cannot be read ({{code}}).',
    'no-identity': 'Give the private key that opens the backup: --identity FILE.',
    'no-identity-file': 'The file {{file}} with the private key cannot be read.',
    'identity-malformed': 'This is not an age private key. Those begin with AGE-SECRET-KEY-.',
    'other-recipient': 'This private key does not open the backup, which is encrypted for another one.',
    'key-other-recipient':
      'The master key in the backup is encrypted for another private key. Give that one too (--identity), or the master key itself (--master-key).',
    'no-master-key':
      'The master key is not in this backup. Give it with --master-key FILE or SOWER_MASTER_KEY, or put master.key into the data folder.',
    'in-hsm':
      'The data keys in this backup are wrapped by a master key in an HSM ({{names}}). Give the PKCS#11 URI of that key, in a file (--master-key FILE) or in SOWER_MASTER_KEY, on a computer that reaches the HSM or another one that holds the same key. Nothing was changed.',
    hsm: 'The data keys in this backup cannot be unwrapped: {{error}}. Nothing was changed.',
    'master-key': 'The master key cannot be used: {{error}}. Nothing was changed.',
    'other-installation':
      'The backup belongs to another installation: this master key does not open it. Nothing was changed.',
    'other-master':
      'The backup is sealed with master key {{names}}, and the one given is {{given}}. Give the master key that the installation had when the backup was made (--master-key). Nothing was changed.',
    occupied:
      'The database is not empty, and a backup can be restored only into an empty one. Create another database. Nothing was changed.',
    'occupied-file':
      'There is already a database at {{file}}, and a backup can be restored only into an empty place. Stop the server and move that file away first. Nothing was changed.',
    'no-room': 'The disk is full. Free up space, then start again.',
    'other-count': 'The table {{table}} does not have as many rows as the backup says.',
    chain: 'The audit chain in the backup is not intact. {{finding}}',
    seals_one: '{{count}} sealed value in the backup does not open with its master key.',
    seals_other: '{{count, number}} sealed values in the backup do not open with their master key.',
    'would-restore':
      'The backup of {{time, time}} (Sower {{version}}, {{rows, number}} rows) can be restored here. Nothing was changed.',
    restored:
      'The backup of {{time, time}} (Sower {{version}}, {{rows, number}} rows) is restored. No tokencode used before now is accepted: {{moved, number}} seeds were moved on. Counter-based seeds deleted or moved on: {{hotp, number}}. Activation codes withdrawn: {{codes, number}}. Emergency tokencodes deleted: {{emergency, number}}. Mails not sent: {{mail, number}}. Jobs paused: {{jobs, number}}.',
    'restored-next':
      'Changes made since the backup are lost: look in the log or an export of the audit trail for users, tokens, administrators and API keys that were disabled or deleted since then, and disable or delete them again. Then start the server. sower api-key recover makes a key for the command line.',
    verified:
      'The backup of {{time, time}} (Sower {{version}}) can be restored: {{rows, number}} rows, {{links, number}} links of the audit chain, {{seals, number}} sealed values opened.',
    'verified-next': 'To tell the server: sower backup report {{id}} --proof {{proof}}',
    'usage-restore':
      'Usage: sower restore FILE --identity KEYFILE [--identity KEYFILE] [--master-key FILE] [--dry-run] [--keep-codes] [--hotp-jump NUMBER] [--json] [options of sower serve: --data, --database]',
    'usage-verify':
      'Usage: sower backup verify FILE --identity KEYFILE [--identity KEYFILE] [--master-key FILE] [--scratch DIR] [--report] [--json] [--data DIR]',
  },
} as const;
