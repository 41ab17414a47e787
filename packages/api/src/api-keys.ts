/** API keys: how programs authenticate. */
import { z } from 'zod';
import { domainReference, named, nameSchema, strict, timeSchema } from './fields.ts';
import { add, get, page, post, proven, remove } from './operation.ts';
import { PERMISSION_NAMES } from './permissions.ts';

const apiKeyInputSchema = strict('NewApiKey', {
  name: nameSchema,
  permissions: z.array(z.enum(PERMISSION_NAMES)).min(1),
  expiresAt: timeSchema.optional(),
  securityDomain: domainReference.optional(),
});

/**
 * Whether a key is valid for what it was created for; `limited`: its owner may do only part of it; `altered`: changed outside the server.
 */
const apiKeyStandings = [
  'active',
  'limited',
  'expired',
  'owner-disabled',
  'owner-deleted',
  'owner-may-not',
  'altered',
] as const;

const apiKeySchema = named('ApiKey', {
  id: z.string(),
  name: z.string(),
  permissions: z.array(z.enum(PERMISSION_NAMES)),
  /** Name of the security domain it works in. */
  securityDomain: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
  /** The administrator whose rights limit it; absent for a key that came from the server host. */
  owner: z.string().optional(),
  standing: z.enum(apiKeyStandings),
  /** Permissions that it was created with and that its owner lacks in part of its security domain. */
  lacks: z.array(z.enum(PERMISSION_NAMES)),
  expiresAt: timeSchema.optional(),
});

const apiKeyMadeSchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'ApiKeyMade' });

export type ApiKeyStanding = (typeof apiKeyStandings)[number];
export type ApiKey = z.infer<typeof apiKeySchema>;
export type ApiKeyInput = z.infer<typeof apiKeyInputSchema>;

export const API_KEY_OPERATIONS = {
  listApiKeys: get('/api-keys', 'keys:edit', 'List API keys', { response: page(apiKeySchema) }),
  addApiKey: add('/api-keys', proven('keys:edit'), 'Create an API key', {
    body: apiKeyInputSchema,
    response: apiKeyMadeSchema,
  }),
  takeOverApiKey: post(
    '/api-keys/:id/take-over',
    proven('keys:edit'),
    'Become the owner of an API key, which is then limited to the owner’s rights',
    { response: apiKeySchema },
  ),
  deleteApiKey: remove('/api-keys/:id', proven('keys:edit'), 'Revoke an API key'),
};
