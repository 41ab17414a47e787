/** Token profiles: the settings with which tokens are distributed to one device type. */
import { z } from 'zod';
import { algorithms, authenticationTypes } from './device-types.ts';
import { rule } from './field-rules.ts';
import { named, nameSchema, patchOf, storedNameSchema, strict, timeSchema, versionSchema } from './fields.ts';
import { add, edit, get, page, pageQuery, post, remove } from './operation.ts';

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

export const profileInputSchema = strict('NewTokenProfile', {
  name: nameSchema,
  deviceType: z.string(),
  ...profileSettings,
  /** Default: the setting provisioning.codeExpiry. */
  codeExpiry: codeExpirySchema.optional(),
});

/** The device type of a profile cannot be changed: create another profile. */
const profilePatchSchema = patchOf('TokenProfilePatch', { name: nameSchema, ...profileSettings });

const profileSchema = named('TokenProfile', {
  id: z.string(),
  name: storedNameSchema,
  deviceType: z.string(),
  ...profileSettings,
  createdAt: timeSchema,
  version: versionSchema,
});

export type ProfileInput = z.infer<typeof profileInputSchema>;
export type ProfilePatch = z.infer<typeof profilePatchSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type ProfileSettings = {
  [Name in keyof typeof profileSettings]: z.infer<(typeof profileSettings)[Name]>;
};

export const PROFILE_OPERATIONS = {
  listProfiles: get('/token-profiles', 'profiles:view', 'List token profiles', {
    query: z.strictObject({ ...pageQuery, name: z.string().max(128).optional() }),
    response: page(profileSchema),
  }),
  addProfile: add('/token-profiles', 'profiles:edit', 'Add a token profile', {
    body: profileInputSchema,
    response: profileSchema,
  }),
  getProfile: get('/token-profiles/:id', 'profiles:view', 'Show a token profile', {
    response: profileSchema,
  }),
  editProfile: edit(
    '/token-profiles/:id',
    'profiles:edit',
    'Edit a token profile; tokens already distributed are not affected',
    { body: profilePatchSchema, response: profileSchema },
  ),
  duplicateProfile: post(
    '/token-profiles/:id/duplicate',
    'profiles:edit',
    'Copy a token profile under a new name',
    { body: z.strictObject({ name: nameSchema }), response: profileSchema, created: '/token-profiles/:id' },
  ),
  deleteProfile: remove(
    '/token-profiles/:id',
    'profiles:edit',
    'Delete a token profile that no live distribution uses',
  ),
};
