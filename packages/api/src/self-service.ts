/**
 * What users do for themselves, and what administrators set up for them: passwords and activation windows.
 *
 * Everything under `/self-service/` requires a user's session. A proxy that publishes `/self-service`, `/api/v1/self-service` and `/ctkip`
 * publishes what users need and nothing of the administrators'.
 */
import { z } from 'zod';
import { passwordInputSchema } from './administrators.ts';
import { challengeIdSchema } from './challenges.ts';
import { authenticationTypes } from './device-types.ts';
import { distributionStates, nicknameSchema } from './distributions.ts';
import {
  dateSchema,
  named,
  passwordSchema,
  serialSchema,
  strict,
  timeSchema,
  userIdSchema,
} from './fields.ts';
import { MAIL_LANGUAGES } from './mail-events.ts';
import { add, get, listOf, patch, post, proven, put, remove } from './operation.ts';
import { deliveries } from './profiles.ts';
import { ownSessionsSchema } from './sessions.ts';
import { testResultSchema } from './token-access.ts';
import { pinInputSchema } from './tokens.ts';

const passcodeSchema = z.string().trim().min(1).max(64);
/** A passcode, or the answer to a challenge, which may be empty. */
const shownSchema = z.strictObject({
  passcode: z.string().trim().max(64),
  challenge: challengeIdSchema.optional(),
});
/** As people type it, in groups. */
const approvalSchema = z
  .string()
  .max(64)
  .transform((text) => text.replace(/[\s-]/g, ''))
  .pipe(z.string().min(1));

// --- what administrators prepare ------------------------------------------------------------------------------------------------

const userPasswordInputSchema = passwordInputSchema
  .extend({
    /** The user has to choose another one at the next logon. */
    mustChange: z.boolean().default(true),
  })
  .meta({ id: 'NewUserPassword' });

const selfServiceStateSchema = named('SelfServiceState', {
  passwordSet: z.boolean(),
  /** The user has to choose another password at the next logon. */
  mustChange: z.boolean(),
  /** A confirmed token, whatever its state: without a window, a passcode of it is required to activate another. */
  hasConfirmedToken: z.boolean(),
  /** Absent: none is open. */
  activationWindow: z
    .object({ expiresAt: timeSchema, openedBy: z.string(), openedAt: timeSchema })
    .optional(),
});

// --- the user's session ---------------------------------------------------------------------------------------------------------

const userLogOnSchema = z
  .discriminatedUnion('method', [
    z.strictObject({
      method: z.literal('password'),
      userId: z.string().min(1).max(128),
      password: passwordSchema,
    }),
    shownSchema.extend({ method: z.literal('passcode'), userId: z.string().min(1).max(128) }),
  ])
  .meta({ id: 'UserLogOn' });

/** What an administrator can turn off for users, with the settings `selfService.*`. */
export const selfServiceSwitches = [
  'requests',
  'rename',
  'changePin',
  'replacePin',
  'move',
  'resynchronise',
  'reportLost',
] as const;
export type SelfServiceSwitch = (typeof selfServiceSwitches)[number];

const userSessionSchema = named('UserSession', {
  userId: userIdSchema,
  firstName: z.string(),
  /** `passcode`: the user has shown a token, at logon or later. */
  method: z.enum(['password', 'passcode', 'emergency']),
  mustChangePassword: z.boolean(),
  expiresAt: timeSchema,
  /** What this page need not offer, because the server refuses it. */
  switchedOff: z.array(z.enum(selfServiceSwitches)),
});

const ownMailSchema = named('OwnMail', {
  /** As chosen by the user or an administrator. */
  language: z.enum(MAIL_LANGUAGES).optional(),
  /** Of the identity source, or of the deployment: applies unless one is chosen. */
  otherwise: z.enum(MAIL_LANGUAGES),
});
export type OwnMail = z.infer<typeof ownMailSchema>;

const passwordChangeSchema = strict('PasswordChange', {
  present: passwordSchema,
  password: passwordSchema,
});

// --- My Authenticators ----------------------------------------------------------------------------------------------------------

/** In order: each state hides those after it. */
const ownTokenStates = [
  'lost',
  'expired',
  'disabled',
  'active',
  'to-confirm',
  'to-activate',
  'not-distributed',
] as const;

