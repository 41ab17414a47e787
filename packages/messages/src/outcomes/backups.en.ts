/** Backups, and restoring them: also what `sower restore` and `sower backup verify` print. */
export const backups = {
  backup: {
    'not-found': 'There is no such backup.',
    'not-configured':
      'This server makes no backups. Start it with --backup-folder and --backup-recipients (docs/operations.md).',
    running: 'A backup is being made. Wait until it has ended.',
    died: 'The server process ended before the backup was complete.',
    stopped: 'The server was stopped before the backup was complete.',
    failed: 'The backup could not be made. The log of the server has the reason.',
    'disk-full': 'The disk is full. Nothing of this backup was kept. Make room, or keep fewer backups.',
    'no-folder': 'The folder for backups is not there. Create it, or mount it.',
    'folder-closed': 'The server may not write to the folder for backups ({{code}}).',
    'command-failed':
      'The command that stores backups failed. The log of the server has what it printed last.',
    database: 'The database cannot be used: {{error}}',
    'proof-wrong': 'This proof does not belong to this backup. Verify its file, and report what that prints.',
    damaged:
      'The file was cut short or altered. Copy it again from where it is kept, or take another backup.',
    'not-one': 'This file is not a backup made by Sower.',
    newer: 'Sower {{version}} made this backup, and this version cannot read it. Use that version.',
    'no-file': 'There is no such file.',
    unreadable: 'The file cannot be read ({{code}}).',
    'no-identity': 'Give the private key that opens the backup: --identity FILE.',
    'no-identity-file': 'The file {{file}} with the private key cannot be read.',
    'identity-malformed': 'This is not a private key of age. It begins with AGE-SECRET-KEY-.',
    'other-recipient': 'This private key does not open the backup. It was made for another one.',
    'key-other-recipient':
      'The master key in the backup needs another private key. Give that one too (--identity), or the master key itself (--master-key).',
    'no-master-key':
      'The master key is not in this backup. Give it with --master-key FILE or SOWER_MASTER_KEY, or put master.key into the data folder.',
    'in-hsm':
      'The data keys in this backup are wrapped by a master key in an HSM ({{names}}). Give the PKCS#11 URI of that key, in a file (--master-key FILE) or in SOWER_MASTER_KEY, on a computer that reaches the HSM or another one that holds the same key. Nothing was changed.',
    hsm: 'The data keys in this backup cannot be unwrapped: {{error}}. Nothing was changed.',
    'master-key': 'The master key cannot be used: {{error}}. Nothing was changed.',
    'other-installation':
      'The backup belongs to another installation: this master key does not open it. Nothing was changed.',
    'other-master':
      'The backup belongs to another master key: it is sealed with {{names}}, and the one given is {{given}}. Give the one that the installation had when the backup was made (--master-key). Nothing was changed.',
    occupied:
      'The database is not empty. A backup is restored into an empty one only. Create another database. Nothing was changed.',
    'occupied-file':
      'There is a database at {{file}}. A backup is restored into an empty place only. Stop the server and move that file away first. Nothing was changed.',
    'no-room': 'The disk is full. Make room, and start again.',
    'other-count': 'The table {{table}} does not have as many rows as the backup says.',
    chain: 'The audit chain in the backup is not intact. {{finding}}',
    seals_one: '{{count}} sealed value in the backup does not open with its master key.',
    seals_other: '{{count, number}} sealed values in the backup do not open with their master key.',
    'would-restore':
      'The backup of {{time, time}} (Sower {{version}}, {{rows, number}} rows) can be restored here. Nothing was changed.',
    restored:
      'The backup of {{time, time}} (Sower {{version}}, {{rows, number}} rows) is restored. Tokencodes used until now are not accepted: {{moved, number}} seeds moved on. Seeds with a counter, deleted or moved on: {{hotp, number}}. Withdrawn activation codes: {{codes, number}}. Deleted emergency tokencodes: {{emergency, number}}. Mail that is not sent: {{mail, number}}. Paused jobs: {{jobs, number}}.',
    'restored-next':
      'What was changed since the backup is undone: look up in the log or in an export of the audit trail which users, tokens, administrators and API keys were disabled or deleted since then, and do it again. Then start the server. sower api-key recover makes a key for the command line.',
    verified:
      'The backup of {{time, time}} (Sower {{version}}) can be restored: {{rows, number}} rows, {{links, number}} links of the audit chain, {{seals, number}} sealed values opened.',
    'verified-next': 'To tell the server: sower backup report {{id}} --proof {{proof}}',
    'usage-restore':
      'Usage: sower restore FILE --identity KEYFILE [--identity KEYFILE] [--master-key FILE] [--dry-run] [--keep-codes] [--hotp-jump NUMBER] [--json] [options of sower serve: --data, --database]',
    'usage-verify':
      'Usage: sower backup verify FILE --identity KEYFILE [--identity KEYFILE] [--master-key FILE] [--scratch DIR] [--report] [--json] [--data DIR]',
  },
} as const;
