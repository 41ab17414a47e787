/**
 * Policies of a security domain: what a PIN must be, what wrong passcodes cost, and what replaces a token that is not at hand. Each field
 * has its type, default and meaning here, once, for the documentation of the API; people read names.json of the texts. A domain
 * without a policy of its own inherits from the nearest domain above that has one; the top domain has these defaults until they are
 * changed.
 */
import { z } from 'zod';
import { flag, named, strict, versionSchema, whole } from './fields.ts';
import { get, page, proven, put, remove } from './operation.ts';

/** What people choose before anything else, whatever the language. */
const USUAL_WORDS = [
  ...['12345', '54321', 'abc123', 'admin', 'asdf', 'geheim', 'hallo', 'hello', 'letmein'],
  ...['passwor', 'qwert', 'secret', 'sower', 'token', 'welcome', 'willkom'],
] as const;

/** Earlier PINs of a token that are kept, as keyed hashes. */
export const MAX_PIN_HISTORY = 24;

export const tokenPolicySchema = strict('TokenPolicy', {
  wrongBeforeNextTokencode: whole(0, 100, 10).meta({
    description:
      'Wrong passcodes in a row after which a right one is not enough: the next tokencode is required too. 0: never.',
  }),
  wrongBeforeHoldBack: whole(1, 100, 5).meta({
    description:
      'Wrong passcodes in a row after which the token is held back, each time for twice as long, up to the maximum in the lockout policy.',
  }),
  pinRequired: flag(true).meta({
    description:
      'Users of fob or PINPad tokens without a PIN have to create one at the next use. If false, the tokencode alone is accepted from these tokens. Tokens of type tokencode never have a PIN.',
  }),
  pinChosenBy: z.enum(['user', 'system', 'either']).default('user').meta({
    description: 'Who chooses a new PIN: the user, the system, or either, as the user prefers.',
  }),
  pinMinLength: whole(4, 16, 4).meta({ description: 'Minimum length of a PIN.' }),
  pinMaxLength: whole(4, 16, 8).meta({
    description: 'Maximum length of a PIN. With PINPad it is never longer than the tokencode.',
  }),
  pinCharacters: z
    .enum(['numeric', 'alphanumeric'])
    .default('alphanumeric')
    .meta({ description: 'Digits only, or letters and digits. With PINPad it is always digits only.' }),
  pinMinLetters: whole(0, 8, 0).meta({ description: 'Minimum number of letters in an alphanumeric PIN.' }),
  pinMinDigits: whole(0, 8, 0).meta({ description: 'Minimum number of digits in an alphanumeric PIN.' }),
  pinExcludedWords: z
    .array(
      z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9]{3,16}$/, 'three to sixteen letters and digits'),
    )
    .max(1000)
    .default([...USUAL_WORDS])
    .meta({ description: 'Words that a PIN must not contain; case does not matter.' }),
  pinSequences: flag(false).meta({
    description: 'Whether a PIN may be a sequence, up or down, such as 1234, 9876 or abcd.',
  }),
  pinMaxAgeDays: whole(0, 3650, 0).meta({ description: 'Days after which a PIN must be changed. 0: never.' }),
  pinHistory: whole(0, MAX_PIN_HISTORY, 0).meta({
    description: 'How many earlier PINs of the token cannot be used again. 0: any can.',
  }),
});

export const lockoutPolicySchema = strict('LockoutPolicy', {
  failures: whole(0, 1000, 20).meta({
    description:
      'Wrong passcodes of one user, across all tokens and channels, that lock the user for a while. 0: users are never locked.',
  }),
  withinMinutes: whole(1, 10_080, 60).meta({
    description: 'The period in which wrong passcodes are counted.',
  }),
  firstLockSeconds: whole(1, 3600, 60).meta({
    description:
      'How long the first lock lasts. Each further one lasts twice as long. Locks end by themselves.',
  }),
  longestLockMinutes: whole(1, 1440, 15).meta({
    description:
      'Maximum duration of a lock: the longest that a stranger who fails on purpose can keep a user out.',
  }),
  longestHoldBackSeconds: whole(1, 86_400, 300).meta({
    description: 'Maximum time for which a token is held back after wrong passcodes.',
  }),
});

export const EMERGENCY_CODE_LENGTH = { min: 8, max: 16 } as const;

