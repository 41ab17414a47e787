/**
 * Sessions of administrators: logging on, with a passkey or a token's passcode in addition to the password, and managing one's own logon.
 */
import { z } from 'zod';
import { challengeIdSchema } from './challenges.ts';
import { named, nameSchema, passwordSchema, strict, timeSchema, userIdSchema } from './fields.ts';
import { add, get, post, proven, put, remove } from './operation.ts';
import { PERMISSION_NAMES } from './permissions.ts';
import { ownSessionsSchema } from './sessions.ts';

const sessionInputSchema = strict('LogOn', {
  userName: z.string().min(1).max(128),
  password: passwordSchema,
  /** A passcode of the token, if one is required; or the answer to `challenge`. */
  passcode: z.string().max(64).optional(),
  challenge: challengeIdSchema.optional(),
});

const sessionSchema = named('Session', {
  userName: z.string(),
  /** None while the password has to be changed. */
  permissions: z.array(z.enum(PERMISSION_NAMES)),
  expiresAt: timeSchema,
  /** Someone else set the password: until it is changed, nothing else is permitted. */
  mustChangePassword: z.boolean(),
});

/** Input and output of the browser's WebAuthn functions (WebAuthn Level 3 §5.1); the server's library checks it. */
const webAuthnSchema = z.looseObject({});

const challengeSchema = named('PasskeyChallenge', {
  /** To be sent back with the answer; valid for five minutes. */
  state: z.string(),
  options: webAuthnSchema,
});

const passkeyLogOnSchema = strict('PasskeyLogOn', { state: z.string().max(1024), response: webAuthnSchema });

const passkeySchema = named('Passkey', {
  id: z.string(),
  name: z.string(),
  createdAt: timeSchema,
  lastUsedAt: timeSchema.optional(),
});

const ownLogOnSchema = named('OwnLogOn', {
  userName: z.string(),
  passkeys: z.array(passkeySchema),
  /** Whether passkeys can be used: browsers tie them to a host name, which an IP address is not. */
  passkeysPossible: z.boolean(),
  /** User ID of the person whose token is required after the password. */
  tokenOf: userIdSchema.optional(),
});
export type OwnLogOn = z.infer<typeof ownLogOnSchema>;

export const LOG_ON_OPERATIONS = {
  openSession: add('/session', { beforePasswordChange: true }, 'Log on as an administrator', {
    body: sessionInputSchema,
    response: sessionSchema,
  }),
  getSession: get('/session', { beforePasswordChange: true }, 'Who is logged on; null if nobody is', {
    response: sessionSchema.nullable(),
  }),
  closeSession: remove('/session', { beforePasswordChange: true }, 'Log off'),
  challengePasskeyLogOn: add(
    '/session/passkey/challenge',
    { beforePasswordChange: true },
    'Begin to log on as an administrator with a passkey',
    { response: challengeSchema },
  ),
  openPasskeySession: add(
    '/session/passkey',
    { beforePasswordChange: true },
    'Log on as an administrator with a passkey',
    { body: passkeyLogOnSchema, response: sessionSchema },
  ),
  proveSession: post(
    '/session/proof',
    { ownSession: true, beforePasswordChange: true },
    'Confirm one’s identity in a session with password and passcode',
    { body: sessionInputSchema.omit({ userName: true }).meta({ id: 'Proof' }), response: sessionSchema },
  ),
  provePasskeySession: post(
    '/session/proof/passkey',
    { ownSession: true, beforePasswordChange: true },
    'Confirm one’s identity in a session with a passkey; the challenge is that of a logon',
    { body: passkeyLogOnSchema, response: sessionSchema },
  ),
  listOwnSessions: get('/session/all', { ownSession: true }, 'One’s own sessions, latest first', {
    response: ownSessionsSchema,
  }),
  endOwnSession: remove('/session/all/:id', { ownSession: true }, 'End one of one’s own sessions'),
  endOtherSessions: remove(
    '/session/others',
    { ownSession: true },
    'End all of one’s own sessions but this one',
  ),
  getOwnLogOn: get(
    '/session/log-on',
    { ownSession: true },
    'The passkeys and token that the current administrator logs on with',
    { response: ownLogOnSchema },
  ),
  challengePasskey: add(
    '/session/passkeys/challenge',
    { ownSession: true },
    'Begin to add a passkey of one’s own',
    { response: challengeSchema, freshProof: true },
  ),
  addPasskey: add(
    '/session/passkeys',
    { ownSession: true },
    'Add a passkey of one’s own; from then on, the password alone is not enough to log on',
    {
      body: strict('NewPasskey', {
        state: z.string().max(1024),
        name: nameSchema.max(64),
        response: webAuthnSchema,
      }),
      response: passkeySchema,
      freshProof: true,
    },
  ),
  removePasskey: remove('/session/passkeys/:id', { ownSession: true }, 'Remove a passkey of one’s own', {
    freshProof: true,
  }),
  setOwnPassword: put(
    '/session/password',
    { ownSession: true, beforePasswordChange: true },
    "Change one's own password; other sessions end",
    {
      body: strict('OwnPassword', { password: passwordSchema, newPassword: passwordSchema }),
      freshProof: true,
    },
  ),
  forgetPasskeys: remove(
    '/administrators/:userId/passkeys',
    proven('administrators:edit'),
    'Remove all passkeys of an administrator who lost them; their sessions end',
  ),
};
