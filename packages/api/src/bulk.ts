/** One action on every token of a search, batch by batch: the caller requests the next batch until there is none. */
import { z } from 'zod';
import { serialSchema } from './fields.ts';
import type { Operation } from './operation.ts';
import type { Permission } from './permissions.ts';
import { PROBLEMS, type ProblemCode, reasonShape } from './problems.ts';
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

export const countQuerySchema = z.strictObject({
  ...searchFields,
  /** Count only those on which the caller may perform this action. */
  action: z.enum(BULK_ACTIONS).optional(),
});
export const countSchema = z
  .object({
    count: z.int(),
    /** Serial number of the last one, to limit a bulk action to what was counted. */
    last: serialSchema.optional(),
  })
  .meta({ id: 'TokenCount' });

export const bulkInputSchema = z
  .strictObject({
    action: z.enum(BULK_ACTIONS),
    /** The target for `move`: ID or name. */
    securityDomain: z.string().trim().min(1).max(128).optional(),
    /** The search, as in the query string: `{"enabled": "false"}`. */
    search: tokenSearchSchema.default({}),
    /** Stop at this serial number: the last one that was counted. */
    upTo: serialSchema,
    /** `after` of the previous answer. */
    after: serialSchema.optional(),
    limit: z.int().min(1).max(200).default(100),
  })
  .meta({ id: 'BulkRequest' });
export const bulkResultSchema = z
  .object({
    /** How many tokens it succeeded for. */
    done: z.int(),
    failures: z.array(
      z.object({
        serial: serialSchema,
        code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
        ...reasonShape,
        detail: z.string(),
      }),
    ),
    /** There may be more: repeat with this. Absent: that was all. */
    after: serialSchema.optional(),
  })
  .meta({ id: 'BulkResult' });

export type BulkInput = z.infer<typeof bulkInputSchema>;
export type BulkResult = z.infer<typeof bulkResultSchema>;
export type TokenSearch = z.infer<typeof tokenSearchSchema>;
/** As in the query string and in a request: all of it text. */
export type TokenSearchInput = z.input<typeof tokenSearchSchema>;

export const BULK_OPERATIONS = {
  countTokens: {
    method: 'GET',
    path: '/tokens/count',
    summary: 'Count the tokens of a search; walks over all of them',
    permission: 'tokens:view',
    query: countQuerySchema,
    response: countSchema,
  },
  doToTokens: {
    method: 'POST',
    path: '/tokens/bulk',
    summary:
      'Perform an action on the next tokens of a search; repeat with the answer’s `after` until it has none',
    permission: 'tokens:view',
    body: bulkInputSchema,
    response: bulkResultSchema,
  },
} as const satisfies Record<string, Operation>;
