/**
 * The resources of the API, one schema each. Times are ISO 8601 in UTC, dates `YYYY-MM-DD`, serial numbers 12 digits.
 * `version` is what If-Match takes.
 */

import { z } from 'zod';
import { challengeIdSchema, openChallengeSchema } from './challenges.ts';
import { rule } from './field-rules.ts';
import { PERMISSION_NAMES } from './permissions.ts';

export const serialSchema = z
  .string()
  .regex(/^\d{12}$/, rule('serial-number'))
  .meta({ description: 'Serial number, 12 decimal digits', example: '000100000001' });

export const userIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a user id with a line break could forge lines elsewhere
  .regex(/^[^\u0000-\u001f\u007f]+$/, rule('control-characters'));

/** Names as other products of the field restrict them: they end up in reports and mails. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names are printed in tables and logs
  .regex(/^[^&%<>\u0000-\u001f\u007f]+$/, rule('link-characters'));

export const timeSchema = z.iso.datetime();
const dateSchema = z.iso.date();
export const versionSchema = z.int().nonnegative();

export const authenticationTypes = ['pinpad', 'fob', 'tokencode'] as const;
export const deliveries = ['url', 'qr'] as const;
export const algorithms = ['securid', 'totp', 'hotp'] as const;

/** When an activation code expires, counted from its making: `never`, `12h`, `7d`. */
export const codeExpirySchema = z
  .string()
  .regex(/^(never|[1-9]\d{0,3}[hd])$/, rule('validity'))
  .meta({ example: '7d' });

// --- security domains, roles, administrators ---------------------------------------------------------------------------------

/** A security domain by its id or its name; the top one unless said. */
export const domainReference = z.string().trim().min(1).max(128);

export const securityDomainSchema = z
  .object({
    id: z.string(),
    name: nameSchema,
    /** Ids from the top down, such as `/a/b/`; a domain includes those whose path begins with its own. */
    path: z.string(),
    /** Id of the domain above; absent for the top one. */
    parent: z.string().optional(),
    version: versionSchema,
  })
  .meta({ id: 'SecurityDomain' });
export const securityDomainInputSchema = z
  .strictObject({ name: nameSchema, parent: domainReference.optional() })
  .meta({ id: 'NewSecurityDomain' });

export const roleSchema = z
  .object({
    id: z.string(),
    name: nameSchema,
    description: z.string(),
    permissions: z.array(z.enum(PERMISSION_NAMES)),
    builtIn: z.boolean(),
    version: versionSchema,
  })
  .meta({ id: 'Role' });
export const roleInputSchema = z
  .strictObject({
    name: nameSchema,
    description: z.string().trim().max(500).default(''),
    permissions: z.array(z.enum(PERMISSION_NAMES)).min(1),
  })
  .meta({ id: 'NewRole' });
export const rolePatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    description: z.string().trim().max(500).optional(),
    permissions: z.array(z.enum(PERMISSION_NAMES)).min(1).optional(),
  })
  .meta({ id: 'RolePatch' });

/** A role in a security domain and those below it. */
const grantInputSchema = z.strictObject({
  role: z.string().min(1).max(128),
  securityDomain: domainReference.optional(),
});
export const grantSchema = z
  .object({
    role: z.string(),
    roleName: z.string(),
    securityDomain: z.string(),
    securityDomainName: z.string(),
  })
  .meta({ id: 'Grant' });

export const administratorSchema = z
  .object({
    userName: userIdSchema,
    enabled: z.boolean(),
    grants: z.array(grantSchema),
    /** User id of the person whose token must be shown after the password. */
    tokenOf: userIdSchema.optional(),
    passkeys: z.int(),
    /** Somebody else gave the password, and it has not been changed yet. */
    mustChangePassword: z.boolean(),
    createdAt: timeSchema,
    version: versionSchema,
  })
  .meta({ id: 'Administrator' });
export const administratorInputSchema = z
  .strictObject({
    userName: userIdSchema,
    password: z.string().min(1).max(1024),
    grants: z.array(grantInputSchema).max(100),
  })
  .meta({ id: 'NewAdministrator' });
export const administratorPatchSchema = z
  .strictObject({
    enabled: z.boolean().optional(),
    grants: z.array(grantInputSchema).max(100).optional(),
    /** A user id; null: the password is enough. */
    tokenOf: userIdSchema.nullable().optional(),
  })
  .meta({ id: 'AdministratorPatch' });
