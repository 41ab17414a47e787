/** What needs attention, from its beginning to its end. */
import { z } from 'zod';
import { ALERT_KINDS } from './checks.ts';
import { timeSchema } from './fields.ts';
import type { Operation } from './operation.ts';
import { reasonShape } from './problems.ts';

export const alertSchema = z
  .object({
    /** The kind and, where there can be several, what it is about: `source-late:Head office`. */
    id: z.string(),
    kind: z.enum(ALERT_KINDS),
    text: z.string().meta({ description: 'What is wrong and what to do, in the language of the caller' }),
    ...reasonShape,
    since: timeSchema,
  })
  .meta({ id: 'Alert' });

export const ALERT_OPERATIONS = {
  listAlerts: {
    method: 'GET',
    path: '/alerts',
    summary: 'List what needs attention now, as one of the servers found in its last check, once a minute',
    permission: 'audit:view',
    response: z.object({ items: z.array(alertSchema) }),
  },
} as const satisfies Record<string, Operation>;

export type Alert = z.infer<typeof alertSchema>;
