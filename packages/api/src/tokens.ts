/** Tokens: minted, assigned, edited, replaced. Distributing one is in distributions.ts, access to it in token-access.ts. */
import { z } from 'zod';
import { algorithms, authenticationTypes } from './device-types.ts';
import { distributionSchema, distributionStates, nicknameSchema } from './distributions.ts';
import { rule } from './field-rules.ts';
import {
  dateSchema,
  domainReference,
  named,
  nameSchema,
  patchOf,
  serialPartSchema,
  serialSchema,
  storedNameSchema,
  strict,
  timeSchema,
  userIdSchema,
  versionSchema,
} from './fields.ts';
import { LIMITS } from './limits.ts';
import {
  edit,
  get,
  page,
  pageQuery,
  post,
  put,
  queryFlag,
  remove,
  totalQuery,
  totalSchema,
} from './operation.ts';
import { typedSerial } from './serial.ts';

const otpHashes = ['sha1', 'sha256', 'sha512'] as const;

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

const tokenSchema = named('Token', {
  serial: serialSchema,
  /** A hardware token came with its seed: it has no distributions, and keeps the seed when it is unassigned. */
  kind: z.enum(tokenKinds),
  label: storedNameSchema.optional(),
  maker: storedNameSchema.optional(),
  formFactor: storedNameSchema.optional(),
  /** Name of the import that it came by. */
  batch: storedNameSchema.optional(),
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
});

const tokenPatchSchema = patchOf('TokenPatch', {
  /** A date that has not passed. The authenticator may keep showing the one it was given. */
  expiresOn: dateSchema,
  securityDomain: domainReference,
  enabled: z.boolean(),
  lost: z.boolean(),
  /** The nickname of the latest distribution. */
  nickname: nicknameSchema,
  label: FACTS.label,
  maker: FACTS.maker,
  formFactor: FACTS.formFactor,
});

/** What becomes of a replaced token. */
export const replacedFates = ['unassign', 'delete'] as const;
export type ReplacedFate = (typeof replacedFates)[number];

const replaceInputSchema = strict('ReplaceRequest', {
  /** Serial number of an unassigned token; by default the next one that is valid for long enough. */
  replacement: serialSchema.optional(),
  /** Whether the PIN is carried over; otherwise the replacement starts without one. */
  keepPin: z.boolean().default(true),
  /** What then happens to the replaced token. Deleting it takes `tokens:delete`. */
  afterwards: z.enum(replacedFates).default('unassign'),
});

const loanSchema = strict('Loan', {
  /** The last day, at most a year from now. */
  until: dateSchema,
  /** Who borrows it, if it is unassigned. Absent: the user who has it. */
  userId: userIdSchema.optional(),
  /** Serial number of a token of the same user, which is disabled until the loan ends, such as one that was left at home. */
  instead: serialSchema.optional(),
});

const mintInputSchema = strict('MintRequest', {
  count: z.int().min(1).max(LIMITS.minted).default(1),
  expiresOn: dateSchema.optional(),
  securityDomain: domainReference.optional(),
});

const mintResultSchema = named('MintResult', {
  first: serialSchema,
  last: serialSchema,
  count: z.int(),
  serials: z.array(serialSchema),
});

export const tokenQuerySchema = z.strictObject({
  ...pageQuery,
  serial: serialPartSchema.optional(),
  /** Characters anywhere in it. */
  serialContains: serialPartSchema.optional(),
  serialFrom: serialSchema.overwrite(typedSerial).optional(),
  serialTo: serialSchema.overwrite(typedSerial).optional(),
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

export const pinInputSchema = strict('NewPin', { pin: z.string().min(1).max(64) });
const generatedPinSchema = named('GeneratedPin', { pin: z.string() });

export type Token = z.infer<typeof tokenSchema>;
export type TokenPatch = z.infer<typeof tokenPatchSchema>;

export const TOKEN_OPERATIONS = {
  assignNextToken: post(
    '/users/:userId/tokens',
    'tokens:assign',
    'Assign the next available token to a user: of those that are valid for long enough, the one that expires last',
    { response: tokenSchema, created: '/tokens/:serial', once: true },
  ),
  listTokens: get('/tokens', 'tokens:view', 'Search tokens; `serial` is the start of a serial number', {
    query: tokenQuerySchema.extend({
      ...totalQuery,
      /** Of the serial numbers. */
      order: z.enum(['asc', 'desc']).default('asc'),
    }),
    response: page(tokenSchema.omit({ seeds: true })).extend({ total: totalSchema.optional() }),
  }),
  mintTokens: post('/tokens', 'tokens:mint', 'Mint token records; they start disabled and unassigned', {
    body: mintInputSchema,
    response: mintResultSchema,
    created: '/tokens/:first',
    once: true,
  }),
  getToken: get('/tokens/:serial', 'tokens:view', 'Show a token, its latest distribution and its history', {
    response: tokenSchema,
  }),
  editToken: edit(
    '/tokens/:serial',
    'tokens:edit',
    'Edit a token: its expiry date, security domain and nickname, enabled or not, lost or not',
    { body: tokenPatchSchema, response: tokenSchema },
  ),
  deleteToken: remove('/tokens/:serial', 'tokens:delete', 'Delete an unassigned token'),
  assignToken: post('/tokens/:serial/assign', 'tokens:assign', 'Assign a token to a user; this enables it', {
    body: z.strictObject({ userId: userIdSchema }),
    response: tokenSchema,
  }),
  lendToken: post(
    '/tokens/:serial/loan',
    'tokens:assign',
    'Lend a token to a user until a day, or move that day; afterwards it is unassigned by itself',
    { body: loanSchema, response: tokenSchema },
  ),
  keepToken: remove(
    '/tokens/:serial/loan',
    'tokens:assign',
    'End a loan without taking the token back: it stays with its user',
    { response: tokenSchema },
  ),
  unassignToken: post(
    '/tokens/:serial/unassign',
    'tokens:assign',
    'Unassign a token: it is disabled, and its PIN, seeds and live activation code are deleted. A hardware token keeps its seed',
    { response: tokenSchema },
  ),
  replaceToken: post(
    '/tokens/:serial/replace',
    'tokens:assign',
    'Give the user of a token a replacement, which takes over when its first passcode is accepted; returns the replacement',
    { body: replaceInputSchema, response: tokenSchema },
  ),
  enableToken: post('/tokens/:serial/enable', 'tokens:edit', 'Enable a token', { response: tokenSchema }),
  disableToken: post('/tokens/:serial/disable', 'tokens:edit', 'Disable a token', { response: tokenSchema }),
  moveToken: post(
    '/tokens/:serial/move',
    'tokens:edit',
    'Move an unassigned token to another security domain',
    { body: z.strictObject({ securityDomain: z.string().trim().min(1).max(128) }), response: tokenSchema },
  ),
  markLost: post(
    '/tokens/:serial/lost',
    'tokens:edit',
    'Mark a token as lost, or as found again; a lost token is not accepted',
    { body: z.strictObject({ lost: z.boolean() }), response: tokenSchema },
  ),
  setPin: put('/tokens/:serial/pin', 'tokens:edit', 'Set the PIN of a token', { body: pinInputSchema }),
  generatePin: post(
    '/tokens/:serial/pin/generate',
    'tokens:edit',
    'Generate a PIN that the policy allows for a token, easy to read out; it is not set',
    { response: generatedPinSchema },
  ),
  clearPin: remove('/tokens/:serial/pin', 'tokens:edit', 'Clear the PIN of a token'),
};
