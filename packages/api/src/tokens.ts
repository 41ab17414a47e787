/** Tokens: minted, assigned, edited, replaced. Distributing one is in distributions.ts, access to it in token-access.ts. */
import { z } from 'zod';
import { algorithms, authenticationTypes } from './device-types.ts';
import { distributionSchema, distributionStates, nicknameSchema } from './distributions.ts';
import { rule } from './field-rules.ts';
import {
  dateSchema,
  domainReference,
  heldNameSchema,
  nameSchema,
  serialPartSchema,
  serialSchema,
  timeSchema,
  userIdSchema,
  versionSchema,
} from './fields.ts';
import {
  type Operation,
  page,
  pageQuery,
  queryFlag,
  serialParams,
  totalQuery,
  totalSchema,
  userParams,
} from './operation.ts';

export const otpHashes = ['sha1', 'sha256', 'sha512'] as const;

export const tokenKinds = ['software', 'hardware'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** What people write on a token or about it; empty: nothing. */
const factSchema = z.union([nameSchema, z.literal('')], rule('control-characters'));

/** What is known of a token beside its seed. */
const FACTS = {
  /** What people call this one. */
  label: factSchema,
  maker: factSchema,
  /** Such as a key fob or a card. */
  formFactor: factSchema,
};

export const tokenSchema = z
  .object({
    serial: serialSchema,
    /** A hardware token came with its seed: it has no distributions, and keeps the seed when it is unassigned. */
    kind: z.enum(tokenKinds),
    label: heldNameSchema.optional(),
    maker: heldNameSchema.optional(),
    formFactor: heldNameSchema.optional(),
    /** Name of the import that it came by. */
    batch: heldNameSchema.optional(),
    userId: z.string().optional(),
    /** First and last name of the user. Absent: there is none. */
    userName: z.string().optional(),
    /** `disabled` or `gone`, from their directory: nothing is accepted. Absent: no user. */
    userState: z.enum(['enabled', 'disabled', 'gone']).optional(),
    /** Name of the security domain. */
    securityDomain: z.string(),
    enabled: z.boolean(),
    expiresOn: dateSchema,
    expired: z.boolean(),
    pinSet: z.boolean(),
    /** Reported lost: not accepted until it is found. */
    lost: z.boolean(),
    /** Seeds that are accepted now: none, the current one, or both while a new one waits for its first tokencode. */
    seeds: z.array(
      z.object({
        state: z.enum(['current', 'pending']),
        algorithm: z.enum(algorithms),
        /** Of HOTP and TOTP. */
        hash: z.enum(otpHashes).optional(),
        digits: z.int(),
        interval: z.int(),
        authenticationType: z.enum(authenticationTypes),
        provisionedAt: timeSchema,
        lastAcceptedAt: timeSchema.optional(),
      }),
    ),
    /** The last day of a loan: afterwards it is unassigned. */
    lentUntil: dateSchema.optional(),
    /** Serial number of the user's own token, which is disabled during the loan. */
    lentInstead: serialSchema.optional(),
    failures: z.int(),
    /** Serial number of the token that it replaces when its first passcode is accepted. */
    replaces: serialSchema.optional(),
    /** Serial number of the token waiting to replace it. */
    replacedBy: serialSchema.optional(),
    /** The latest distribution. */
    distribution: distributionSchema.optional(),
    createdAt: timeSchema,
    version: versionSchema,
  })
  .meta({ id: 'Token' });

export const tokenPatchSchema = z
  .strictObject({
    /** A date that has not passed. The authenticator may keep showing the one it was given. */
    expiresOn: dateSchema.optional(),
    securityDomain: domainReference.optional(),
    enabled: z.boolean().optional(),
    lost: z.boolean().optional(),
    /** The nickname of the latest distribution. */
    nickname: nicknameSchema.optional(),
    label: FACTS.label.optional(),
    maker: FACTS.maker.optional(),
    formFactor: FACTS.formFactor.optional(),
  })
  .meta({ id: 'TokenPatch' });

/** What becomes of a replaced token. */
export const replacedFates = ['unassign', 'delete'] as const;
export type ReplacedFate = (typeof replacedFates)[number];

export const replaceInputSchema = z
  .strictObject({
    /** Serial number of an unassigned token; by default the next one that is valid for long enough. */
    replacement: serialSchema.optional(),
    /** Whether the PIN is carried over; otherwise the replacement starts without one. */
    keepPin: z.boolean().default(true),
    /** What then happens to the replaced token. Deleting it takes `tokens:delete`. */
    afterwards: z.enum(replacedFates).default('unassign'),
  })
  .meta({ id: 'ReplaceRequest' });

export const loanSchema = z
  .strictObject({
    /** The last day, at most a year from now. */
    until: dateSchema,
    /** Who borrows it, if it is unassigned. Absent: the user who has it. */
    userId: userIdSchema.optional(),
    /** Serial number of a token of the same user, which is disabled until the loan ends, such as one that was left at home. */
    instead: serialSchema.optional(),
  })
  .meta({ id: 'Loan' });

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

export const tokenQuerySchema = z.strictObject({
  ...pageQuery,
  serial: serialPartSchema.optional(),
  /** Characters anywhere in it. */
  serialContains: serialPartSchema.optional(),
  serialFrom: serialSchema.optional(),
  serialTo: serialSchema.optional(),
  userId: z.string().max(128).optional(),
  assigned: queryFlag.optional(),
  enabled: queryFlag.optional(),
  expiresBefore: dateSchema.optional(),
  expired: queryFlag.optional(),
  /** ID or name; domains below it are included. */
  securityDomain: z.string().max(128).optional(),
  lost: queryFlag.optional(),
  /** Start of the user's last name. */
  lastName: z.string().max(128).optional(),
  /** Name of the profile of the latest distribution. */
  profile: z.string().max(128).optional(),
  /** ID of the device type of the latest distribution. */
  deviceType: z.string().max(64).optional(),
  distribution: z.enum([...distributionStates, 'none']).optional(),
  kind: z.enum(tokenKinds).optional(),
  /** Name of the import that it came by. */
  batch: z.string().max(128).optional(),
  /** Whether it came by an import. */
  imported: queryFlag.optional(),
  maker: z.string().max(128).optional(),
  lent: queryFlag.optional(),
  /** `replacing` is waiting to replace another; `replaced` is that other. */
  replacement: z.enum(['replacing', 'replaced']).optional(),
});

export const pinInputSchema = z.strictObject({ pin: z.string().min(1).max(64) }).meta({ id: 'NewPin' });

export type Token = z.infer<typeof tokenSchema>;
export type TokenQuery = z.infer<typeof tokenQuerySchema>;
export type TokenPatch = z.infer<typeof tokenPatchSchema>;
export type MintInput = z.infer<typeof mintInputSchema>;

export const TOKEN_OPERATIONS = {
  assignNextToken: {
    method: 'POST',
    path: '/users/:userId/tokens',
    summary:
      'Assign the next available token to a user: of those that are valid for long enough, the one that expires last',
    permission: 'tokens:assign',
    params: userParams,
    response: tokenSchema,
    created: '/tokens/:serial',
    once: true,
  },
  listTokens: {
    method: 'GET',
    path: '/tokens',
    summary: 'Search tokens; `serial` is the start of a serial number',
    permission: 'tokens:view',
    query: tokenQuerySchema.extend({
      ...totalQuery,
      /** Of the serial numbers. */
      order: z.enum(['asc', 'desc']).default('asc'),
    }),
    response: page(tokenSchema.omit({ seeds: true })).extend({ total: totalSchema.optional() }),
  },
  mintTokens: {
    method: 'POST',
    path: '/tokens',
    summary: 'Mint token records; they start disabled and unassigned',
    permission: 'tokens:mint',
    body: mintInputSchema,
    response: mintResultSchema,
    created: '/tokens/:first',
    once: true,
  },
  getToken: {
    method: 'GET',
    path: '/tokens/:serial',
    summary: 'Show a token, its latest distribution and its history',
    permission: 'tokens:view',
    params: serialParams,
    response: tokenSchema,
  },
  editToken: {
    method: 'PATCH',
    path: '/tokens/:serial',
    summary: 'Edit a token: its expiry date, security domain and nickname, enabled or not, lost or not',
    permission: 'tokens:edit',
    params: serialParams,
    body: tokenPatchSchema,
    response: tokenSchema,
    ifMatch: true,
  },
  deleteToken: {
    method: 'DELETE',
    path: '/tokens/:serial',
    summary: 'Delete an unassigned token',
    permission: 'tokens:delete',
    params: serialParams,
  },
  assignToken: {
    method: 'POST',
    path: '/tokens/:serial/assign',
    summary: 'Assign a token to a user; this enables it',
    permission: 'tokens:assign',
    params: serialParams,
    body: z.strictObject({ userId: userIdSchema }),
    response: tokenSchema,
  },
  lendToken: {
    method: 'POST',
    path: '/tokens/:serial/loan',
    summary: 'Lend a token to a user until a day, or move that day; afterwards it is unassigned by itself',
    permission: 'tokens:assign',
    params: serialParams,
    body: loanSchema,
    response: tokenSchema,
  },
  keepToken: {
    method: 'DELETE',
    path: '/tokens/:serial/loan',
    summary: 'End a loan without taking the token back: it stays with its user',
    permission: 'tokens:assign',
    params: serialParams,
    response: tokenSchema,
  },
  unassignToken: {
    method: 'POST',
    path: '/tokens/:serial/unassign',
    summary:
      'Unassign a token: it is disabled, and its PIN, seeds and live activation code are deleted. A hardware token keeps its seed',
    permission: 'tokens:assign',
    params: serialParams,
    response: tokenSchema,
  },
  replaceToken: {
    method: 'POST',
    path: '/tokens/:serial/replace',
    summary:
      'Give the user of a token a replacement, which takes over when its first passcode is accepted; returns the replacement',
    permission: 'tokens:assign',
    params: serialParams,
    body: replaceInputSchema,
    response: tokenSchema,
  },
  enableToken: {
    method: 'POST',
    path: '/tokens/:serial/enable',
    summary: 'Enable a token',
    permission: 'tokens:edit',
    params: serialParams,
    response: tokenSchema,
  },
  disableToken: {
    method: 'POST',
    path: '/tokens/:serial/disable',
    summary: 'Disable a token',
    permission: 'tokens:edit',
    params: serialParams,
    response: tokenSchema,
  },
  moveToken: {
    method: 'POST',
    path: '/tokens/:serial/move',
    summary: 'Move an unassigned token to another security domain',
    permission: 'tokens:edit',
    params: serialParams,
    body: z.strictObject({ securityDomain: z.string().trim().min(1).max(128) }),
    response: tokenSchema,
  },
  markLost: {
    method: 'POST',
    path: '/tokens/:serial/lost',
    summary: 'Mark a token as lost, or as found again; a lost token is not accepted',
    permission: 'tokens:edit',
    params: serialParams,
    body: z.strictObject({ lost: z.boolean() }),
    response: tokenSchema,
  },
  setPin: {
    method: 'PUT',
    path: '/tokens/:serial/pin',
    summary: 'Set the PIN of a token',
    permission: 'tokens:edit',
    params: serialParams,
    body: pinInputSchema,
  },
  clearPin: {
    method: 'DELETE',
    path: '/tokens/:serial/pin',
    summary: 'Clear the PIN of a token',
    permission: 'tokens:edit',
    params: serialParams,
  },
} as const satisfies Record<string, Operation>;
