/** One action on many users, chosen or searched for: a job does it (jobs.ts). */
import { z } from 'zod';
import { MAX_JOB_ROWS } from './bulk.ts';
import { domainReference, named, nameSchema, timeSchema, userIdSchema } from './fields.ts';
import { get } from './operation.ts';
import type { Permission } from './permissions.ts';
import { leavingSchema, userSearchFields } from './users.ts';

export const USER_BULK_ACTIONS = [
  'enable',
  'disable',
  'setLeaving',
  'undoLeaving',
  'move',
  'delete',
] as const;
export type UserBulkAction = (typeof USER_BULK_ACTIONS)[number];

/** The permission that each needs; those of the help desk are for users whom it may also view. */
export const USER_BULK_PERMISSIONS = {
  enable: 'users:edit',
  disable: 'users:edit',
  setLeaving: 'tokens:edit',
  undoLeaving: 'tokens:edit',
  move: 'users:edit',
  delete: 'users:edit',
} as const satisfies Record<UserBulkAction, Permission>;

const userSearchSchema = z.strictObject(userSearchFields);
export type UserSearch = z.infer<typeof userSearchSchema>;
/** As in the query string and in a request: all of it text. */
export type UserSearchInput = z.input<typeof userSearchSchema>;

const userCountQuerySchema = z.strictObject({
  ...userSearchFields,
  /** Count those on whom the caller may perform this action; absent: whom the caller may edit. */
  action: z.enum(USER_BULK_ACTIONS).optional(),
});
export type UserCountQuery = z.infer<typeof userCountQuerySchema>;

const userCountSchema = named('UserCount', {
  count: z.int(),
  /** Bulk actions can be limited to those that were there then. */
  asOf: timeSchema,
});

export const userBulkInputSchema = z
  .strictObject({
    action: z.enum(USER_BULK_ACTIONS),
    /** The target for `move`: ID or name. */
    securityDomain: domainReference.optional(),
    /** The time for `setLeaving`. */
    at: leavingSchema.optional(),
    choose: z.union([
      z.strictObject({ userIds: z.array(userIdSchema).min(1).max(MAX_JOB_ROWS) }),
      z.strictObject({
        /** The search, as in the query string: `{"enabled": "false"}`. */
        search: userSearchSchema,
        /** `asOf` of the count: the person who was added later is left out. */
        asOf: timeSchema,
      }),
    ]),
    /** A name for people. */
    name: nameSchema.optional(),
  })
  .meta({ id: 'UserBulkRequest', description: 'Which users is fixed when the job is made' });

export type UserBulkInput = z.infer<typeof userBulkInputSchema>;

export const USER_BULK_OPERATIONS = {
  countUsers: get(
    '/user-bulk/count',
    'users:edit',
    'Count the users of a search whom the caller may edit, or on whom they may perform an action; walks over all of them',
    { orPermission: 'tokens:edit', query: userCountQuerySchema, response: userCountSchema },
  ),
};
