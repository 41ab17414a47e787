/** Offers: token profiles that users may request, and who has to approve. */
import { z } from 'zod';
import { heldNameSchema, nameSchema, versionSchema } from './fields.ts';
import { idParams, type Operation } from './operation.ts';

export const offerIcons = ['phone', 'tablet', 'laptop', 'desktop', 'key', 'shield'] as const;
/** As many as comparable products allow. */
export const MAX_APPROVAL_STEPS = 4;

const link = z.union([z.url({ protocol: /^https$/ }).max(500), z.literal('')]);

/** ID of a role: only those who have it decide here. Absent: everyone with the permission. */
const stepRole = z.string().min(1).max(64).optional();

export const approvalStepSchema = z
  .strictObject({ name: heldNameSchema, role: stepRole })
  .meta({ id: 'ApprovalStep' });
const newStepSchema = z.strictObject({ name: nameSchema, role: stepRole }).meta({ id: 'NewApprovalStep' });

const offerFields = {
  /** Shown to users. */
  name: nameSchema,
  /** ID or name of the token profile. */
  profile: z.string().min(1).max(128),
  icon: z.enum(offerIcons).default('phone'),
  description: z.string().trim().max(500).default(''),
  downloadUrl: link.default(''),
  helpUrl: link.default(''),
  /** Preselected when a user makes a request; at most one offer. */
  isDefault: z.boolean().default(false),
  enabled: z.boolean().default(true),
  steps: z.array(newStepSchema).max(MAX_APPROVAL_STEPS).default([]),
  /** Whether someone distributes the token after the approvals; profiles with URL delivery need it. */
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
    steps: z.array(newStepSchema).max(MAX_APPROVAL_STEPS).optional(),
    distribution: z.boolean().optional(),
  })
  .meta({ id: 'OfferPatch' });
export const offerSchema = z
  .object({
    id: z.string(),
    ...offerFields,
    name: heldNameSchema,
    steps: z.array(approvalStepSchema),
    profileName: z.string(),
    version: versionSchema,
  })
  .meta({ id: 'Offer' });

/** What a user sees of an offer: not who approves. */
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

export type ApprovalStep = z.infer<typeof approvalStepSchema>;
export type Offer = z.infer<typeof offerSchema>;
export type OfferInput = z.infer<typeof offerInputSchema>;
export type OfferPatch = z.infer<typeof offerPatchSchema>;
export type OwnOffer = z.infer<typeof ownOfferSchema>;

export const OFFER_OPERATIONS = {
  listOffers: {
    method: 'GET',
    path: '/offers',
    summary: 'What users may request, and who has to approve',
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
    summary: 'Edit an offer; existing requests keep their steps',
    permission: 'profiles:edit',
    params: idParams,
    body: offerPatchSchema,
    response: offerSchema,
    ifMatch: true,
  },
  deleteOffer: {
    method: 'DELETE',
    path: '/offers/:id',
    summary: 'Delete an offer; existing requests are not affected',
    permission: 'profiles:edit',
    params: idParams,
  },
  listOwnOffers: {
    method: 'GET',
    path: '/self-service/offers',
    summary: 'What the user may request, the default first',
    user: true,
    response: z.object({ items: z.array(ownOfferSchema) }),
  },
} as const satisfies Record<string, Operation>;