export const passwordInputSchema = z
  .strictObject({ password: z.string().min(1).max(1024) })
  .meta({ id: 'NewPassword' });

export const permissionHoldersSchema = z
  .object({
    permission: z.enum(PERMISSION_NAMES),
    meaning: z.string(),
    holders: z.array(
      z.object({
        kind: z.enum(['administrator', 'api-key']),
        name: z.string(),
        /** Name of the role; absent for API keys. */
        role: z.string().optional(),
        /** Name of the security domain it is held in, with those below. */
        securityDomain: z.string(),
      }),
    ),
  })
  .meta({ id: 'PermissionHolders' });

// --- device types -----------------------------------------------------------------------------------------------------------

export const deviceDefinitionSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, rule('device-type-id')),
    name: nameSchema,
    /** The app family this definition is for; shown to people. */
    application: nameSchema,
    algorithms: z.array(z.enum(algorithms)).min(1),
    digits: z.array(z.union([z.literal(6), z.literal(8)])).min(1),
    intervals: z.array(z.union([z.literal(30), z.literal(60)])).min(1),
    authenticationTypes: z.array(z.enum(authenticationTypes)).min(1),
    /** Class GUID; what DeviceSerialNumber holds by default. */
    deviceClass: z.guid(),
    dynamicSeedProvisioning: z.boolean(),
    qrCode: z.boolean(),
    /** The link of this platform; see docs/configuration.md for the placeholders. */
    linkTemplate: z.string().max(512),
    binding: z.strictObject({
      /** `required`: an exchange that does not say its device id and class is refused. `when-present`: silence is accepted. */
      assertion: z.enum(['required', 'when-present']),
      /** Element names in ProvisioningData that hold the device id and the device class; case does not matter. */
      idFields: z.array(z.string().max(64)).max(16),
      classFields: z.array(z.string().max(64)).max(16),
    }),
    /** The platform refuses certificates that it does not trust, without asking the user. */
    trustedCertificateRequired: z.boolean(),
    downloadUrl: z.url({ protocol: /^https$/ }).optional(),
  })
  .meta({ id: 'DeviceDefinition' });

export const deviceTypeSchema = deviceDefinitionSchema
  .extend({ imported: z.boolean(), version: versionSchema })
  .meta({ id: 'DeviceType' });

// --- token profiles ---------------------------------------------------------------------------------------------------------

const profileFields = {
  name: nameSchema,
  deviceType: z.string(),
  delivery: z.enum(deliveries),
  algorithm: z.enum(algorithms).default('securid'),
  digits: z.union([z.literal(6), z.literal(8)]).default(8),
  interval: z.union([z.literal(30), z.literal(60)]).default(60),
  authenticationType: z.enum(authenticationTypes).default('pinpad'),
};

export const profileInputSchema = z
  .strictObject({
    ...profileFields,
    /** As the setting provisioning.codeExpiry says, unless given. */
    codeExpiry: codeExpirySchema.optional(),
  })
  .meta({ id: 'NewTokenProfile' });
/** The device type of a profile cannot change: make another profile. */
export const profilePatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    delivery: z.enum(deliveries).optional(),
    algorithm: z.enum(algorithms).optional(),
    digits: z.union([z.literal(6), z.literal(8)]).optional(),
    interval: z.union([z.literal(30), z.literal(60)]).optional(),
    authenticationType: z.enum(authenticationTypes).optional(),
    codeExpiry: codeExpirySchema.optional(),
  })
  .meta({ id: 'TokenProfilePatch' });
export const profileSchema = z
  .object({
    id: z.string(),
    ...profileFields,
    codeExpiry: codeExpirySchema,
    /** As the Security Console prints it. */
    deliveryLabel: z.string(),
    createdAt: timeSchema,
    version: versionSchema,
  })
  .meta({ id: 'TokenProfile' });

// --- users ------------------------------------------------------------------------------------------------------------------

/** Empty: none is known. */
const emailSchema = z.union([z.email().max(254), z.literal('')], rule('email'));

const personFields = {
  firstName: z.string().trim().max(128).default(''),
  lastName: z.string().trim().max(128).default(''),
  email: emailSchema.default(''),
};
export const userInputSchema = z
  .strictObject({ userId: userIdSchema, ...personFields, securityDomain: domainReference.optional() })
  .meta({ id: 'NewUser' });
