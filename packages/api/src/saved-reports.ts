/** Reports saved under a name, with their parameters, and mailed to administrators at set times. */
import { z } from 'zod';
import { named, nameSchema, strict, timeSchema, userIdSchema, versionSchema } from './fields.ts';
import { add, get, listOf, post, put, remove } from './operation.ts';
import { reasonShape } from './problems.ts';
import { REPORT_NAMES } from './reports.ts';
import { scheduleInputSchema } from './schedules.ts';

/** Rows that a mail may carry as CSV. */
export const MAX_MAILED_ROWS = 10_000;

export const savedReportInputSchema = strict('NewSavedReport', {
  name: nameSchema,
  report: z.enum(REPORT_NAMES),
  /** How many days it looks back or ahead; absent: as the report does. */
  days: z.int().min(1).max(3650).optional(),
  /** What is mailed. */
  format: z.enum(['csv', 'pdf']).default('csv'),
  /** User names of administrators with an e-mail address. */
  recipients: z.array(userIdSchema).max(10).default([]),
  /** When it is mailed; absent: never. */
  schedule: scheduleInputSchema.optional(),
});

const savedReportSchema = named('SavedReport', {
  id: z.string(),
  name: z.string(),
  report: z.enum(REPORT_NAMES),
  days: z.int().optional(),
  format: z.enum(['csv', 'pdf']),
  recipients: z.array(z.string()),
  schedule: scheduleInputSchema.optional(),
  nextAt: timeSchema.optional(),
  /** Whose rights it has: the person who saved it last. */
  owner: z.string(),
  /** Whether the caller may change and delete it. */
  mayEdit: z.boolean(),
  lastRunAt: timeSchema.optional(),
  /** Why the last run mailed nothing, or did not mail it to everyone. */
  ...reasonShape,
  detail: z.string().optional(),
  version: versionSchema,
});

export const SAVED_REPORT_OPERATIONS = {
  listSavedReports: get(
    '/saved-reports',
    'audit:view',
    'List saved reports, with whom they are mailed to and how the last run went',
    { response: listOf(savedReportSchema) },
  ),
  addSavedReport: add(
    '/saved-reports',
    'audit:view',
    'Save a report under a name; it is mailed with the rights that the caller has at each time',
    { body: savedReportInputSchema, response: savedReportSchema },
  ),
  editSavedReport: put(
    '/saved-reports/:id',
    'audit:view',
    'Change a saved report; it has the rights of the caller from then on',
    { body: savedReportInputSchema, response: savedReportSchema, ifMatch: true },
  ),
  deleteSavedReport: remove(
    '/saved-reports/:id',
    'audit:view',
    'Delete a saved report; it is no longer mailed',
  ),
  mailSavedReport: post(
    '/saved-reports/:id/mail',
    'audit:view',
    'Mail a saved report within seconds, in addition to its set times',
    { response: savedReportSchema },
  ),
};

export type SavedReport = z.infer<typeof savedReportSchema>;
export type SavedReportInput = z.output<typeof savedReportInputSchema>;
