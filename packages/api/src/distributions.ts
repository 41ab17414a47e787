/** Distributions: giving a token to a device, and what happened to it. */
import { z } from 'zod';
import { rule } from './field-rules.ts';
import { named, serialSchema, strict, timeSchema } from './fields.ts';
import { LIMITS } from './limits.ts';
import { add, get, page, post } from './operation.ts';
import { codeExpirySchema, deliveries } from './profiles.ts';

export const distributionStates = [
  'issued',
  'opened',
  'provisioned',
  'confirmed',
  'expired',
  'withdrawn',
  'failed',
] as const;

const distributionEventSchema = named('DistributionEvent', {
  state: z.enum(distributionStates),
  at: timeSchema,
  /** Source address, if any. */
  source: z.string().optional(),
  /** The device ID that the client asserted, normalized. */
  deviceId: z.string().optional(),
  reason: z.string().optional(),
});

export const deviceBindingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('class') }),
    z.strictObject({ kind: z.literal('id'), deviceId: z.string().min(1).max(128) }),
    z.strictObject({ kind: z.literal('any') }),
  ])
  .meta({
    id: 'DeviceBinding',
    description:
      'The meaning of DeviceSerialNumber: `class` any device of the class, `id` one device, `any` (an empty field) the class is checked and the ID learned.',
  });

export const distributionSchema = named('Distribution', {
  id: z.string(),
  state: z.enum(distributionStates),
  /** Why it failed, for the administrator. */
  reason: z.string().optional(),
  profile: z.string(),
  deviceType: z.string(),
  delivery: z.enum(deliveries),
  nickname: z.string(),
  deviceBinding: deviceBindingSchema,
  /** Whether this device type asserts enough for the binding to be enforced. */
  bindingEnforced: z.boolean(),
  /** The device that activated it, as asserted. */
  deviceId: z.string().optional(),
  createdAt: timeSchema,
  createdBy: z.string(),
  /** Absent: the code does not expire. */
  expiresAt: timeSchema.optional(),
  history: z.array(distributionEventSchema),
});

const activationCodeChoiceSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('digits') }),
    z.strictObject({ kind: z.literal('long') }),
    z.strictObject({ kind: z.literal('chosen'), value: z.string().min(1).max(64) }),
  ])
  .meta({
    id: 'ActivationCodeChoice',
    description:
      '`digits`: 12 digits, system-generated. `long`: 20 characters without look-alikes, system-generated. `chosen` by the administrator.',
  });

/** Where the token or the user is not known before: a code of one's own choice is for one. */
export const generatedCodeSchema = activationCodeChoiceSchema.options[0].or(
  activationCodeChoiceSchema.options[1],
);

export const nicknameSchema = z
  .string()
  .regex(new RegExp(`^[A-Za-z0-9]{0,${LIMITS.nickname}}$`), rule('nickname'));

export const distributeInputSchema = strict('DistributeRequest', {
  /** ID or name of the token profile. */
  profile: z.string().min(1).max(128),
  deviceBinding: deviceBindingSchema.default({ kind: 'class' }),
  nickname: nicknameSchema.default(''),
  /** For QR delivery, the code is system-generated and fixed; omit it. */
  activationCode: activationCodeChoiceSchema.optional(),
  /** Overrides the profile's expiry. */
  codeExpires: codeExpirySchema.optional(),
  /** Revoke the current seed at once instead of keeping it until the new one is confirmed. */
  revokeNow: z.boolean().default(false),
  /**
   * Only with URL delivery, if the deployment allows it: two mails, one with the address and one with the code, or one encrypted mail.
   */
  mail: z.enum(['separate', 'encrypted']).optional(),
});

export const distributeResultSchema = named('DistributeResult', {
  /** The ID of the distribution, as in the list of distributions. */
  id: z.string(),
  serial: serialSchema,
  delivery: z.enum(deliveries),
  ctkipUrl: z.string(),
  /** Only with URL delivery, and only in this one answer. */
  activationCode: z.string().optional(),
  link: z.string().optional(),
  expiresAt: timeSchema.optional(),
  /** Mails that were queued for the user. */
  mailed: z.enum(['separate', 'encrypted']).optional(),
  bindingEnforced: z.boolean(),
  /** What the administrator should know before handing it over. */
  notices: z.array(z.string()),
});

const letterheadSchema = z
  .object({
    name: z.string(),
    /** Lines. */
    address: z.array(z.string()),
    /** A data URL; empty for none. */
    logo: z.string(),
  })
  .meta({ id: 'Letterhead', description: 'Who a letter is from: the settings of the organization.' });

const distributionSettingsSchema = named('DistributionSettings', {
  letterhead: letterheadSchema,
  /** Of an activation code that an administrator chooses; spaces and dashes do not count. */
  minChosenCodeLength: z.int(),
});

const activationSchema = named('Activation', {
  link: z.string(),
  activationCode: z.string(),
  expiresAt: timeSchema.optional(),
});

export type DistributionState = (typeof distributionStates)[number];
export type DeviceBinding = z.infer<typeof deviceBindingSchema>;
export type Distribution = z.infer<typeof distributionSchema>;
export type DistributeInput = z.infer<typeof distributeInputSchema>;
export type DistributeResult = z.infer<typeof distributeResultSchema>;
export type DistributionSettings = z.infer<typeof distributionSettingsSchema>;
export type Letterhead = z.infer<typeof letterheadSchema>;
export type Activation = z.infer<typeof activationSchema>;
export type ActivationCodeChoice = z.infer<typeof activationCodeChoiceSchema>;

export const DISTRIBUTION_OPERATIONS = {
  distributeToken: add(
    '/tokens/:serial/distributions',
    'tokens:distribute',
    'Distribute or redistribute a token; an earlier activation code is withdrawn',
    { body: distributeInputSchema, response: distributeResultSchema, once: true },
  ),
  listDistributions: get(
    '/tokens/:serial/distributions',
    'tokens:view',
    'The distributions of a token, latest first',
    { response: page(distributionSchema) },
  ),
  withdrawDistribution: post(
    '/tokens/:serial/distributions/withdraw',
    'tokens:distribute',
    'Withdraw the live activation code of a token',
    { response: distributionSchema },
  ),
  getDistributionSettings: get(
    '/distribution-settings',
    'tokens:distribute',
    'The settings that matter to whoever distributes: the sender of letters, and the minimum length of a chosen activation code',
    { response: distributionSettingsSchema },
  ),
  openActivation: add(
    '/tokens/:serial/activation',
    'activations:open',
    'Generate a new activation code for a QR distribution; the earlier one becomes invalid',
    { response: activationSchema, once: true },
  ),
};
