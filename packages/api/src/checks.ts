/**
 * What is watched, and from when it counts: the one table of thresholds. Alerts (Home, mail, Prometheus), `sower doctor` and the pages of
 * backups and certificates judge by it; monitoring/alerts.yml and docs/operations.md are compared with it by a test.
 */

import { LIMITS } from './limits.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

type Check = {
  /** Of the rule in monitoring/alerts.yml. */
  readonly severity: 'page' | 'warn';
  /** Whether a larger or a smaller value is worse, and the first that is bad: an alert is raised, and doctor says so. */
  readonly worse?: 'more' | 'less';
  bad?: number;
  /** The first that doctor and the consoles point out, before there is an alert. */
  warn?: number;
};

const SECOND = 1_000;
const MEBIBYTE = 2 ** 20;

const TABLE = {
  /** Milliseconds since the last one. */
  'backup-late': { severity: 'warn', worse: 'more', bad: 2 * DAY },
  'backup-unverified': { severity: 'warn', worse: 'more', bad: LIMITS.verifiedDays * DAY },
  /** Days until it expires. Public authorities have certificates renewed after two thirds of a lifetime, which can be as short as six days. */
  certificate: { severity: 'page', worse: 'less', warn: 21, bad: 14 },
  /** Failures in a row: one does not matter, since the next attempt follows in a moment. */
  acme: { severity: 'warn', worse: 'more', bad: 2 },
  'source-stopped': { severity: 'warn' },
  'source-late': { severity: 'warn' },
  'source-conflict': { severity: 'page' },
  /** Days until the first certificate of its servers expires. */
  'source-certificate': { severity: 'warn', worse: 'less', warn: 21, bad: 14 },
  'tokens-low': { severity: 'warn' },
  /** Milliseconds that the oldest has waited. */
  'mail-stuck': { severity: 'warn', worse: 'more', bad: HOUR },
  'audit-forward': { severity: 'warn', worse: 'more', bad: 4 },
  'audit-behind': { severity: 'warn', worse: 'more', bad: 10 * MINUTE },
  'audit-altered': { severity: 'page' },
  /** Octets that are free. */
  disk: { severity: 'page', worse: 'less', warn: 2_048 * MEBIBYTE, bad: 512 * MEBIBYTE },
  /** Milliseconds apart from the clock of the database. */
  clock: { severity: 'page', worse: 'more', warn: 2 * SECOND, bad: 30 * SECOND },
  guessing: { severity: 'warn' },
  /** Refused logons of this hour and the one before, less four times those that were accepted. */
  'passcodes-guessed': { severity: 'warn', worse: 'more', bad: 200 },
  'passwords-guessed': { severity: 'warn', worse: 'more', bad: 200 },
  replication: { severity: 'page' },
  'rule-stopped': { severity: 'warn' },
  'report-failed': { severity: 'warn' },
  /** Milliseconds since a schedule first failed: each hour it is tried again. */
  'schedule-failed': { severity: 'warn', worse: 'more', bad: 2 * HOUR },
} as const satisfies Record<string, Check>;

/** No alert: from so many days before its end on, Home and the log say that an API key is about to expire. */
export const KEY_ENDS_SOON_DAYS = 14;

export type AlertKind = keyof typeof TABLE;
export const CHECKS: Readonly<Record<AlertKind, Check>> = TABLE;
export const ALERT_KINDS = Object.keys(TABLE) as AlertKind[];

/** Kinds that have a threshold. */
type Measured = {
  [Kind in AlertKind]: (typeof TABLE)[Kind] extends { bad: number } ? Kind : never;
}[AlertKind];

/** Beyond the threshold, and not at it. */
export function judged(kind: Measured, value: number): 'good' | 'warn' | 'bad' {
  const { worse, warn, bad } = CHECKS[kind];
  const beyond = (limit: number | undefined): boolean =>
    limit !== undefined && (worse === 'less' ? value < limit : value > limit);
  return beyond(bad) ? 'bad' : beyond(warn) ? 'warn' : 'good';
}
