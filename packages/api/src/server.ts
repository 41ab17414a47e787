/** What a server tells anyone about itself, and what it tells anyone who sets it up. */
import { z } from 'zod';
import { named, timeSchema } from './fields.ts';
import { get } from './operation.ts';

export const serverSchema = named('Server', {
  product: z.literal('Sower'),
  version: z.string(),
  publicUrl: z.string(),
  ctkipUrl: z.string(),
  /** Distinguishes this deployment from others; the same for all of its processes. Not a secret. */
  installation: z.string(),
  now: timeSchema,
});

/** What a new installation has already: facts, regardless of who made them so. */
const setupProgressSchema = named('SetupProgress', {
  profile: z.boolean(),
  users: z.boolean(),
  tokens: z.boolean(),
  /** A device has got its seed. */
  provisioned: z.boolean(),
  /** A RADIUS client or an agent. */
  client: z.boolean(),
  mail: z.boolean(),
  backup: z.boolean(),
});

type SetupProgress = z.infer<typeof setupProgressSchema>;

/** In the order in which they are best done. The certificate is examined by a request of its own. */
export const SET_UP_STEPS = [
  'certificate',
  'profile',
  'users',
  'tokens',
  'provisioned',
  'client',
  'mail',
  'backup',
] as const satisfies readonly (keyof SetupProgress | 'certificate')[];

export const SERVER_OPERATIONS = {
  getServer: get('/server', {}, 'What this server is', { response: serverSchema }),
  getSetupProgress: get('/server/setup-progress', 'settings:edit', 'What has been set up, and what has not', {
    response: setupProgressSchema,
  }),
};