export const userPatchSchema = z
  .strictObject({
    firstName: z.string().trim().max(128).optional(),
    lastName: z.string().trim().max(128).optional(),
    email: emailSchema.optional(),
    enabled: z.boolean().optional(),
    securityDomain: domainReference.optional(),
  })
  .meta({ id: 'UserPatch' });
export const userSchema = z
  .object({
    userId: userIdSchema,
    firstName: z.string(),
    lastName: z.string(),
    email: z.string(),
    enabled: z.boolean(),
    /** Name of the security domain. */
    securityDomain: z.string(),
    tokens: z.array(serialSchema),
    createdAt: timeSchema,
    version: versionSchema,
  })
  .meta({ id: 'User' });

// --- tokens and distributions -----------------------------------------------------------------------------------------------

export const distributionStates = [
  'issued',
  'opened',
  'provisioned',
  'confirmed',
  'expired',
  'withdrawn',
  'failed',
] as const;

export const distributionEventSchema = z
  .object({
    state: z.enum(distributionStates),
    at: timeSchema,
    /** Source address, where there was one. */
    source: z.string().optional(),
    /** The device id the client asserted, normalised. */
    deviceId: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'DistributionEvent' });

export const deviceBindingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('class') }),
    z.strictObject({ kind: z.literal('id'), deviceId: z.string().min(1).max(128) }),
    z.strictObject({ kind: z.literal('any') }),
  ])
  .meta({
    id: 'DeviceBinding',
    description:
      'What DeviceSerialNumber says: `class` any device of the class, `id` one device, `any` (an empty field) the class is checked and the id learned.',
  });

export const distributionSchema = z
  .object({
    id: z.string(),
    state: z.enum(distributionStates),
    /** Why it failed, for the administrator. */
    reason: z.string().optional(),
    profile: z.string(),
    deviceType: z.string(),
    delivery: z.enum(deliveries),
    nickname: z.string(),
    deviceBinding: deviceBindingSchema,
    /** Whether this client type says enough for the binding to be enforced. */
    bindingEnforced: z.boolean(),
    /** The device that activated, as it said. */
    deviceId: z.string().optional(),
    createdAt: timeSchema,
    createdBy: z.string(),
    /** Absent: the code does not expire. */
    expiresAt: timeSchema.optional(),
    history: z.array(distributionEventSchema),
  })
  .meta({ id: 'Distribution' });

export const activationCodeChoiceSchema = z
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

export const nicknameSchema = z.string().regex(/^[A-Za-z0-9]{0,24}$/, rule('nickname'));

export const distributeInputSchema = z
  .strictObject({
    /** Id or name of the token profile. */
    profile: z.string().min(1).max(128),
    deviceBinding: deviceBindingSchema.default({ kind: 'class' }),
    nickname: nicknameSchema.default(''),
    /** For QR delivery the code is system-generated and fixed; leave it out. */
    activationCode: activationCodeChoiceSchema.optional(),
    /** Overrides the expiry of the profile. */
    codeExpires: codeExpirySchema.optional(),
    /** Drop the present seed at once instead of keeping it until the new one is confirmed. */
    revokeNow: z.boolean().default(false),
    /** URL delivery only, where the deployment allows it: two mails, one with the address and one with the code, or one encrypted mail. */
    mail: z.enum(['separate', 'encrypted']).optional(),
  })
  .meta({ id: 'DistributeRequest' });

export const distributeResultSchema = z
  .object({
    /** Of the distribution, as the list of distributions has it. */
    id: z.string(),
    serial: serialSchema,
    delivery: z.enum(deliveries),
    ctkipUrl: z.string(),
    /** URL delivery only, and only in this one answer. */
    activationCode: z.string().optional(),
    link: z.string().optional(),
    expiresAt: timeSchema.optional(),
    /** What was queued for the user's mailbox. */
    mailed: z.enum(['separate', 'encrypted']).optional(),
    bindingEnforced: z.boolean(),
    /** What the administrator should know before handing it over. */
    notices: z.array(z.string()),
  })
  .meta({ id: 'DistributeResult' });

export const activationSchema = z
  .object({ link: z.string(), activationCode: z.string(), expiresAt: timeSchema.optional() })
  .meta({ id: 'Activation' });

