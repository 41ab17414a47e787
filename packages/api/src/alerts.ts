/** What needs attention, from its beginning to its end. */
import { z } from 'zod';
import { ALERT_KINDS } from './checks.ts';
import { named, timeSchema } from './fields.ts';
import { get, listOf } from './operation.ts';
import { reasonShape } from './problems.ts';

const alertSchema = named('Alert', {
  /** The kind and, where there can be several, what it is about: `source-late:Head office`. */
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  text: z.string().meta({ description: 'What is wrong and what to do, in the language of the caller' }),
  ...reasonShape,
  since: timeSchema,
});

export const ALERT_OPERATIONS = {
  listAlerts: get(
    '/alerts',
    'audit:view',
    'List what needs attention now, as one of the servers found in its last check, once a minute',
    { response: listOf(alertSchema) },
  ),
};

export type Alert = z.infer<typeof alertSchema>;
