/** Offers: token profiles that users may request, and who has to approve. */
import { z } from 'zod';
import { named, nameSchema, patchOf, storedNameSchema, strict, versionSchema } from './fields.ts';
import { LIMITS } from './limits.ts';
import { add, edit, get, listOf, remove } from './operation.ts';

export const offerIcons = ['phone', 'tablet', 'laptop', 'desktop', 'key', 'shield'] as const;
/** As many as comparable products allow. */
export const MAX_APPROVAL_STEPS = 4;

const link = z.union([z.url({ protocol: /^https$/ }).max(500), z.literal('')]);

/** ID of a role: only those who have it decide here. Absent: everyone with the permission. */
const stepRole = z.string().min(1).max(64).optional();

export const approvalStepSchema = strict('ApprovalStep', { name: storedNameSchema, role: stepRole });
const newStepSchema = strict('NewApprovalStep', { name: nameSchema, role: stepRole });

const offerFields = {
  /** Shown to users. */
  name: nameSchema,
  /** ID or name of the token profile. */
  profile: z.string().min(1).max(128),
  icon: z.enum(offerIcons).default('phone'),
  description: z.string().trim().max(LIMITS.description).default(''),
  downloadUrl: link.default(''),
  helpUrl: link.default(''),
  /** Preselected when a user makes a request; at most one offer. */
  isDefault: z.boolean().default(false),
  enabled: z.boolean().default(true),
  steps: z.array(newStepSchema).max(MAX_APPROVAL_STEPS).default([]),
  /** Whether someone distributes the token after the approvals; profiles with URL delivery need it. */
  distribution: z.boolean().default(false),
};
const offerInputSchema = z.strictObject(offerFields).meta({ id: 'NewOffer' });
const offerPatchSchema = patchOf('OfferPatch', offerFields);
const offerSchema = named('Offer', {
  id: z.string(),
  ...offerFields,
  name: storedNameSchema,
  steps: z.array(approvalStepSchema),
  profileName: z.string(),
  version: versionSchema,
});

/** What a user sees of an offer: not who approves. */
const ownOfferSchema = offerSchema
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
  listOffers: get('/offers', 'profiles:view', 'What users may request, and who has to approve', {
    response: listOf(offerSchema),
  }),
  addOffer: add('/offers', 'profiles:edit', 'Offer a token profile to users', {
    body: offerInputSchema,
    response: offerSchema,
  }),
  editOffer: edit('/offers/:id', 'profiles:edit', 'Edit an offer; existing requests keep their steps', {
    body: offerPatchSchema,
    response: offerSchema,
  }),
  deleteOffer: remove('/offers/:id', 'profiles:edit', 'Delete an offer; existing requests are not affected'),
  listOwnOffers: get('/self-service/offers', { user: true }, 'What the user may request, the default first', {
    response: listOf(ownOfferSchema),
  }),
};
