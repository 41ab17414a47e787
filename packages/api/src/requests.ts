/** Requests for tokens: what users requested, what was decided, and what happened then. */
import { z } from 'zod';
import { MAX_JOB_ROWS } from './bulk.ts';
import {
  deviceBindingSchema,
  distributeResultSchema,
  generatedCodeSchema,
  nicknameSchema,
} from './distributions.ts';
import {
  named,
  nameSchema,
  serialSchema,
  strict,
  timeSchema,
  userIdSchema,
  versionSchema,
} from './fields.ts';
import { LIMITS } from './limits.ts';
import { approvalStepSchema } from './offers.ts';
import { add, get, listOf, page, pageQuery, post } from './operation.ts';
import { PROBLEMS, type ProblemCode, reasonShape } from './problems.ts';
import { codeExpirySchema } from './profiles.ts';

const comment = z.string().trim().max(LIMITS.description).default('');

/** `approved`: waiting for the distribution step. */
const requestStates = ['pending', 'approved', 'done', 'rejected', 'cancelled'] as const;
const requestDecisions = ['approved', 'rejected', 'deferred', 'cancelled', 'distributed'] as const;

const tokenRequestSchema = named('TokenRequest', {
  id: z.string(),
  userId: z.string(),
  /** First and last name of the user; absent: none is known. */
  userName: z.string().optional(),
  offer: z.string(),
  profile: z.string(),
  state: z.enum(requestStates),
  /** Why the user requests it. */
  reason: z.string(),
  nickname: z.string(),
  steps: z.array(approvalStepSchema),
  /** How many steps are approved. */
  step: z.int(),
  distribution: z.boolean(),
  deferredUntil: timeSchema.optional(),
  /** The token that was granted. */
  serial: serialSchema.optional(),
  /** The token to be replaced, as soon as the first passcode of the new one is accepted. */
  replaces: serialSchema.optional(),
  history: z.array(
    z.object({
      decision: z.enum(requestDecisions),
      /** Name of the approval step. */
      step: z.string().optional(),
      by: z.string(),
      /** For whom they stood in. */
      onBehalfOf: z.string().optional(),
      at: timeSchema,
      comment: z.string(),
    }),
  ),
  /** Why the caller cannot approve the next step; absent: they can. */
  notDecidable: z.string().optional(),
  /** Why the caller cannot perform the distribution step; absent: nothing about the request prevents it. */
  notDistributable: z.string().optional(),
  /** Why the caller can neither reject nor defer it; absent: they can. */
  notRejectable: z.string().optional(),
  /** Why the caller cannot withdraw it; absent: they can. */
  notWithdrawable: z.string().optional(),
  createdAt: timeSchema,
  createdBy: z.string(),
  version: versionSchema,
});

const tokenRequestInputSchema = strict('NewTokenRequest', {
  userId: userIdSchema,
  /** ID or name of the offer. */
  offer: z.string().min(1).max(128),
  nickname: nicknameSchema.default(''),
  reason: comment,
  /** A token of the user that the new one is to replace. */
  replaces: serialSchema.optional(),
});
/** What a user sees of their request: the decisions, but not who made them. */
const ownRequestSchema = tokenRequestSchema
  .pick({
    id: true,
    offer: true,
    state: true,
    reason: true,
    nickname: true,
    step: true,
    deferredUntil: true,
    serial: true,
    replaces: true,
    createdAt: true,
  })
  .extend({
    /** How many approvals it needs. */
    approvals: z.int(),
    history: z.array(z.object({ decision: z.enum(requestDecisions), at: timeSchema, comment: z.string() })),
  })
  .meta({ id: 'OwnRequest' });
const ownRequestInputSchema = tokenRequestInputSchema.omit({ userId: true }).meta({ id: 'NewOwnRequest' });

