/** Old rows: how long they are kept, and what would go now. */
import { z } from 'zod';
import { named, timeSchema } from './fields.ts';
import { get, post, proven } from './operation.ts';

const retentionKinds = [
  'audit',
  'accounting',
  'history',
  'sent-mail',
  'failed-mail',
  'requests',
  'jobs',
] as const;
export type RetentionKind = (typeof retentionKinds)[number];

const retentionSchema = named('Retention', {
  /** Why nothing is deleted: a legal hold. Empty: none. */
  hold: z.string(),
  /** Where audit rows go before they are deleted: a sealed file beside the backups of this node, or of another one; or nowhere. */
  archive: z.enum(['backups', 'elsewhere', 'none']),
  kinds: z.array(
    z.object({
      kind: z.enum(retentionKinds),
      days: z.int(),
      /** How many rows are old enough to go now, up to `mostCounted`. */
      due: z.int(),
      /** Time of the oldest row. */
      oldest: timeSchema.optional(),
    }),
  ),
  mostCounted: z.int(),
  /** Where the beginning of the audit trail was cut off, latest first. */
  cuts: z.array(
    z.object({
      at: timeSchema,
      rows: z.int(),
      /** The last link that went. */
      link: z.int(),
      from: timeSchema,
      to: timeSchema,
      archive: z.string().optional(),
      /** Of the file, hexadecimal. */
      sha256: z.string().optional(),
    }),
  ),
});
export type Retention = z.infer<typeof retentionSchema>;

export const RETENTION_OPERATIONS = {
  showRetention: get(
    '/retention',
    'settings:edit',
    'Show how long old rows are kept, and how many would be deleted now',
    { response: retentionSchema },
  ),
  runRetention: post(
    '/retention/runs',
    proven('settings:edit'),
    'Delete old rows now instead of at the set time; the deletion starts after the answer',
    { response: retentionSchema },
  ),
};
