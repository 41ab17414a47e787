/** What the server does at set times, and when. */
import { z } from 'zod';
import { timeSchema, timeZoneSchema, versionSchema } from './fields.ts';
import { idParams, type Operation } from './operation.ts';

export const scheduleKinds = [
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
export const scheduleSchema = z
  .object({
    id: z.string(),
    kind: z.enum(scheduleKinds),
    /** What it is about, if anything: an ID. */
    about: z.string().optional(),
    ...scheduleFields,
    nextAt: timeSchema,
    lastAt: timeSchema.optional(),
    version: versionSchema,
  })
  .meta({ id: 'Schedule' });

export const SCHEDULE_OPERATIONS = {
  listSchedules: {
    method: 'GET',
    path: '/schedules',
    summary: 'List what the server does at set times, and when next',
    permission: 'settings:edit',
    response: z.object({ items: z.array(scheduleSchema) }),
  },
  editSchedule: {
    method: 'PUT',
    path: '/schedules/:id',
    summary: 'Change the times of a schedule',
    permission: 'settings:edit',
    params: idParams,
    body: scheduleInputSchema,
    response: scheduleSchema,
    ifMatch: true,
  },
} as const satisfies Record<string, Operation>;

export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;
