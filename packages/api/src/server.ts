/** What a server says of itself, to anybody. */
import { z } from 'zod';
import { timeSchema } from './fields.ts';
import type { Operation } from './operation.ts';

export const serverSchema = z
  .object({
    product: z.literal('Sower'),
    version: z.string(),
    publicUrl: z.string(),
    ctkipUrl: z.string(),
    /** Tells this deployment from others; every process of it says the same. No secret. */
    installation: z.string(),
    now: timeSchema,
  })
  .meta({ id: 'Server' });

export const SERVER_OPERATIONS = {
  getServer: { method: 'GET', path: '/server', summary: 'What this server is', response: serverSchema },
} as const satisfies Record<string, Operation>;