export const tokenSchema = z
  .object({
    serial: serialSchema,
    userId: z.string().optional(),
    /** Name of the security domain. */
    securityDomain: z.string(),
    enabled: z.boolean(),
    expiresOn: dateSchema,
    expired: z.boolean(),
    pinSet: z.boolean(),
    /** Reported lost: it verifies nothing until it is found. */
    lost: z.boolean(),
    /** What verifies at present: nothing, the current seed, or both while a new one waits for its first tokencode. */
    seeds: z.array(
      z.object({
        state: z.enum(['current', 'pending']),
        algorithm: z.enum(algorithms),
        digits: z.int(),
        interval: z.int(),
        authenticationType: z.enum(authenticationTypes),
        provisionedAt: timeSchema,
        lastAcceptedAt: timeSchema.optional(),
      }),
    ),
    failures: z.int(),
    /** Serial number of the token whose place it takes when its first passcode is accepted. */
    replaces: serialSchema.optional(),
    /** Serial number of the token that waits to take its place. */
    replacedBy: serialSchema.optional(),
    /** The latest distribution. */
    distribution: distributionSchema.optional(),
    createdAt: timeSchema,
    version: versionSchema,
  })
  .meta({ id: 'Token' });

export const tokenPatchSchema = z
  .strictObject({
    /** A date that has not passed. The authenticator may show the one it was given. */
    expiresOn: dateSchema.optional(),
    securityDomain: domainReference.optional(),
    enabled: z.boolean().optional(),
    lost: z.boolean().optional(),
    /** Of the latest distribution. */
    nickname: nicknameSchema.optional(),
  })
  .meta({ id: 'TokenPatch' });

export const replaceInputSchema = z
  .strictObject({
    /** Serial number of an unassigned token; the next one that is good for long enough unless said. */
    replacement: serialSchema.optional(),
    /** Whether the PIN is carried over; else the replacement begins without one. */
    keepPin: z.boolean().default(true),
    /** What becomes of the replaced token then. */
    afterwards: z.enum(['unassign', 'delete']).default('unassign'),
  })
  .meta({ id: 'ReplaceRequest' });

export const mintInputSchema = z
  .strictObject({
    count: z.int().min(1).max(10_000).default(1),
    expiresOn: dateSchema.optional(),
    securityDomain: domainReference.optional(),
  })
  .meta({ id: 'MintRequest' });
export const mintResultSchema = z
  .object({ first: serialSchema, last: serialSchema, count: z.int(), serials: z.array(serialSchema) })
  .meta({ id: 'MintResult' });

const queryFlag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(512).optional(),
};
export const tokenQuerySchema = z.strictObject({
  ...pageQuery,
  serial: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
  /** Digits anywhere in it. */
  serialContains: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
  serialFrom: serialSchema.optional(),
  serialTo: serialSchema.optional(),
  userId: z.string().max(128).optional(),
  assigned: queryFlag.optional(),
  enabled: queryFlag.optional(),
  expiresBefore: dateSchema.optional(),
  expired: queryFlag.optional(),
  /** Id or name; those below it are included. */
  securityDomain: z.string().max(128).optional(),
  lost: queryFlag.optional(),
  /** Start of the holder's last name. */
  lastName: z.string().max(128).optional(),
  /** Name of the profile of the latest distribution. */
  profile: z.string().max(128).optional(),
  /** Id of the device type of the latest distribution. */
  deviceType: z.string().max(64).optional(),
  distribution: z.enum([...distributionStates, 'none']).optional(),
  /** `replacing` waits to take the place of another; `replaced` is that other. */
  replacement: z.enum(['replacing', 'replaced']).optional(),
});

export const statisticsSchema = z
  .object({
    tokens: z.object({
      total: z.int(),
      assigned: z.int(),
      unassigned: z.int(),
      enabled: z.int(),
      disabled: z.int(),
      lost: z.int(),
      expired: z.int(),
      /** Not expired yet, but within `expiringDays`. */
      expiring: z.int(),
    }),
    expiringDays: z.int(),
    /** Latest distributions that wait for something. */
    distributions: z.object({
      issued: z.int(),
      opened: z.int(),
      provisioned: z.int(),
      expired: z.int(),
      failed: z.int(),
    }),
    users: z.int(),
    /** So many wrong activation codes come in that strangers are braked. */
    guessing: z.boolean(),
  })
  .meta({ id: 'Statistics' });

/** A row of the trail as it stands in the chain; what is hashed is in audit-chain.ts. `at` is epoch milliseconds. */
export const chainedRowSchema = z
  .object({
    seq: z.int(),
    id: z.string(),
    at: z.int(),
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    result: z.string(),
    reason: z.string().nullable(),
    source: z.string().nullable(),
    hash: z.string(),
  })
  .meta({ id: 'ChainedRow' });

