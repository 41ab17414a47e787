/** Requests for tokens: what users requested, what was decided, and what happened then. */
import { z } from 'zod';
import { MAX_JOB_ROWS } from './bulk.ts';
import {
  deviceBindingSchema,
  distributeResultSchema,
  generatedCodeSchema,
  nicknameSchema,
} from './distributions.ts';
import { nameSchema, serialSchema, timeSchema, userIdSchema, versionSchema } from './fields.ts';
import { approvalStepSchema } from './offers.ts';
import { idParams, type Operation, page, pageQuery } from './operation.ts';
import { PROBLEMS, type ProblemCode, reasonShape } from './problems.ts';
import { codeExpirySchema } from './profiles.ts';

const comment = z.string().trim().max(500).default('');

/** `approved`: waiting for the distribution step. */
export const requestStates = ['pending', 'approved', 'done', 'rejected', 'cancelled'] as const;
export const requestDecisions = ['approved', 'rejected', 'deferred', 'cancelled', 'distributed'] as const;

export const tokenRequestSchema = z
  .object({
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
    /** Why the caller cannot decide now; absent: they can. */
    notDecidable: z.string().optional(),
    /** Why the caller cannot perform the distribution step; absent: nothing about the request prevents it. */
    notDistributable: z.string().optional(),
    createdAt: timeSchema,
    createdBy: z.string(),
    version: versionSchema,
  })
  .meta({ id: 'TokenRequest' });

export const tokenRequestInputSchema = z
  .strictObject({
    userId: userIdSchema,
    /** ID or name of the offer. */
    offer: z.string().min(1).max(128),
    nickname: nicknameSchema.default(''),
    reason: comment,
    /** A token of the user that the new one is to replace. */
    replaces: serialSchema.optional(),
  })
  .meta({ id: 'NewTokenRequest' });
/** What a user sees of their request: the decisions, but not who made them. */
export const ownRequestSchema = tokenRequestSchema
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
export const ownRequestInputSchema = tokenRequestInputSchema
  .omit({ userId: true })
  .meta({ id: 'NewOwnRequest' });

export const commentSchema = z.strictObject({ comment }).meta({ id: 'Decision' });
/** Requests in one act. */
export const MAX_DECISIONS = 200;
export const REQUEST_ACTIONS = ['approve', 'reject'] as const;
const undecidedSchema = z.strictObject({ id: z.string().min(1).max(64), version: versionSchema });
export const decisionsSchema = z
  .strictObject({
    decision: z.enum(REQUEST_ACTIONS),
    items: z.array(undecidedSchema).min(1).max(MAX_DECISIONS),
    comment,
  })
  .meta({ id: 'Decisions' });
/** The same of more, by a job. */
export const requestDecisionsSchema = z
  .strictObject({
    action: z.enum(REQUEST_ACTIONS),
    /** As they were listed: one that has changed since is not decided. */
    items: z.array(undecidedSchema).min(1).max(MAX_JOB_ROWS),
    comment,
    /** A name for people. */
    name: nameSchema.optional(),
  })
  .meta({ id: 'RequestDecisions' });
export const decidedSchema = z
  .object({
    done: z.int().nonnegative(),
    failures: z.array(
      z.object({
        id: z.string(),
        code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
        ...reasonShape,
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'Decided' });
export const deferralSchema = z.strictObject({ until: timeSchema, comment }).meta({ id: 'Deferral' });
export const requestDistributionSchema = z
  .strictObject({
    deviceBinding: deviceBindingSchema.default({ kind: 'class' }),
    activationCode: generatedCodeSchema.optional(),
    codeExpires: codeExpirySchema.optional(),
    mail: z.enum(['separate', 'encrypted']).optional(),
    comment,
  })
  .meta({ id: 'RequestDistribution' });

export type TokenRequest = z.infer<typeof tokenRequestSchema>;
export type OwnRequest = z.infer<typeof ownRequestSchema>;
export type TokenRequestInput = z.infer<typeof tokenRequestInputSchema>;
export type RequestDecisions = z.infer<typeof requestDecisionsSchema>;
export type Decisions = z.infer<typeof decisionsSchema>;
export type RequestDistribution = z.infer<typeof requestDistributionSchema>;

export const REQUEST_OPERATIONS = {
  listRequests: {
    method: 'GET',
    path: '/requests',
    summary: 'Requests for tokens',
    permission: 'requests:view',
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
  },
  getRequest: {
    method: 'GET',
    path: '/requests/:id',
    summary: 'Show a request with its history',
    permission: 'requests:view',
    params: idParams,
    response: tokenRequestSchema,
  },
  requestToken: {
    method: 'POST',
    path: '/requests',
    summary: 'Request a token on behalf of a user',
    permission: 'requests:make',
    body: tokenRequestInputSchema,
    response: tokenRequestSchema,
    created: true,
  },
  cancelRequest: {
    method: 'POST',
    path: '/requests/:id/cancel',
    summary: 'Withdraw a request on behalf of its user',
    permission: 'requests:make',
    params: idParams,
    body: commentSchema,
    response: tokenRequestSchema,
  },
  approveRequest: {
    method: 'POST',
    path: '/requests/:id/approve',
    summary: 'Approve the next step; the last approval grants the token, or leads to the distribution step',
    permission: 'requests:decide',
    params: idParams,
    body: commentSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  },
  rejectRequest: {
    method: 'POST',
    path: '/requests/:id/reject',
    summary: 'Reject a request',
    permission: 'requests:decide',
    params: idParams,
    body: commentSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  },
  decideRequests: {
    method: 'POST',
    path: '/requests/decisions',
    summary:
      'Approve or reject many requests, each as if it were the only one; those that cannot be are named',
    permission: 'requests:decide',
    body: decisionsSchema,
    response: decidedSchema,
  },
  deferRequest: {
    method: 'POST',
    path: '/requests/:id/defer',
    summary: 'Defer a request until a date; it can be decided earlier',
    permission: 'requests:decide',
    params: idParams,
    body: deferralSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  },
  distributeRequest: {
    method: 'POST',
    path: '/requests/:id/distribute',
    summary: 'The distribution step: pick or mint a token, assign it, and distribute it',
    permission: 'tokens:distribute',
    params: idParams,
    body: requestDistributionSchema,
    response: distributeResultSchema,
    created: true,
    once: true,
  },

  listOwnRequests: {
    method: 'GET',
    path: '/self-service/requests',
    summary: 'The requests of the user, latest first',
    user: true,
    response: z.object({ items: z.array(ownRequestSchema) }),
  },
  requestOwnToken: {
    method: 'POST',
    path: '/self-service/requests',
    summary: 'Request a token',
    user: true,
    body: ownRequestInputSchema,
    response: ownRequestSchema,
    created: true,
  },
  cancelOwnRequest: {
    method: 'POST',
    path: '/self-service/requests/:id/cancel',
    summary: 'Withdraw a request of one’s own',
    user: true,
    params: idParams,
    response: ownRequestSchema,
  },
} as const satisfies Record<string, Operation>;
