/** Periods of the audit log: in the address by name, so that a saved address always means the time before one looks. */
export const AUDIT_PERIODS = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
} as const;
export type AuditPeriod = keyof typeof AUDIT_PERIODS;
export const AUDIT_PERIOD_NAMES = Object.keys(AUDIT_PERIODS) as AuditPeriod[];
