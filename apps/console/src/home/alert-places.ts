/** Where to look at what an alert is about. */
import type { AlertKind } from '@sower/api/checks';

export const ALERT_PLACES: Readonly<Record<AlertKind, string>> = {
  'backup-late': '/backups',
  'backup-unverified': '/backups',
  certificate: '/certificates',
  acme: '/certificates',
  'source-stopped': '/identity-sources',
  'source-late': '/identity-sources',
  'source-conflict': '/identity-sources',
  'source-certificate': '/identity-sources',
  'tokens-low': '/tokens/mint',
  'mail-stuck': '/mail/messages',
  'audit-forward': '/audit?proof=open',
  'audit-behind': '/audit?proof=open',
  'audit-altered': '/audit?action=audit.altered',
  disk: '/settings/retention',
  replication: '/nodes',
  clock: '/nodes',
  guessing: '/audit?action=ctkip.wrong-code',
  'passcodes-guessed': '/reporting?range=day',
  'passwords-guessed': '/reporting?range=day',
  'rule-stopped': '/rules',
  'report-failed': '/reporting/saved',
  'schedule-failed': '/schedules',
};
