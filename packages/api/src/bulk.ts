/** One action on many tokens, chosen or searched for: a job does it (jobs.ts). */
import { z } from 'zod';
import { named, nameSchema, serialSchema } from './fields.ts';
import { get } from './operation.ts';
import type { Permission } from './permissions.ts';
import { tokenQuerySchema } from './tokens.ts';

export const BULK_ACTIONS = ['enable', 'disable', 'unassign', 'lost', 'clearPin', 'move', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** The permission that each needs, besides viewing tokens. */
export const BULK_PERMISSIONS = {
  enable: 'tokens:edit',
  disable: 'tokens:edit',
  unassign: 'tokens:assign',
  lost: 'tokens:edit',
  clearPin: 'tokens:edit',
  move: 'tokens:edit',
  delete: 'tokens:delete',
} as const satisfies Record<BulkAction, Permission>;

const { limit: _, cursor: __, ...searchFields } = tokenQuerySchema.shape;
export const tokenSearchSchema = z.strictObject(searchFields);

const countQuerySchema = z.strictObject({
  ...searchFields,
  /** Count only those on which the caller may perform this action. */
  action: z.enum(BULK_ACTIONS).optional(),
});
export const countSchema = named('TokenCount', {
  count: z.int(),
  /** Serial number of the last one, to limit a bulk action to what was counted. */
  last: serialSchema.optional(),
});

/** The most tokens or users of one job. */
export const MAX_JOB_ROWS = 200_000;

export const bulkInputSchema = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    /** The target for `move`: ID or name. */
    securityDomain: z.string().trim().min(1).max(128).optional(),
    choose: z.union([
      z.strictObject({ serials: z.array(serialSchema).min(1).max(MAX_JOB_ROWS) }),
      z.strictObject({
        /** The search, as in the query string: `{"enabled": "false"}`. */
        search: tokenSearchSchema,
        /** Stop at this serial number: the last one that was counted. */
        upTo: serialSchema,
      }),
    ]),
    /** A name for people. */
    name: nameSchema.optional(),
  })
  .meta({ id: 'BulkRequest', description: 'Which tokens is fixed when the job is made' });

export type BulkInput = z.infer<typeof bulkInputSchema>;
export type TokenSearch = z.infer<typeof tokenSearchSchema>;
/** As in the query string and in a request: all of it text. */
export type TokenSearchInput = z.input<typeof tokenSearchSchema>;

export const BULK_OPERATIONS = {
  countTokens: get('/tokens/count', 'tokens:view', 'Count the tokens of a search; walks over all of them', {
    query: countQuerySchema,
    response: countSchema,
  }),
};
