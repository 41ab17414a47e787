/** What needs somebody: what is wrong, and what to do. */
export const alerts = {
  alert: {
    'backup-late':
      'No backup was completed in the last two days; the last one on {{time, time}}. Make one, and read why they fail: sower backup make',
    'backup-unverified':
      'No backup was verified by restoring it in the last 90 days; the last one on {{time, time}}. Where the private keys are: sower backup verify FILE',
    'backup-never-verified':
      'No backup was ever verified by restoring it. Where the private keys are: sower backup verify FILE',
    certificate_one: 'The TLS certificate ends within {{count}} day. Install the next one.',
    certificate_other: 'The TLS certificate ends within {{count, number}} days. Install the next one.',
    'certificate-ended': 'The TLS certificate has ended: devices refuse to connect. Install another now.',
    acme_one: '{{count}} order of a certificate by ACME failed. {{reason}}',
    acme_other: '{{count, number}} orders of a certificate by ACME failed in a row. {{reason}}',
    'source-stopped': 'The last run of the identity source {{name}} stopped. {{reason}}',
    'source-late':
      'The identity source {{name}} was last read to its end on {{time, time}}. Look at its runs, and test it.',
    'tokens-low_one': 'No token is left to assign. Mint or import more.',
    'tokens-low_other': 'Fewer than {{count, number}} tokens are left to assign. Mint or import more.',
    'mail-stuck':
      'Mail has waited since {{time, time}}. Test the mail server: Setup > Mail, or sower mail test',
    'mail-given-up_one': '{{count}} mail was given up. Send it again, or delete it: Setup > Mail',
    'mail-given-up_other':
      '{{count, number}} mails were given up. Send them again, or delete them: Setup > Mail',
    'audit-forward': 'The audit trail does not arrive at {{target}}. {{reason}}',
    'audit-behind':
      'Audit rows have waited since {{time, time}} to be linked into the chain. The log of the server has the reason.',
    'audit-altered': 'The audit trail was altered beside the server ({{time, time}}): {{reason}}',
    disk: 'Only {{free, number}} MiB are free for the data folder on {{host}}. Make room.',
    replication: 'Servers are not ready: a failover of the database would lose what was accepted. {{reason}}',
    clock: 'The clock of {{host}} is {{seconds, number}} s off. Set it there: timedatectl set-ntp true',
    guessing:
      'Activation codes are being guessed, from many addresses (last on {{time, time}}). The audit trail has the addresses.',
  },
} as const;
