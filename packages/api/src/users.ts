/** Users: the people who have tokens. */

import { prints } from '@sower/bytes/printable';
import { z } from 'zod';
import { rule } from './field-rules.ts';
import {
  dateSchema,
  domainReference,
  emailSchema,
  named,
  newUserIdSchema,
  patchOf,
  personNameSchema,
  serialSchema,
  strict,
  timeSchema,
  userIdSchema,
  versionSchema,
} from './fields.ts';
import {
  add,
  edit,
  get,
  page,
  pageQuery,
  put,
  queryFlag,
  remove,
  totalQuery,
  totalSchema,
} from './operation.ts';
import { DAY } from './time.ts';

export const MAX_TELEPHONE = 64;
const telephoneSchema = z.string().trim().max(MAX_TELEPHONE).refine(prints, rule('control-characters'));

/** When access ends: a time, or the last day, through its end in UTC. */
export const leavingSchema = z
  .union([timeSchema, dateSchema])
  .transform((at) => (at.includes('T') ? at : new Date(Date.parse(at) + DAY).toISOString()));

/** Empty: unknown. */
const personFields = {
  firstName: personNameSchema.default(''),
  lastName: personNameSchema.default(''),
  email: emailSchema.default(''),
  telephone: telephoneSchema.default(''),
};

/** `match`: what a search matches best comes first, and of thousands that match as well only the first 500 or so. */
export const USER_SORTS = ['userId', 'lastName', 'email', 'match'] as const;
export type UserSort = (typeof USER_SORTS)[number];
/** In the place of an identity source: users of the internal database. */
export const INTERNAL_SOURCE = 'internal';

export const userSearchFields = {
  /** Each word in a name, the user ID, the address or the telephone number; or digits of a serial number. From three letters on, any part. */
  search: z.string().max(128).optional(),
  enabled: queryFlag.optional(),
  /** ID or name; domains below it are included. */
  securityDomain: z.string().max(128).optional(),
  /** ID of the identity source, or `internal`. */
  source: z.string().max(64).optional(),
  /** Those whom their directory has not had for at least so many days. */
  goneDays: z.coerce.number<number | string>().int().min(0).max(3_650).optional(),
  /** Those whose access ends then or earlier, and has not ended yet. */
  leavesBy: leavingSchema.optional(),
};

const userInputSchema = strict('NewUser', {
  userId: newUserIdSchema,
  ...personFields,
  securityDomain: domainReference.optional(),
});

const userPatchSchema = patchOf('UserPatch', {
  userId: newUserIdSchema.meta({ description: 'A new one; not for users of a directory.' }),
  ...personFields,
  enabled: z.boolean(),
  securityDomain: domainReference,
});

export const userSchema = named('User', {
  userId: userIdSchema,
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  enabled: z.boolean(),
  telephone: z.string(),
  /** The directory that the user comes from, and what is there. Absent: the internal database. */
  source: z
    .object({
      id: z.string(),
      name: z.string(),
      state: z.enum(['active', 'disabled', 'expired', 'locked', 'gone']),
      since: timeSchema,
      /** Distinguished name at the last run. */
      entry: z.string(),
    })
    .optional(),
  /** Name of the security domain. */
  securityDomain: z.string(),
  /** Access ends, or has ended, at a set time. */
  leaving: z
    .object({
      at: timeSchema,
      /** Whether it has come, and the user is disabled for it. */
      left: z.boolean(),
    })
    .optional(),
  tokens: z.array(serialSchema),
  createdAt: timeSchema,
  version: versionSchema,
});

export type UserSearchFields = {
  readonly [Field in keyof typeof userSearchFields]?: z.infer<(typeof userSearchFields)[Field]>;
};
export type UserInput = z.output<typeof userInputSchema>;
export type UserPatch = z.infer<typeof userPatchSchema>;
export type User = z.infer<typeof userSchema>;

export const USER_OPERATIONS = {
  listUsers: get(
    '/users',
    'users:view',
    'Search users; each word of `search` matches any part of their names, addresses and numbers',
    {
      query: z.strictObject({
        ...pageQuery,
        ...totalQuery,
        ...userSearchFields,
        sort: z.enum(USER_SORTS).default('userId'),
        order: z.enum(['asc', 'desc']).default('asc'),
      }),
      response: page(userSchema).extend({ total: totalSchema.optional() }),
    },
  ),
  addUser: add('/users', 'users:edit', 'Add a user', { body: userInputSchema, response: userSchema }),
  getUser: get('/users/:userId', 'users:view', 'Show a user', { response: userSchema }),
  editUser: edit(
    '/users/:userId',
    'users:edit',
    'Edit, enable, disable or move a user; the user’s tokens move too',
    { body: userPatchSchema, response: userSchema },
  ),
  setLeaving: put(
    '/users/:userId/leaving',
    'tokens:edit',
    'Let the access of a user end at a time: the user is then disabled, and sessions end',
    { body: strict('Leaving', { at: leavingSchema }) },
  ),
  undoLeaving: remove(
    '/users/:userId/leaving',
    'tokens:edit',
    'Take back that the access of a user ends at a time; a user who was disabled for it is enabled',
  ),
  deleteUser: remove(
    '/users/:userId',
    'users:edit',
    'Delete a user; the tokens of the user become unassigned',
  ),
};
