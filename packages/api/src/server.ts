/** What a server tells anyone about itself. */
import { z } from 'zod';
import { timeSchema } from './fields.ts';
import type { Operation } from './operation.ts';

export const serverSchema = z
  .object({
    product: z.literal('Sower'),
    version: z.string(),
    publicUrl: z.string(),
    ctkipUrl: z.string(),
    /** Distinguishes this deployment from others; the same for all of its processes. Not a secret. */
    installation: z.string(),
    now: timeSchema,
  })
  .meta({ id: 'Server' });

export const SERVER_OPERATIONS = {
  getServer: { method: 'GET', path: '/server', summary: 'What this server is', response: serverSchema },
} as const satisfies Record<string, Operation>;
