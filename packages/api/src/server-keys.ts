/** RSA keys of the CT-KIP server. */
import { z } from 'zod';
import { timeSchema } from './fields.ts';
import { type Operation, page } from './operation.ts';

export const serverKeySchema = z
  .object({ id: z.string(), bits: z.int(), use: z.enum(['active', 'retired']), createdAt: timeSchema })
  .meta({ id: 'ServerKey' });

export const serverKeyInputSchema = z
  .strictObject({
    bits: z.union([z.literal(1024), z.literal(2048), z.literal(3072), z.literal(4096)]).default(2048),
  })
  .meta({ id: 'NewServerKey' });

export type ServerKey = z.infer<typeof serverKeySchema>;

export const SERVER_KEY_OPERATIONS = {
  listServerKeys: {
    method: 'GET',
    path: '/server-keys',
    summary: 'List the RSA keys of the CT-KIP server',
    permission: 'keys:edit',
    response: page(serverKeySchema),
  },
  rotateServerKey: {
    method: 'POST',
    path: '/server-keys',
    summary: 'Generate a new RSA key and use it from now on; the old ones still decrypt nonces in flight',
    permission: 'keys:edit',
    body: serverKeyInputSchema,
    response: serverKeySchema,
    created: true,
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
