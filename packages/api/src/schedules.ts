/** What the server does at set times, and when. */
import { z } from 'zod';
import { named, timeSchema, timeZoneSchema, versionSchema } from './fields.ts';
import { get, listOf, put } from './operation.ts';

const scheduleKinds = [
  'rules',
  'expiry-mail',
  'loans',
  'clean-up',
  'approvals',
  'approval-digest',
  'alerts',
  'backup',
  'retention',
  'verify-audit',
  'report',
] as const;
export type ScheduleKind = (typeof scheduleKinds)[number];

const FIELD = '[0-9A-Za-z*,/#-]{1,60}';
const scheduleFields = {
  /** Minute, hour, day of the month, month, day of the week: `30 4 * * 1-5`. */
  cron: z.string().regex(new RegExp(`^${FIELD}(?: ${FIELD}){4}$`)),
  /** Changes to and from summer time move it along. */
  timeZone: timeZoneSchema.default('UTC'),
};
export const scheduleInputSchema = z.strictObject(scheduleFields).meta({ id: 'ScheduleTimes' });
const scheduleSchema = named('Schedule', {
  id: z.string(),
  kind: z.enum(scheduleKinds),
  /** What it is about, if anything: an ID. */
  about: z.string().optional(),
  ...scheduleFields,
  nextAt: timeSchema,
  lastAt: timeSchema.optional(),
  failingSince: timeSchema
    .optional()
    .meta({ description: 'Its first failure since it was last done. It is tried again each hour.' }),
  version: versionSchema,
});

export const SCHEDULE_OPERATIONS = {
  listSchedules: get('/schedules', 'settings:edit', 'List what the server does at set times, and when next', {
    response: listOf(scheduleSchema),
  }),
  editSchedule: put('/schedules/:id', 'settings:edit', 'Change the times of a schedule', {
    body: scheduleInputSchema,
    response: scheduleSchema,
    ifMatch: true,
  }),
};

export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;