const ownTokenSchema = named('OwnToken', {
  serial: serialSchema,
  nickname: z.string(),
  state: z.enum(ownTokenStates),
  /** A working token may at the same time be waiting to be activated on a new device. */
  activation: z.enum(['none', 'waiting', 'to-confirm']),
  delivery: z.enum(deliveries).optional(),
  authenticationType: z.enum(authenticationTypes).optional(),
  deviceType: z.string().optional(),
  pinSet: z.boolean(),
  /** Another PIN must be chosen at the next logon. */
  pinChange: z.boolean(),
  expiresOn: dateSchema,
  lastUsedAt: timeSchema.optional(),
});

const ownActivationSchema = named('OwnActivation', {
  serial: serialSchema,
  nickname: z.string(),
  delivery: z.enum(deliveries),
  state: z.enum(distributionStates),
  app: z.object({ name: z.string(), deviceType: z.string(), downloadUrl: z.string().optional() }),
  authenticationType: z.enum(authenticationTypes),
  digits: z.int(),
  pinSet: z.boolean(),
  pinNeeded: z.boolean(),
  /** The token was given before: the app may still show a copy, which has to be deleted first. */
  hadCopy: z.boolean(),
  /** Number of the current code; a page that shows another one shows an invalid code. 0: none was requested. */
  code: z.int().nonnegative(),
  expiresAt: timeSchema.optional(),
  /** A passcode of the current token is required first, or an activation window. */
  passcodeNeeded: z.boolean(),
  /** Why the app was last refused. */
  refusal: z.enum(['device', 'other']).optional(),
  /** The used code was sent again, perhaps by someone else. */
  reusedAt: timeSchema.optional(),
});

const ownCodeSchema = named('OwnCode', {
  code: z.int().positive(),
  /** For drawing the QR code, and for an app on the same device. */
  link: z.string(),
  /** Whether the page may offer the link itself, to users who open it on the phone. */
  sameDevice: z.boolean(),
  /** If the administrator allows showing it. */
  shown: z.object({ url: z.string(), activationCode: z.string() }).optional(),
  /**
   * Counted from this answer rather than a time of day, because the clock of the computer that shows it may be wrong. Absent: it does not
   * expire.
   */
  secondsLeft: z.int().nonnegative().optional(),
});

const ownPinRulesSchema = named('OwnPinRules', {
  minLength: z.int(),
  maxLength: z.int(),
  characters: z.enum(['numeric', 'alphanumeric']),
  minLetters: z.int(),
  minDigits: z.int(),
  /** With PINPad a leading zero would not be displayed. */
  noLeadingZero: z.boolean(),
  /** There are words that it must not contain; which ones is not disclosed. */
  wordsExcluded: z.boolean(),
  /** Such as 1234. */
  sequencesExcluded: z.boolean(),
  /** Earlier PINs that cannot be used again. */
  history: z.int(),
});

const passcode = z.strictObject({ passcode: passcodeSchema });

