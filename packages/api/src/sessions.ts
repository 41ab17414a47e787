/** One's own sessions, of administrators and of users alike. */
import { z } from 'zod';
import { timeSchema } from './fields.ts';

export const ownSessionSchema = z
  .object({
    id: z.string(),
    /** Whether it is the current session. */
    current: z.boolean(),
    openedAt: timeSchema,
    /** To the minute. */
    lastUsedAt: timeSchema,
    expiresAt: timeSchema,
    /** Address it was opened from. */
    source: z.string().optional(),
    /** What the browser said about itself. */
    userAgent: z.string().optional(),
  })
  .meta({ id: 'OwnSession' });
export type OwnSession = z.infer<typeof ownSessionSchema>;

export const ownSessionsSchema = z.object({ items: z.array(ownSessionSchema) });
