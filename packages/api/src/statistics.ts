/** Counts for the first page of the Security Console. */
import { z } from 'zod';
import { named } from './fields.ts';
import { get } from './operation.ts';
import { DAY, dayOf } from './time.ts';

export const statisticsSchema = named('Statistics', {
  tokens: z.object({
    total: z.int(),
    assigned: z.int(),
    unassigned: z.int(),
    enabled: z.int(),
    disabled: z.int(),
    lost: z.int(),
    expired: z.int(),
    /** Not expired yet, but within `expiringDays`. */
    expiring: z.int(),
  }),
  expiringDays: z.int(),
  /** Latest distributions that are waiting for something. */
  distributions: z.object({
    issued: z.int(),
    opened: z.int(),
    provisioned: z.int(),
    expired: z.int(),
    failed: z.int(),
  }),
  users: z.int(),
  /** So many wrong activation codes are arriving that strangers are braked. */
  guessing: z.boolean(),
});

export type Statistics = z.infer<typeof statisticsSchema>;

/** What has not expired and does so before this day is expiring. */
export const expiringBefore = (now: number, days: number): string => dayOf(now + days * DAY);

export const STATISTICS_OPERATIONS = {
  getStatistics: get('/statistics', 'tokens:view', 'Count tokens, and distributions that need attention', {
    query: z.strictObject({ expiringDays: z.coerce.number().int().min(1).max(3650).default(90) }),
    response: statisticsSchema,
  }),
};
