/** One's own sessions, of administrators and of users alike. */
import { z } from 'zod';
import { named, timeSchema } from './fields.ts';
import { listOf } from './operation.ts';

const ownSessionSchema = named('OwnSession', {
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
});
export type OwnSession = z.infer<typeof ownSessionSchema>;

export const ownSessionsSchema = listOf(ownSessionSchema);
