/** Requests for tokens: what is offered, who has to agree, and what became of what was asked for. */
import { z } from 'zod';
import { type Operation, page } from './operation.ts';
import {
  activationCodeChoiceSchema,
  codeExpirySchema,
  deviceBindingSchema,
  distributeResultSchema,
  nameSchema,
  nicknameSchema,
  pageQuery,
  serialSchema,
  userIdSchema,
} from './resources.ts';

export const offerIcons = ['phone', 'tablet', 'laptop', 'desktop', 'key', 'shield'] as const;
/** As many as products of the field allow. */
export const MAX_APPROVAL_STEPS = 4;

const link = z.union([z.url({ protocol: /^https$/ }).max(500), z.literal('')]);
const comment = z.string().trim().max(500).default('');
const version = z.int().nonnegative();

export const approvalStepSchema = z
  .strictObject({
    name: nameSchema,
    /** Id of a role: only who has it decides here. Absent: everybody with the permission. */
    role: z.string().min(1).max(64).optional(),
  })
  .meta({ id: 'ApprovalStep' });

const offerFields = {
  /** What users read. */
  name: nameSchema,
  /** Id or name of the token profile. */
  profile: z.string().min(1).max(128),
  icon: z.enum(offerIcons).default('phone'),
  description: z.string().trim().max(500).default(''),
  downloadUrl: link.default(''),
  helpUrl: link.default(''),
  /** Chosen already when a user asks; one offer at most. */
  isDefault: z.boolean().default(false),
  enabled: z.boolean().default(true),
  steps: z.array(approvalStepSchema).max(MAX_APPROVAL_STEPS).default([]),
  /** Whether somebody distributes the token after the approvals; profiles with URL delivery need it. */
  distribution: z.boolean().default(false),
};
export const offerInputSchema = z.strictObject(offerFields).meta({ id: 'NewOffer' });
export const offerPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    profile: z.string().min(1).max(128).optional(),
    icon: z.enum(offerIcons).optional(),
    description: z.string().trim().max(500).optional(),
    downloadUrl: link.optional(),
    helpUrl: link.optional(),
    isDefault: z.boolean().optional(),
    enabled: z.boolean().optional(),
    steps: z.array(approvalStepSchema).max(MAX_APPROVAL_STEPS).optional(),
    distribution: z.boolean().optional(),
  })
  .meta({ id: 'OfferPatch' });
export const offerSchema = z
  .object({ id: z.string(), ...offerFields, profileName: z.string(), version })
  .meta({ id: 'Offer' });

/** `approved`: it waits for the distribution step. */
export const requestStates = ['pending', 'approved', 'done', 'rejected', 'cancelled'] as const;
export const requestDecisions = ['approved', 'rejected', 'deferred', 'cancelled', 'distributed'] as const;

export const tokenRequestSchema = z
  .object({
    id: z.string(),
    userId: z.string(),
    offer: z.string(),
    profile: z.string(),
    state: z.enum(requestStates),
    /** Why the user asks. */
    reason: z.string(),
    nickname: z.string(),
    steps: z.array(approvalStepSchema),
    /** How many steps are approved. */
    step: z.int(),
    distribution: z.boolean(),
    deferredUntil: z.iso.datetime().optional(),
    /** The token that it brought. */
    serial: serialSchema.optional(),
    /** The token that it is to take the place of, as soon as the first passcode of the new one is accepted. */
    replaces: serialSchema.optional(),
    history: z.array(
      z.object({
        decision: z.enum(requestDecisions),
        /** Name of the approval step. */
        step: z.string().optional(),
        by: z.string(),
        at: z.iso.datetime(),
        comment: z.string(),
      }),
    ),
    /** Why the caller cannot decide now; absent: they can. */
    notDecidable: z.string().optional(),
    /** Why the caller cannot take the distribution step; absent: nothing of the request is against it. */
    notDistributable: z.string().optional(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    version,
  })
  .meta({ id: 'TokenRequest' });

export const tokenRequestInputSchema = z
  .strictObject({
    userId: userIdSchema,
    /** Id or name of the offer. */
    offer: z.string().min(1).max(128),
    nickname: nicknameSchema.default(''),
    reason: comment,
    /** A token of the user that the new one is to take the place of. */
    replaces: serialSchema.optional(),
  })
  .meta({ id: 'NewTokenRequest' });
/** What a user sees of an offer: who approves is not told. */
export const ownOfferSchema = offerSchema
  .pick({
    id: true,
    name: true,
    icon: true,
    description: true,
    downloadUrl: true,
    helpUrl: true,
    isDefault: true,
  })
  .meta({ id: 'OwnOffer' });
/** What a user sees of a request of theirs: what was decided, and not by whom. */
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
    history: z.array(
      z.object({ decision: z.enum(requestDecisions), at: z.iso.datetime(), comment: z.string() }),
    ),
  })
  .meta({ id: 'OwnRequest' });
export const ownRequestInputSchema = tokenRequestInputSchema
  .omit({ userId: true })
  .meta({ id: 'NewOwnRequest' });

