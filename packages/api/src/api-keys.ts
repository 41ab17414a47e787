/** API keys: how programs authenticate. */
import { z } from 'zod';
import { domainReference, nameSchema, timeSchema } from './fields.ts';
import { idParams, type Operation, page } from './operation.ts';
import { PERMISSION_NAMES } from './permissions.ts';

export const apiKeyInputSchema = z
  .strictObject({
    name: nameSchema,
    permissions: z.array(z.enum(PERMISSION_NAMES)).min(1),
    expiresAt: timeSchema.optional(),
    securityDomain: domainReference.optional(),
  })
  .meta({ id: 'NewApiKey' });

/**
 * Whether a key is valid for what it was created for; `limited`: its owner may do only part of it; `altered`: changed outside the server.
 */
export const apiKeyStandings = [
  'active',
  'limited',
  'expired',
  'owner-disabled',
  'owner-deleted',
  'owner-may-not',
  'altered',
] as const;

export const apiKeySchema = z
  .object({
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
  })
  .meta({ id: 'ApiKey' });

export const apiKeyMadeSchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'ApiKeyMade' });

export type ApiKeyStanding = (typeof apiKeyStandings)[number];
export type ApiKey = z.infer<typeof apiKeySchema>;
export type ApiKeyInput = z.infer<typeof apiKeyInputSchema>;

export const API_KEY_OPERATIONS = {
  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    summary: 'List API keys',
    permission: 'keys:edit',
    response: page(apiKeySchema),
  },
  addApiKey: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Create an API key',
    permission: 'keys:edit',
    body: apiKeyInputSchema,
    response: apiKeyMadeSchema,
    created: true,
    freshProof: true,
  },
  takeOverApiKey: {
    method: 'POST',
    path: '/api-keys/:id/take-over',
    summary: 'Become the owner of an API key, which is then limited to the owner’s rights',
    permission: 'keys:edit',
    params: idParams,
    response: apiKeySchema,
    freshProof: true,
  },
  deleteApiKey: {
    method: 'DELETE',
    path: '/api-keys/:id',
    summary: 'Revoke an API key',
    permission: 'keys:edit',
    params: idParams,
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
