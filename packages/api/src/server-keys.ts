/** RSA keys of the CT-KIP server. */
import { z } from 'zod';
import { named, strict, timeSchema } from './fields.ts';
import { add, get, page, proven } from './operation.ts';

const serverKeySchema = named('ServerKey', {
  id: z.string(),
  bits: z.int(),
  use: z.enum(['active', 'retired']),
  createdAt: timeSchema,
});

const serverKeyInputSchema = strict('NewServerKey', {
  bits: z.union([z.literal(1024), z.literal(2048), z.literal(3072), z.literal(4096)]).default(2048),
});

export type ServerKey = z.infer<typeof serverKeySchema>;

export const SERVER_KEY_OPERATIONS = {
  listServerKeys: get('/server-keys', 'keys:edit', 'List the RSA keys of the CT-KIP server', {
    response: page(serverKeySchema),
  }),
  rotateServerKey: add(
    '/server-keys',
    proven('keys:edit'),
    'Generate a new RSA key and use it from now on; the old ones still decrypt nonces in flight',
    { body: serverKeyInputSchema, response: serverKeySchema },
  ),
};