export const SELF_SERVICE_OPERATIONS = {
  getSelfService: get(
    '/users/:userId/self-service',
    'users:view',
    'A user’s password and activation window for the Self-Service Console',
    { response: selfServiceStateSchema },
  ),
  setUserPassword: put(
    '/users/:userId/password',
    proven('users:edit'),
    'Set a user’s password for the Self-Service Console; their sessions end',
    { body: userPasswordInputSchema },
  ),
  removeUserPassword: remove(
    '/users/:userId/password',
    proven('users:edit'),
    'Remove the password of a user; their sessions end',
  ),
  openActivationWindow: add(
    '/users/:userId/activation-window',
    'users:activation-window',
    'Let a user who has a confirmed token activate another without it, once',
    { response: selfServiceStateSchema },
  ),
  closeActivationWindow: remove(
    '/users/:userId/activation-window',
    'users:activation-window',
    'Close the activation window of a user',
  ),

  openUserSession: add('/self-service/session', {}, 'Log on as a user', {
    body: userLogOnSchema,
    response: userSessionSchema,
  }),
  getUserSession: get('/self-service/session', {}, 'Which user is logged on', {
    quiet: true,
    response: userSessionSchema,
  }),
  closeUserSession: remove('/self-service/session', {}, 'Log off'),
  proveToken: post(
    '/self-service/session/passcode',
    { user: true },
    'Prove in a session that one has a token',
    { body: shownSchema, response: userSessionSchema },
  ),
  changeOwnPassword: put(
    '/self-service/password',
    { user: true, beforePasswordChange: true },
    'Change one’s own password; other sessions end',
    { body: passwordChangeSchema, response: userSessionSchema },
  ),

  getOwnMail: get('/self-service/mail', { user: true }, 'The language of mail and letters to oneself', {
    response: ownMailSchema,
  }),
  editOwnMail: patch(
    '/self-service/mail',
    { user: true },
    'Choose the language of mail and letters to oneself',
    {
      body: z.strictObject({
        /** Empty: the one that applies otherwise. */
        language: z.union([z.enum(MAIL_LANGUAGES), z.literal('')]),
      }),
      response: ownMailSchema,
    },
  ),

  listOwnUserSessions: get(
    '/self-service/sessions',
    { user: true },
    'The user’s own sessions, latest first',
    { response: ownSessionsSchema },
  ),
  endOwnUserSession: remove(
    '/self-service/sessions/:id',
    { user: true },
    'End one of the user’s own sessions',
  ),
  endOtherUserSessions: remove(
    '/self-service/other-sessions',
    { user: true },
    'End all of the user’s own sessions but this one',
  ),

  listOwnTokens: get('/self-service/tokens', { user: true }, 'The tokens of the user', {
    response: listOf(ownTokenSchema),
  }),
  renameOwnToken: put(
    '/self-service/tokens/:serial/nickname',
    { user: true },
    'Change the nickname of a token',
    { body: z.strictObject({ nickname: nicknameSchema }) },
  ),
  testOwnToken: post(
    '/self-service/tokens/:serial/test',
    { user: true },
    'Verify a passcode of this token; it is accepted at most once, and confirms a new token',
    { body: passcode, response: testResultSchema },
  ),
  resynchronizeOwnToken: post(
    '/self-service/tokens/:serial/resynchronise',
    { user: true },
    'Resynchronize a token whose clock is off, with two successive tokencodes without the PIN',
    { body: z.strictObject({ first: passcodeSchema, second: passcodeSchema }) },
  ),
  getOwnPinRules: get(
    '/self-service/tokens/:serial/pin-rules',
    { user: true },
    'The rules for a PIN of a token, from the policy of the user',
    { response: ownPinRulesSchema },
  ),
  setOwnPin: put('/self-service/tokens/:serial/pin', { user: true }, 'Create or change the PIN of a token', {
    body: pinInputSchema,
  }),
  replaceOwnPin: put(
    '/self-service/tokens/:serial/forgotten-pin',
    { user: true },
    'Replace a forgotten PIN, with two successive tokencodes without the PIN',
    { body: pinInputSchema.extend({ first: passcodeSchema, second: passcodeSchema }) },
  ),
  reportLost: post(
    '/self-service/tokens/:serial/lost',
    { user: true },
    'Report a token as lost; only an administrator marks it as found',
  ),
  moveOwnToken: post(
    '/self-service/tokens/:serial/move',
    { user: true },
    'Move a token to another device, with an approval from the device that has it; the token then waits to be activated',
    { body: z.strictObject({ approval: approvalSchema }) },
  ),
  watchActivation: get(
    '/self-service/tokens/:serial/activation',
    { user: true },
    'The progress of a token’s activation',
    { quiet: true, response: ownActivationSchema },
  ),
  openOwnActivation: add(
    '/self-service/tokens/:serial/activation',
    { user: true },
    'Generate a new QR code; the earlier one becomes invalid. Only for the user whose token it is',
    { response: ownCodeSchema },
  ),
  getComparisonNumber: get(
    '/self-service/tokens/:serial/comparison-number',
    { user: true },
    'The comparison number, which the app also shows if nobody intercepted the exchange',
    { response: z.object({ number: z.string() }) },
  ),
};

export type SelfServiceState = z.infer<typeof selfServiceStateSchema>;
export type UserLogOn = z.infer<typeof userLogOnSchema>;
export type UserSession = z.infer<typeof userSessionSchema>;
export type OwnToken = z.infer<typeof ownTokenSchema>;
export type OwnActivation = z.infer<typeof ownActivationSchema>;
export type OwnCode = z.infer<typeof ownCodeSchema>;
export type OwnPinRules = z.infer<typeof ownPinRulesSchema>;
