/** One action on many users, batch by batch: the caller requests the next batch until there is none. */
import { z } from 'zod';
import { domainReference, timeSchema, userIdSchema } from './fields.ts';
import type { Operation } from './operation.ts';
import { PROBLEMS, type ProblemCode, reasonShape } from './problems.ts';
import { userSearchFields } from './users.ts';

export const USER_BULK_ACTIONS = ['enable', 'disable', 'move', 'delete'] as const;
export type UserBulkAction = (typeof USER_BULK_ACTIONS)[number];

export const userSearchSchema = z.strictObject(userSearchFields);
export type UserSearch = z.infer<typeof userSearchSchema>;
/** As in the query string and in a request: all of it text. */
export type UserSearchInput = z.input<typeof userSearchSchema>;

/** Users of one request. */
export const MAX_BULK_USERS = 200;

export const userCountSchema = z
  .object({
    count: z.int(),
    /** Bulk actions can be limited to those that were there then. */
    asOf: timeSchema,
  })
  .meta({ id: 'UserCount' });

export const userBulkInputSchema = z
  .strictObject({
    action: z.enum(USER_BULK_ACTIONS),
    /** The target for `move`: ID or name. */
    securityDomain: domainReference.optional(),
    choose: z.union([
      z.strictObject({ userIds: z.array(userIdSchema).min(1).max(MAX_BULK_USERS) }),
      z.strictObject({
        /** The search, as in the query string: `{"enabled": "false"}`. */
        search: userSearchSchema,
        /** `asOf` of the count: whoever was added later is left out. */
        asOf: timeSchema,
      }),
    ]),
    /** `after` of the previous answer. */
    after: z.string().max(512).optional(),
    limit: z.int().min(1).max(MAX_BULK_USERS).default(100),
  })
  .meta({ id: 'UserBulkRequest' });
export const userBulkResultSchema = z
  .object({
    /** How many users it succeeded for. */
    done: z.int(),
    failures: z.array(
      z.object({
        userId: userIdSchema,
        code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
        ...reasonShape,
        detail: z.string(),
      }),
    ),
    /** There may be more: repeat with this. Absent: that was all. */
    after: z.string().optional(),
  })
  .meta({ id: 'UserBulkResult' });

export type UserBulkInput = z.infer<typeof userBulkInputSchema>;
export type UserBulkResult = z.infer<typeof userBulkResultSchema>;

export const USER_BULK_OPERATIONS = {
  countUsers: {
    method: 'GET',
    path: '/user-bulk/count',
    summary: 'Count the users of a search whom the caller may edit; walks over all of them',
    permission: 'users:edit',
    query: userSearchSchema,
    response: userCountSchema,
  },
  doToUsers: {
    method: 'POST',
    path: '/user-bulk',
    summary:
      'Perform an action on the next users of a search or list; repeat with the answer’s `after` until it has none',
    permission: 'users:edit',
    body: userBulkInputSchema,
    response: userBulkResultSchema,
  },
} as const satisfies Record<string, Operation>;