const auditFindingSchema = z.object({
  /** Id of the row of the trail. */
  row: z.string().optional(),
  /** Sequence number in the chain. */
  link: z.int().optional(),
  detail: z.string(),
});

export const auditChainSchema = z
  .object({
    intact: z.boolean(),
    rows: z.int(),
    /** Id of the row of the first finding. */
    broken: z.string().optional(),
    detail: z.string(),
    /** What is wrong; the first hundred. */
    findings: z.array(auditFindingSchema),
    /** Times of the first and the last row that are linked: what the proof is about. */
    from: z.string().optional(),
    to: z.string().optional(),
    /** So many rows at the start are linked only: they were written before rows carried a mark of the master key. */
    unmarked: z.int(),
    /** Rows that were written a moment ago, and that the proof is not about. */
    unlinked: z.int(),
  })
  .meta({ id: 'AuditChain' });

export const auditChainEndSchema = z
  .object({
    /** To be kept outside the server, and given to a later proof. */
    anchor: z.string(),
    rows: z.int(),
    hash: z.string(),
    at: z.string(),
    unlinked: z.int(),
  })
  .meta({ id: 'AuditChainEnd' });

// --- the rest ---------------------------------------------------------------------------------------------------------------

export const authenticationInputSchema = z
  .strictObject({ userId: z.string().min(1).max(128), passcode: z.string().min(1).max(64) })
  .meta({ id: 'AuthenticationRequest' });
export const acceptedMeans = ['passcode', 'emergency-tokencode'] as const;
export const authenticationResultSchema = z
  .discriminatedUnion('result', [
    z.object({
      result: z.literal('accepted'),
      userId: z.string().meta({ description: 'The user who was accepted.' }),
      means: z.enum(acceptedMeans).meta({
        description:
          'What was accepted: `passcode`, which the token showed, or `emergency-tokencode`, which an administrator gave in its place.',
      }),
    }),
    z.object({ result: z.literal('rejected') }),
    openChallengeSchema.extend({ result: z.literal('challenge') }),
  ])
  .meta({ id: 'AuthenticationResult' });
/** A challenge is answered, or canceled, for the user it was issued to. */
const answererSchema = z.strictObject({ userId: z.string().min(1).max(128) });
export const cancelAuthenticationSchema = answererSchema;
export const challengeAnswerSchema = answererSchema
  .extend({ answer: z.string().max(64) })
  .meta({ id: 'ChallengeAnswer' });

export const pinInputSchema = z.strictObject({ pin: z.string().min(1).max(64) }).meta({ id: 'NewPin' });

export const apiKeyInputSchema = z
  .strictObject({
    name: nameSchema,
    permissions: z.array(z.enum(PERMISSION_NAMES)).min(1),
    expiresAt: timeSchema.optional(),
    securityDomain: domainReference.optional(),
  })
  .meta({ id: 'NewApiKey' });
/** Whether a key is good for what it was made for; `limited`: its owner may do only a part of that; `altered`: past the server. */
export const apiKeyStandings = [
  'active',
  'limited',
  'expired',
  'owner-disabled',
  'owner-deleted',
  'owner-may-not',
  'altered',
] as const;
export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    permissions: z.array(z.enum(PERMISSION_NAMES)),
    /** Name of the security domain it works in. */
    securityDomain: z.string(),
    createdAt: timeSchema,
    createdBy: z.string(),
    /** The administrator whose rights bound it; absent for a key that came from the server host. */
    owner: z.string().optional(),
    standing: z.enum(apiKeyStandings),
    /** What it was made with, and its owner may not do in all of its security domain. */
    lacks: z.array(z.enum(PERMISSION_NAMES)),
    expiresAt: timeSchema.optional(),
  })
  .meta({ id: 'ApiKey' });
export const apiKeyMadeSchema = apiKeySchema
  .extend({ key: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'ApiKeyMade' });

export const sessionInputSchema = z
  .strictObject({
    userName: z.string().min(1).max(128),
    password: z.string().min(1).max(1024),
    /** Of the token, for who must show one; or the answer to `challenge`. */
    passcode: z.string().max(64).optional(),
    challenge: challengeIdSchema.optional(),
  })
  .meta({ id: 'LogOn' });
export const sessionSchema = z
  .object({
    userName: z.string(),
    /** None while the password has to be changed. */
    permissions: z.array(z.enum(PERMISSION_NAMES)),
    expiresAt: timeSchema,
    /** The password is one that somebody else gave: until it is changed, nothing else is permitted. */
    mustChangePassword: z.boolean(),
  })
  .meta({ id: 'Session' });

