/** Reading the audit trail, and verifying its chain; audit-chain.ts defines what is hashed. */
import { z } from 'zod';
import { named, timeSchema } from './fields.ts';
import { get, page, pageQuery, queryFlag } from './operation.ts';

/** A row of the trail as hashed in the chain, see audit-chain.ts. `at` is epoch milliseconds. */
const chainedRowSchema = named('ChainedRow', {
  seq: z.int(),
  id: z.string(),
  at: z.int(),
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  result: z.string(),
  reason: z.string().nullable(),
  source: z.string().nullable(),
  /** The request that led to it; not in the hash. */
  request: z.string().nullable().optional(),
  /** Hexadecimal. */
  hash: z.string(),
});
export type ChainedRow = Readonly<z.infer<typeof chainedRowSchema>>;

const auditFindingSchema = z.object({
  /** ID of the audit row. */
  row: z.string().optional(),
  /** Sequence number in the chain. */
  link: z.int().optional(),
  detail: z.string(),
});

const auditChainSchema = named('AuditChain', {
  intact: z.boolean(),
  rows: z.int(),
  /** ID of the row of the first finding. */
  broken: z.string().optional(),
  detail: z.string(),
  /** What is wrong; the first hundred findings. */
  findings: z.array(auditFindingSchema),
  /** Times of the first and the last linked row: the period that the verification covers. */
  from: z.string().optional(),
  to: z.string().optional(),
  /**
   * When the database was restored from a backup, and the last link that came from it: what was linked after the backup and before the
   * restore is gone.
   */
  restores: z.array(z.object({ at: z.string(), link: z.int() })),
  /** When the beginning of the trail was last cut off because it was old enough, and the last link that was cut off. */
  cut: z.object({ at: z.string(), link: z.int() }).optional(),
  /** How many rows at the start are linked without a mark: they were written before rows carried a mark made with the master key. */
  unmarked: z.int(),
  /** Rows written a moment ago, which the verification does not cover. */
  unlinked: z.int(),
});

const auditChainEndSchema = named('AuditChainEnd', {
  /** To be kept outside the server, and passed to a later verification. */
  anchor: z.string(),
  rows: z.int(),
  hash: z.string(),
  at: z.string(),
  unlinked: z.int(),
});

export const auditEntrySchema = named('AuditEntry', {
  id: z.string(),
  at: timeSchema,
  actor: z.string(),
  action: z.string(),
  object: z.string(),
  /** First and last name of the user that `object` is, if the caller may see them. */
  userName: z.string().optional(),
  /** The same of the user that `actor` is. */
  actorName: z.string().optional(),
  result: z.enum(['success', 'refused', 'failure']),
  /** In the language of the caller; in English for rows from before texts were stored. */
  reason: z.string().optional(),
  /** The same as data: the key of the text, and its values. */
  reasonCode: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  source: z.string().optional(),
  /** ID of the request that led to it, as in its answer (`x-request-id`) and in the log. */
  request: z.string().optional(),
});

/** The name in an object or an actor of the trail, such as `token:000123456789`, without its kind. The trail writes a backslash twice. */
export const nameInTrail = (object: string): string =>
  object.slice(object.indexOf(':') + 1).replaceAll('\\\\', '\\');

/** Undefined: it is no user. */
export const userInTrail = (object: string): string | undefined =>
  object.startsWith('user:') ? nameInTrail(object) : undefined;

export const auditQuerySchema = z.strictObject({
  ...pageQuery,
  /** User ID: rows about the user and every token that the user has or was given. */
  user: z.string().max(128).optional(),
  /**
   * In full, or by part: an asterisk stands for anything, such as `*alice*`. So do `actor` and `source`. A part of an object or an actor is
   * also looked for in the names of users whom the caller may see.
   */
  object: z.string().max(256).optional(),
  actor: z.string().max(256).optional(),
  /** One action, or several with commas between them. */
  action: z.string().max(8192).optional(),
  /** `authentication`: everything that belongs to authentications, for a monitor. */
  about: z.enum(['authentication']).optional(),
  result: z.enum(['success', 'refused', 'failure']).optional(),
  /** ID of a request. One that a caller made (`traceparent`) is looked for in the last day unless `since` is given. */
  request: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Address that the request came from. */
  source: z.string().max(64).optional(),
  /** From then on. */
  since: timeSchema.optional(),
  /** Before then. */
  until: timeSchema.optional(),
  /** Whether to also count actors, actions and objects: in the latest rows only, so that the time does not grow with their number. */
  facets: queryFlag.optional(),
});

export const AUDIT_FACETS = ['actor', 'action', 'object', 'result', 'source'] as const;
export type AuditFacet = (typeof AUDIT_FACETS)[number];

/** Facets of a search, counted in its latest rows. */
const auditFacetsSchema = named('AuditFacets', {
  /** Rows that were counted. */
  count: z.int(),
  /** Whether these are all rows. If not, there are at least this many, and the facets are those of the latest. */
  complete: z.boolean(),
  /** As far back as was looked. */
  since: timeSchema.optional(),
  facets: z.array(
    z.object({
      name: z.enum(AUDIT_FACETS),
      /** Most frequent first. */
      values: z.array(
        z.object({
          value: z.string(),
          count: z.int(),
          /** First and last name, if it is a user whom the caller may see. */
          userName: z.string().optional(),
        }),
      ),
      /** How many others there are. */
      others: z.int(),
    }),
  ),
});

export type AuditFacets = z.infer<typeof auditFacetsSchema>;

export type AuditChain = z.infer<typeof auditChainSchema>;
export type AuditChainEnd = z.infer<typeof auditChainEndSchema>;
export type AuditFinding = Readonly<z.infer<typeof auditFindingSchema>>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export const AUDIT_OPERATIONS = {
  listAudit: get(
    '/audit',
    'audit:view',
    'Read the audit trail, latest first, with sessions that RADIUS clients reported, which are not in its chain',
    {
      query: auditQuerySchema,
      response: page(auditEntrySchema).extend({
        /** Set if the search stopped for now, this far back: `next` continues it, whether or not anything was found so far. */
        searchedSince: timeSchema.optional(),
        facets: auditFacetsSchema.optional(),
      }),
    },
  ),
  verifyAudit: get(
    '/audit/chain',
    'audit:view',
    'Verify that no row of the audit trail was altered, removed or reordered',
    {
      query: z.strictObject({
        anchor: z
          .string()
          .max(200)
          .optional()
          .meta({ description: 'An end of the chain that was kept, which the chain has to have still' }),
      }),
      response: auditChainSchema,
      long: true,
    },
  ),
  getAuditEnd: get(
    '/audit/chain/end',
    'audit:view',
    'The end of the chain, to be kept elsewhere: it shows later whether the trail was cut short',
    { response: auditChainEndSchema },
  ),
  exportAudit: get(
    '/audit/chain/rows',
    'audit:view',
    'The audit trail with its chain, oldest first, to be kept and verified elsewhere',
    {
      query: z.strictObject({
        after: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(1000),
      }),
      response: z.object({
        items: z.array(chainedRowSchema),
        /** What the first of these rows builds on, if rows before it were cut off. */
        start: z.object({ start: z.int(), hash: z.string() }).optional(),
      }),
    },
  ),
};