const commentSchema = strict('Decision', { comment });
/** Requests in one act. */
export const MAX_DECISIONS = 200;
export const REQUEST_ACTIONS = ['approve', 'reject'] as const;
const undecidedSchema = z.strictObject({ id: z.string().min(1).max(64), version: versionSchema });
const decisionsSchema = strict('Decisions', {
  decision: z.enum(REQUEST_ACTIONS),
  items: z.array(undecidedSchema).min(1).max(MAX_DECISIONS),
  comment,
});
/** The same of more, by a job. */
export const requestDecisionsSchema = strict('RequestDecisions', {
  action: z.enum(REQUEST_ACTIONS),
  /** As they were listed: one that has changed since is not decided. */
  items: z.array(undecidedSchema).min(1).max(MAX_JOB_ROWS),
  comment,
  /** A name for people. */
  name: nameSchema.optional(),
});
const decidedSchema = named('Decided', {
  done: z.int().nonnegative(),
  failures: z.array(
    z.object({
      id: z.string(),
      code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
      ...reasonShape,
      detail: z.string(),
    }),
  ),
});
const deferralSchema = strict('Deferral', { until: timeSchema, comment });
const requestDistributionSchema = strict('RequestDistribution', {
  deviceBinding: deviceBindingSchema.default({ kind: 'class' }),
  activationCode: generatedCodeSchema.optional(),
  codeExpires: codeExpirySchema.optional(),
  mail: z.enum(['separate', 'encrypted']).optional(),
  comment,
});

export type TokenRequest = z.infer<typeof tokenRequestSchema>;
export type OwnRequest = z.infer<typeof ownRequestSchema>;
export type TokenRequestInput = z.infer<typeof tokenRequestInputSchema>;
export type RequestDecisions = z.infer<typeof requestDecisionsSchema>;
export type Decisions = z.infer<typeof decisionsSchema>;
export type RequestDistribution = z.infer<typeof requestDistributionSchema>;

export const REQUEST_OPERATIONS = {
  listRequests: get('/requests', 'requests:view', 'Requests for tokens', {
    query: z.strictObject({
      ...pageQuery,
      /** `waiting`: for a decision or a distribution now. `deferred`: until a date. `closed`: the others. */
      show: z.enum(['waiting', 'deferred', 'closed']).optional(),
      userId: z.string().max(128).optional(),
      /** ID or name of the offer. */
      offer: z.string().max(128).optional(),
      order: z.enum(['latest', 'oldest']).default('latest'),
    }),
    response: page(tokenRequestSchema),
  }),
  getRequest: get('/requests/:id', 'requests:view', 'Show a request with its history', {
    response: tokenRequestSchema,
  }),
  requestToken: add('/requests', 'requests:make', 'Request a token on behalf of a user', {
    body: tokenRequestInputSchema,
    response: tokenRequestSchema,
  }),
  cancelRequest: post('/requests/:id/cancel', 'requests:make', 'Withdraw a request on behalf of its user', {
    body: commentSchema,
    response: tokenRequestSchema,
  }),
  approveRequest: post(
    '/requests/:id/approve',
    'requests:decide',
    'Approve the next step; the last approval grants the token, or leads to the distribution step',
    { body: commentSchema, response: tokenRequestSchema, ifMatch: true },
  ),
  rejectRequest: post('/requests/:id/reject', 'requests:decide', 'Reject a request', {
    body: commentSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  }),
  decideRequests: post(
    '/requests/decisions',
    'requests:decide',
    'Approve or reject many requests, each as if it were the only one; those that cannot be are named',
    { body: decisionsSchema, response: decidedSchema },
  ),
  deferRequest: post(
    '/requests/:id/defer',
    'requests:decide',
    'Defer a request until a date; it can be decided earlier',
    { body: deferralSchema, response: tokenRequestSchema, ifMatch: true },
  ),
  distributeRequest: add(
    '/requests/:id/distribute',
    'tokens:distribute',
    'The distribution step: pick or mint a token, assign it, and distribute it',
    { body: requestDistributionSchema, response: distributeResultSchema, once: true },
  ),

  listOwnRequests: get('/self-service/requests', { user: true }, 'The requests of the user, latest first', {
    response: listOf(ownRequestSchema),
  }),
  requestOwnToken: add('/self-service/requests', { user: true }, 'Request a token', {
    body: ownRequestInputSchema,
    response: ownRequestSchema,
  }),
  cancelOwnRequest: post(
    '/self-service/requests/:id/cancel',
    { user: true },
    'Withdraw a request of one’s own',
    { response: ownRequestSchema },
  ),
};