export const emergencyPolicySchema = strict('EmergencyPolicy', {
  fixedAllowed: flag(true).meta({
    description:
      'Whether a temporary fixed tokencode may be issued. It can be used any number of times until it expires.',
  }),
  setAllowed: flag(true).meta({
    description: 'Whether a set of one-time tokencodes may be issued. Each can be used once.',
  }),
  lifetimeDays: whole(1, 365, 7).meta({
    description:
      'Days after which emergency access ends by itself, unless another number is given when it is issued.',
  }),
  setSize: whole(1, 50, 10).meta({ description: 'Number of one-time tokencodes in a set.' }),
  codeLength: whole(EMERGENCY_CODE_LENGTH.min, EMERGENCY_CODE_LENGTH.max, 8).meta({
    description: 'Length of an emergency tokencode.',
  }),
  codeCharacters: z.enum(['numeric', 'alphanumeric']).default('numeric').meta({
    description: 'Digits only, or letters and digits without those that look alike.',
  }),
  whenTokenReturns: z.enum(['end', 'after', 'deny']).default('end').meta({
    description:
      'What happens to a right tokencode of the token itself during emergency access. `end`: it is accepted and ends emergency access. `after`: it is rejected until emergency access has ended. `deny`: it is rejected until an administrator ends emergency access.',
  }),
});

export const POLICY_SCHEMAS = {
  token: tokenPolicySchema,
  lockout: lockoutPolicySchema,
  emergency: emergencyPolicySchema,
} as const;

export type PolicyKind = keyof typeof POLICY_SCHEMAS;
export const POLICY_KINDS = Object.keys(POLICY_SCHEMAS) as [PolicyKind, ...PolicyKind[]];

export type TokenPolicy = z.infer<typeof tokenPolicySchema>;
export type LockoutPolicy = z.infer<typeof lockoutPolicySchema>;
export type EmergencyPolicy = z.infer<typeof emergencyPolicySchema>;
export type Policies = { readonly [Kind in PolicyKind]: z.infer<(typeof POLICY_SCHEMAS)[Kind]> };

export const DEFAULT_POLICIES: Policies = {
  token: tokenPolicySchema.parse({}),
  lockout: lockoutPolicySchema.parse({}),
  emergency: emergencyPolicySchema.parse({}),
};

// --- the API ----------------------------------------------------------------------------------------------------------------

const kindSchema = z.enum(POLICY_KINDS);
const policyParams = z.object({ kind: kindSchema, domain: z.string().trim().min(1).max(128) });

/** The policy in effect in a security domain. The fields depend on its kind. */
const policyViewSchema = named('PolicyView', {
  kind: kindSchema,
  /** ID of the domain in which it is in effect. */
  domain: z.string(),
  domainName: z.string(),
  /** Whether it is the domain's own; otherwise it is inherited. */
  own: z.boolean(),
  /** Name of the domain that it comes from; absent if it is the product's default. */
  from: z.string().optional(),
  policy: z.union([tokenPolicySchema, lockoutPolicySchema, emergencyPolicySchema]),
  /** Of the domain's own policy; 0 while it has none. */
  version: versionSchema,
});

/** Whom a change of the policy affects: everyone in the domain and below, except in domains covered by a nearer policy. */
const policyReachSchema = named('PolicyReach', {
  domains: z.array(z.string()),
  users: z.int(),
  tokens: z.int(),
  tokensWithPin: z.int(),
  /** Fob and PINPad tokens in use that have no PIN: they enter New PIN mode when a PIN is required. */
  tokensWithoutPin: z.int(),
  /** Users who are now locked, and tokens with emergency access. */
  usersLocked: z.int(),
  tokensInEmergency: z.int(),
});

export type PolicyView = z.infer<typeof policyViewSchema>;
export type PolicyReach = z.infer<typeof policyReachSchema>;

const domainParams = z.object({ domain: z.string().trim().min(1).max(128) });

const change = <const P extends string, B extends z.ZodObject>(path: P, summary: string, body: B) =>
  put(path, proven('policies:edit'), summary, {
    params: domainParams,
    body,
    response: policyViewSchema,
    ifMatch: true,
  });

export const POLICY_OPERATIONS = {
  listPolicies: get(
    '/policies/:kind',
    'policies:view',
    'The policy in effect in every security domain, from the top down',
    { params: z.object({ kind: kindSchema }), response: page(policyViewSchema) },
  ),
  getPolicy: get(
    '/policies/:kind/:domain',
    'policies:view',
    'Show the policy in effect in a security domain',
    { params: policyParams, response: policyViewSchema },
  ),
  getPolicyReach: get(
    '/policies/:kind/:domain/reach',
    'policies:view',
    'Whom a change of the policy in this security domain would affect',
    { params: policyParams, response: policyReachSchema },
  ),
  editTokenPolicy: change(
    '/policies/token/:domain',
    'Give a security domain a token policy of its own, or change it; omitted fields take their defaults',
    tokenPolicySchema,
  ),
  editLockoutPolicy: change(
    '/policies/lockout/:domain',
    'Give a security domain a lockout policy of its own, or change it',
    lockoutPolicySchema,
  ),
  editEmergencyPolicy: change(
    '/policies/emergency/:domain',
    'Give a security domain an emergency access policy of its own, or change it',
    emergencyPolicySchema,
  ),
  removePolicy: remove(
    '/policies/:kind/:domain',
    proven('policies:edit'),
    'Remove a security domain’s own policy; it inherits that of the domain above again',
    { params: policyParams },
  ),
};
