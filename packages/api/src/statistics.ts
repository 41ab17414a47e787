/** Counts for the first page of the Security Console. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

export const statisticsSchema = z
  .object({
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
  })
  .meta({ id: 'Statistics' });

export type Statistics = z.infer<typeof statisticsSchema>;

export const STATISTICS_OPERATIONS = {
  getStatistics: {
    method: 'GET',
    path: '/statistics',
    summary: 'Count tokens, and distributions that need attention',
    permission: 'tokens:view',
    query: z.strictObject({ expiringDays: z.coerce.number().int().min(1).max(3650).default(90) }),
    response: statisticsSchema,
  },
} as const satisfies Record<string, Operation>;