export const commentSchema = z.strictObject({ comment }).meta({ id: 'Decision' });
export const deferralSchema = z.strictObject({ until: z.iso.datetime(), comment }).meta({ id: 'Deferral' });
export const requestDistributionSchema = z
  .strictObject({
    deviceBinding: deviceBindingSchema.default({ kind: 'class' }),
    /** Not one of your own: the token is not known before. */
    activationCode: activationCodeChoiceSchema.options[0]
      .or(activationCodeChoiceSchema.options[1])
      .optional(),
    codeExpires: codeExpirySchema.optional(),
    mail: z.enum(['separate', 'encrypted']).optional(),
    comment,
  })
  .meta({ id: 'RequestDistribution' });

export type ApprovalStep = z.infer<typeof approvalStepSchema>;
export type Offer = z.infer<typeof offerSchema>;
export type OfferInput = z.infer<typeof offerInputSchema>;
export type OfferPatch = z.infer<typeof offerPatchSchema>;
export type TokenRequest = z.infer<typeof tokenRequestSchema>;
export type OwnRequest = z.infer<typeof ownRequestSchema>;
export type OwnOffer = z.infer<typeof ownOfferSchema>;
export type TokenRequestInput = z.infer<typeof tokenRequestInputSchema>;
export type RequestDistribution = z.infer<typeof requestDistributionSchema>;

const id = z.object({ id: z.string().min(1).max(64) });

export const REQUEST_OPERATIONS = {
  listOffers: {
    method: 'GET',
    path: '/offers',
    summary: 'What users may ask for, and who has to agree',
    permission: 'profiles:view',
    response: z.object({ items: z.array(offerSchema) }),
  },
  addOffer: {
    method: 'POST',
    path: '/offers',
    summary: 'Offer a token profile to users',
    permission: 'profiles:edit',
    body: offerInputSchema,
    response: offerSchema,
    created: true,
  },
  editOffer: {
    method: 'PATCH',
    path: '/offers/:id',
    summary: 'Edit an offer; requests made already keep their steps',
    permission: 'profiles:edit',
    params: id,
    body: offerPatchSchema,
    response: offerSchema,
    ifMatch: true,
  },
  deleteOffer: {
    method: 'DELETE',
    path: '/offers/:id',
    summary: 'Delete an offer; requests made already go on',
    permission: 'profiles:edit',
    params: id,
  },
  listRequests: {
    method: 'GET',
    path: '/requests',
    summary: 'Requests for tokens, latest first',
    permission: 'requests:view',
    query: z.strictObject({
      ...pageQuery,
      /** `waiting`: for a decision or a distribution now. `deferred`: put off. `closed`: the others. */
      show: z.enum(['waiting', 'deferred', 'closed']).optional(),
      userId: z.string().max(128).optional(),
    }),
    response: page(tokenRequestSchema),
  },
  getRequest: {
    method: 'GET',
    path: '/requests/:id',
    summary: 'Show a request with its history',
    permission: 'requests:view',
    params: id,
    response: tokenRequestSchema,
  },
  requestToken: {
    method: 'POST',
    path: '/requests',
    summary: 'Ask for a token in the name of a user',
    permission: 'requests:make',
    body: tokenRequestInputSchema,
    response: tokenRequestSchema,
    created: true,
  },
  cancelRequest: {
    method: 'POST',
    path: '/requests/:id/cancel',
    summary: 'Withdraw a request in the name of its user',
    permission: 'requests:make',
    params: id,
    body: commentSchema,
    response: tokenRequestSchema,
  },
  approveRequest: {
    method: 'POST',
    path: '/requests/:id/approve',
    summary: 'Approve the next step; the last one brings the token, or hands over to the distribution step',
    permission: 'requests:decide',
    params: id,
    body: commentSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  },
  rejectRequest: {
    method: 'POST',
    path: '/requests/:id/reject',
    summary: 'Reject a request',
    permission: 'requests:decide',
    params: id,
    body: commentSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  },
  deferRequest: {
    method: 'POST',
    path: '/requests/:id/defer',
    summary: 'Put a request off until a date; it can be decided before',
    permission: 'requests:decide',
    params: id,
    body: deferralSchema,
    response: tokenRequestSchema,
    ifMatch: true,
  },
  distributeRequest: {
    method: 'POST',
    path: '/requests/:id/distribute',
    summary: 'The distribution step: pick or mint a token, assign it, and distribute it',
    permission: 'tokens:distribute',
    params: id,
    body: requestDistributionSchema,
    response: distributeResultSchema,
    created: true,
  },

  listOwnOffers: {
    method: 'GET',
    path: '/self-service/offers',
    summary: 'What the user may ask for, the default first',
    user: true,
    response: z.object({ items: z.array(ownOfferSchema) }),
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
    summary: 'Ask for a token',
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
    params: id,
    response: ownRequestSchema,
  },
} as const satisfies Record<string, Operation>;
