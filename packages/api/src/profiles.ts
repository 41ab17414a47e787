/** Token profiles: the settings with which tokens are distributed to one device type. */
import { z } from 'zod';
import { algorithms, authenticationTypes } from './device-types.ts';
import { rule } from './field-rules.ts';
import { heldNameSchema, nameSchema, patchOf, timeSchema, versionSchema } from './fields.ts';
import { idParams, type Operation, page, pageQuery } from './operation.ts';

export const deliveries = ['url', 'qr'] as const;

/** When an activation code expires, counted from its creation: `never`, `12h`, `7d`. */
export const codeExpirySchema = z
  .string()
  .regex(/^(never|[1-9]\d{0,3}[hd])$/, rule('validity'))
  .meta({ example: '7d' });

/**
 * What a profile sets for its tokens, each field once: the contract, the options of the command line and the columns of the database follow.
 * People read `profile-field` in names.json.
 */
export const profileSettings = {
  delivery: z.enum(deliveries),
  algorithm: z.enum(algorithms).default('securid'),
  digits: z.literal([6, 8]).default(8),
  interval: z.literal([30, 60]).default(60),
  authenticationType: z.enum(authenticationTypes).default('pinpad'),
  codeExpiry: codeExpirySchema,
};

export const profileInputSchema = z
  .strictObject({
    name: nameSchema,
    deviceType: z.string(),
    ...profileSettings,
    /** Default: the setting provisioning.codeExpiry. */
    codeExpiry: codeExpirySchema.optional(),
  })
  .meta({ id: 'NewTokenProfile' });

/** The device type of a profile cannot be changed: create another profile. */
export const profilePatchSchema = z
  .strictObject(patchOf({ name: nameSchema, ...profileSettings }))
  .meta({ id: 'TokenProfilePatch' });

export const profileSchema = z
  .object({
    id: z.string(),
    name: heldNameSchema,
    deviceType: z.string(),
    ...profileSettings,
    createdAt: timeSchema,
    version: versionSchema,
  })
  .meta({ id: 'TokenProfile' });

export type ProfileInput = z.infer<typeof profileInputSchema>;
export type ProfilePatch = z.infer<typeof profilePatchSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type ProfileSettings = {
  [Name in keyof typeof profileSettings]: z.infer<(typeof profileSettings)[Name]>;
};
export type Delivery = (typeof deliveries)[number];

export const PROFILE_OPERATIONS = {
  listProfiles: {
    method: 'GET',
    path: '/token-profiles',
    summary: 'List token profiles',
    permission: 'profiles:view',
    query: z.strictObject({ ...pageQuery, name: z.string().max(128).optional() }),
    response: page(profileSchema),
  },
  addProfile: {
    method: 'POST',
    path: '/token-profiles',
    summary: 'Add a token profile',
    permission: 'profiles:edit',
    body: profileInputSchema,
    response: profileSchema,
    created: true,
  },
  getProfile: {
    method: 'GET',
    path: '/token-profiles/:id',
    summary: 'Show a token profile',
    permission: 'profiles:view',
    params: idParams,
    response: profileSchema,
  },
  editProfile: {
    method: 'PATCH',
    path: '/token-profiles/:id',
    summary: 'Edit a token profile; tokens already distributed are not affected',
    permission: 'profiles:edit',
    params: idParams,
    body: profilePatchSchema,
    response: profileSchema,
    ifMatch: true,
  },
  duplicateProfile: {
    method: 'POST',
    path: '/token-profiles/:id/duplicate',
    summary: 'Copy a token profile under a new name',
    permission: 'profiles:edit',
    params: idParams,
    body: z.strictObject({ name: nameSchema }),
    response: profileSchema,
    created: '/token-profiles/:id',
  },
  deleteProfile: {
    method: 'DELETE',
    path: '/token-profiles/:id',
    summary: 'Delete a token profile that no live distribution uses',
    permission: 'profiles:edit',
    params: idParams,
  },
} as const satisfies Record<string, Operation>;
