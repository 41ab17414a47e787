/**
 * Reports: lists that auditors ask for, each with the rights of its reader. The server puts their contents into the reader's
 * language.
 */
import { z } from 'zod';
import { named } from './fields.ts';
import { get, type Operation, pageQuery } from './operation.ts';
import type { Permission } from './permissions.ts';

type ReportKind = {
  /** Which operation reads it. */
  readonly about: 'tokens' | 'users' | 'requests' | 'audit' | 'administrators';
  /** How many days it looks back or ahead unless said; absent: it is about now. */
  readonly days?: number;
};

export const REPORTS = {
  tokens: { about: 'tokens' },
  'expiring-tokens': { about: 'tokens', days: 90 },
  'never-activated': { about: 'tokens' },
  'token-batches': { about: 'tokens' },
  distributions: { about: 'tokens', days: 90 },
  'inactive-users': { about: 'users', days: 90 },
  'gone-users': { about: 'users', days: 90 },
  requests: { about: 'requests', days: 365 },
  'failed-log-ons': { about: 'audit', days: 30 },
  'lost-and-replaced': { about: 'audit', days: 365 },
  'policy-changes': { about: 'audit', days: 365 },
  administrators: { about: 'administrators' },
} as const satisfies Record<string, ReportKind>;

export type ReportName = keyof typeof REPORTS;
type ReportAbout = (typeof REPORTS)[ReportName]['about'];
export const REPORT_NAMES = Object.keys(REPORTS) as [ReportName, ...ReportName[]];
export const daysOfReport = (name: ReportName): number | undefined => {
  const kind: ReportKind = REPORTS[name];
  return kind.days;
};
/** Rows of a document at most: its tags are kept in memory until it ends, some 75 KB for each row. More are refused. */
export const MAX_REPORT_ROWS = 2_000;

const namesAbout = <A extends ReportAbout>(about: A) =>
  REPORT_NAMES.filter((name) => REPORTS[name].about === about) as [ReportName, ...ReportName[]];

const reportSchema = named('Report', {
  report: z.enum(REPORT_NAMES),
  title: z.string(),
  /** How many days it looks back or ahead; null: it is about now. */
  days: z.int().nullable(),
  columns: z.array(z.object({ name: z.string(), label: z.string(), kind: z.enum(['text', 'time', 'date']) })),
  /** A cell for each column. Times and days as in the rest of the API. */
  items: z.array(z.array(z.string())),
  next: z.string().optional(),
  /** The report as a PDF, if that was requested. `cut` is always false: what does not fit is refused. */
  document: z.object({ fileName: z.string(), pdf: z.base64(), cut: z.boolean() }).optional(),
});

export type Report = z.infer<typeof reportSchema>;

const query = z.strictObject({
  ...pageQuery,
  days: z.coerce.number().int().min(1).max(3650).optional(),
  /** `pdf`: all rows as a document, instead of a page of them; more than 2,000 are refused. */
  format: z.enum(['rows', 'pdf']).default('rows'),
});

const operation = <A extends ReportAbout, P extends Permission>(about: A, permission: P, summary: string) =>
  get(`/reports/${about}/:report` as const, permission, summary, {
    params: z.object({ report: z.enum(namesAbout(about)) }),
    query,
    response: reportSchema,
  });

export const REPORT_OPERATIONS = {
  getTokenReport: operation(
    'tokens',
    'tokens:view',
    'Report on tokens: by state and owner, expiring, never activated, by batch, distributed by whom',
  ),
  getUserReport: operation(
    'users',
    'users:view',
    'Report on users who have not logged on for long, or whom their directory has no more',
  ),
  getRequestReport: operation('requests', 'requests:view', 'Report on requests and who decided them'),
  getAuditReport: operation(
    'audit',
    'audit:view',
    'Report from the audit trail: failed logons, lost and replaced tokens, changes of policies',
  ),
  getAdministratorReport: operation(
    'administrators',
    'administrators:view',
    'Report on administrators and what they may do',
  ),
} as const satisfies Record<string, Operation>;

const OPERATION_ABOUT = {
  tokens: 'getTokenReport',
  users: 'getUserReport',
  requests: 'getRequestReport',
  audit: 'getAuditReport',
  administrators: 'getAdministratorReport',
} as const satisfies Record<ReportAbout, keyof typeof REPORT_OPERATIONS>;

/** The operation that reads a report, and what it takes. */
export const operationOfReport = (report: ReportName) => {
  const name = OPERATION_ABOUT[REPORTS[report].about];
  return { name, permission: REPORT_OPERATIONS[name].permission };
};