export const serverKeySchema = z
  .object({ id: z.string(), bits: z.int(), use: z.enum(['active', 'retired']), createdAt: timeSchema })
  .meta({ id: 'ServerKey' });
export const serverKeyInputSchema = z
  .strictObject({
    bits: z.union([z.literal(1024), z.literal(2048), z.literal(3072), z.literal(4096)]).default(2048),
  })
  .meta({ id: 'NewServerKey' });

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    result: z.enum(['success', 'refused', 'failure']),
    /** In the language of the caller; rows of before texts were kept have theirs in English. */
    reason: z.string().optional(),
    /** The same as data: the key of the text, and its values. */
    reasonCode: z.string().optional(),
    params: z.record(z.string(), z.unknown()).optional(),
    source: z.string().optional(),
  })
  .meta({ id: 'AuditEntry' });
export const auditQuerySchema = z.strictObject({
  ...pageQuery,
  /** User id: what concerns the user and every token that the user has or was given. */
  user: z.string().max(128).optional(),
  object: z.string().max(256).optional(),
  actor: z.string().max(256).optional(),
  action: z.string().max(64).optional(),
  /** `authentication`: whatever belongs to authentications, for a monitor. */
  about: z.enum(['authentication']).optional(),
  result: z.enum(['success', 'refused', 'failure']).optional(),
});

export const serverSchema = z
  .object({
    product: z.literal('Sower'),
    version: z.string(),
    publicUrl: z.string(),
    ctkipUrl: z.string(),
    /** Tells this deployment from others; every process of it says the same. No secret. */
    installation: z.string(),
    now: timeSchema,
  })
  .meta({ id: 'Server' });

export type Serial = z.infer<typeof serialSchema>;
export type DeviceDefinition = z.infer<typeof deviceDefinitionSchema>;
export type DeviceType = z.infer<typeof deviceTypeSchema>;
export type ProfileInput = z.infer<typeof profileInputSchema>;
export type ProfilePatch = z.infer<typeof profilePatchSchema>;
export type Profile = z.infer<typeof profileSchema>;
export type UserInput = z.infer<typeof userInputSchema>;
export type UserPatch = z.infer<typeof userPatchSchema>;
export type User = z.infer<typeof userSchema>;
export type DistributionState = (typeof distributionStates)[number];
export type DeviceBinding = z.infer<typeof deviceBindingSchema>;
export type Distribution = z.infer<typeof distributionSchema>;
export type DistributeInput = z.infer<typeof distributeInputSchema>;
export type DistributeResult = z.infer<typeof distributeResultSchema>;
export type Activation = z.infer<typeof activationSchema>;
export type ActivationCodeChoice = z.infer<typeof activationCodeChoiceSchema>;
export type Token = z.infer<typeof tokenSchema>;
export type Statistics = z.infer<typeof statisticsSchema>;
export type AuditChain = z.infer<typeof auditChainSchema>;
export type AuditChainEnd = z.infer<typeof auditChainEndSchema>;
export type AuditFinding = Readonly<z.infer<typeof auditFindingSchema>>;
export type TokenQuery = z.infer<typeof tokenQuerySchema>;
export type TokenPatch = z.infer<typeof tokenPatchSchema>;
export type MintInput = z.infer<typeof mintInputSchema>;
export type ApiKeyStanding = (typeof apiKeyStandings)[number];
export type ApiKey = z.infer<typeof apiKeySchema>;
export type ApiKeyInput = z.infer<typeof apiKeyInputSchema>;
export type ServerKey = z.infer<typeof serverKeySchema>;
export type SecurityDomain = z.infer<typeof securityDomainSchema>;
export type Role = z.infer<typeof roleSchema>;
export type RoleInput = z.infer<typeof roleInputSchema>;
export type RolePatch = z.infer<typeof rolePatchSchema>;
export type Administrator = z.infer<typeof administratorSchema>;
export type AdministratorInput = z.infer<typeof administratorInputSchema>;
export type AdministratorPatch = z.infer<typeof administratorPatchSchema>;
export type PermissionHolders = z.infer<typeof permissionHoldersSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export type AuthenticationType = (typeof authenticationTypes)[number];
export type Algorithm = (typeof algorithms)[number];
export type Delivery = (typeof deliveries)[number];
