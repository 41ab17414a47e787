/** What needs attention: what is wrong, and what to do. */
export const alerts = {
  alert: {
    'backup-none':
      'No backup has ever been made, and there are tokens that would be lost with the database. Start the server with --backup-folder and --backup-recipients.',
    'backup-late':
      'No backup has completed in the last two days; the last one did on {{time, time}}. Make one now and see why they fail: sower backup make',
    'backup-unverified':
      'No backup has been verified by a test restore in the last 90 days; the last one was on {{time, time}}. Where the private keys are, run: sower backup verify FILE',
    'backup-never-verified':
      'No backup has ever been verified by a test restore. Where the private keys are, run: sower backup verify FILE',
    certificate_one: 'The TLS certificate expires within {{count}} day. Install the next one.',
    certificate_other: 'The TLS certificate expires within {{count, number}} days. Install the next one.',
    'certificate-ended':
      'The TLS certificate has expired: devices refuse to connect. Install another one now.',
    acme_one: '{{count}} certificate order by ACME failed. {{reason}}',
    acme_other: '{{count, number}} certificate orders by ACME failed in a row. {{reason}}',
    'source-stopped': 'The last run of the identity source {{name}} stopped. {{reason}}',
    'source-late':
      'The last complete run of the identity source {{name}} was on {{time, time}}. Look at its runs and test it.',
    'source-conflict_one':
      '{{name}}: {{count}} user ID of the directory belongs to someone else here ({{ids}}). RADIUS, agents and the API accept no user by it. Choose what happens to the entry, in the last run of the source.',
    'source-conflict_other':
      '{{name}}: {{count, number}} user IDs of the directory belong to someone else here ({{ids}}). RADIUS, agents and the API accept no user by them. Choose what happens to the entries, in the last run of the source.',
    'tokens-low_one': 'No token is left to assign. Mint more.',
    'tokens-low_other': 'Fewer than {{count, number}} tokens are left to assign. Mint more.',
    'mail-stuck':
      'Mail has been waiting since {{time, time}}. Test the mail server: Setup > E-mail, or sower mail test',
    'mail-given-up_one':
      '{{count}} mail could not be delivered. Send it again: Setup > E-mail > Sent and Waiting E-mail',
    'mail-given-up_other':
      '{{count, number}} mails could not be delivered. Send them again: Setup > E-mail > Sent and Waiting E-mail',
    'audit-forward': 'The audit trail is not reaching {{target}}. {{reason}}',
    'audit-set-aside_one':
      '{{target}} refused {{count}} row of the audit trail (link {{link}}) although it accepted later ones. The row is still in the trail: find out at the receiver why, and transfer it by hand.',
    'audit-set-aside_other':
      '{{target}} refused {{count, number}} rows of the audit trail (the last one is link {{link}}) although it accepted later ones. The rows are still in the trail: find out at the receiver why, and transfer them by hand.',
    'audit-behind':
      'Audit rows have been waiting to be linked into the chain since {{time, time}}. The server log has the reason.',
    'audit-altered':
      'The audit trail was changed by something other than the server ({{time, time}}): {{reason}}',
    disk: 'Only {{free, number}} MiB are left for the data folder on {{host}}. Free up space.',
    replication:
      'Servers are not ready: a crash of the database now would lose logons that were already accepted. {{reason}}',
    clock: 'The clock of {{host}} is {{seconds, number}} s off. Set it there: timedatectl set-ntp true',
    guessing:
      'Someone is guessing activation codes from many addresses (last seen on {{time, time}}). The audit trail lists the addresses.',
  },
} as const;
