/**
 * Sessions of administrators: logging on, with a passkey or a token's passcode in addition to the password, and managing one's own logon.
 */
import { z } from 'zod';
import { challengeIdSchema } from './challenges.ts';
import { nameSchema, passwordSchema, timeSchema, userIdSchema } from './fields.ts';
import { idParams, type Operation, userParams } from './operation.ts';
import { PERMISSION_NAMES } from './permissions.ts';
import { ownSessionsSchema } from './sessions.ts';

export const sessionInputSchema = z
  .strictObject({
    userName: z.string().min(1).max(128),
    password: passwordSchema,
    /** A passcode of the token, if one is required; or the answer to `challenge`. */
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
    /** Someone else set the password: until it is changed, nothing else is permitted. */
    mustChangePassword: z.boolean(),
  })
  .meta({ id: 'Session' });

/** Input and output of the browser's WebAuthn functions (WebAuthn Level 3 §5.1); the server's library checks it. */
const webAuthnSchema = z.looseObject({});

const challengeSchema = z
  .object({
    /** To be sent back with the answer; valid for five minutes. */
    state: z.string(),
    options: webAuthnSchema,
  })
  .meta({ id: 'PasskeyChallenge' });

const passkeyLogOnSchema = z
  .strictObject({ state: z.string().max(1024), response: webAuthnSchema })
  .meta({ id: 'PasskeyLogOn' });

const passkeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: timeSchema,
    lastUsedAt: timeSchema.optional(),
  })
  .meta({ id: 'Passkey' });

const ownLogOnSchema = z
  .object({
    userName: z.string(),
    passkeys: z.array(passkeySchema),
    /** Whether passkeys can be used: browsers tie them to a host name, which an IP address is not. */
    passkeysPossible: z.boolean(),
    /** User ID of the person whose token is required after the password. */
    tokenOf: userIdSchema.optional(),
  })
  .meta({ id: 'OwnLogOn' });
export type OwnLogOn = z.infer<typeof ownLogOnSchema>;

export const LOG_ON_OPERATIONS = {
  openSession: {
    method: 'POST',
    path: '/session',
    summary: 'Log on as an administrator',
    body: sessionInputSchema,
    response: sessionSchema,
    created: true,
    beforePasswordChange: true,
  },
  getSession: {
    method: 'GET',
    path: '/session',
    summary: 'Who is logged on; null if nobody is',
    response: sessionSchema.nullable(),
    beforePasswordChange: true,
  },
  closeSession: { method: 'DELETE', path: '/session', summary: 'Log off', beforePasswordChange: true },
  challengePasskeyLogOn: {
    method: 'POST',
    path: '/session/passkey/challenge',
    summary: 'Begin to log on as an administrator with a passkey',
    response: challengeSchema,
    created: true,
    beforePasswordChange: true,
  },
  openPasskeySession: {
    method: 'POST',
    path: '/session/passkey',
    summary: 'Log on as an administrator with a passkey',
    body: passkeyLogOnSchema,
    response: sessionSchema,
    created: true,
    beforePasswordChange: true,
  },
  proveSession: {
    method: 'POST',
    path: '/session/proof',
    summary: 'Confirm one’s identity in a session with password and passcode',
    ownSession: true,
    body: sessionInputSchema.omit({ userName: true }).meta({ id: 'Proof' }),
    response: sessionSchema,
    beforePasswordChange: true,
  },
  provePasskeySession: {
    method: 'POST',
    path: '/session/proof/passkey',
    summary: 'Confirm one’s identity in a session with a passkey; the challenge is that of a logon',
    ownSession: true,
    body: passkeyLogOnSchema,
    response: sessionSchema,
    beforePasswordChange: true,
  },
  listOwnSessions: {
    method: 'GET',
    path: '/session/all',
    summary: 'One’s own sessions, latest first',
    ownSession: true,
    response: ownSessionsSchema,
  },
  endOwnSession: {
    method: 'DELETE',
    path: '/session/all/:id',
    summary: 'End one of one’s own sessions',
    ownSession: true,
    params: idParams,
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/session/others',
    summary: 'End all of one’s own sessions but this one',
    ownSession: true,
  },
  getOwnLogOn: {
    method: 'GET',
    path: '/session/log-on',
    summary: 'The passkeys and token that the current administrator logs on with',
    ownSession: true,
    response: ownLogOnSchema,
  },
  challengePasskey: {
    method: 'POST',
    path: '/session/passkeys/challenge',
    summary: 'Begin to add a passkey of one’s own',
    ownSession: true,
    response: challengeSchema,
    created: true,
    freshProof: true,
  },
  addPasskey: {
    method: 'POST',
    path: '/session/passkeys',
    summary: 'Add a passkey of one’s own; from then on, the password alone is not enough to log on',
    ownSession: true,
    body: z
      .strictObject({
        state: z.string().max(1024),
        name: nameSchema.max(64),
        response: webAuthnSchema,
      })
      .meta({ id: 'NewPasskey' }),
    response: passkeySchema,
    created: true,
    freshProof: true,
  },
  removePasskey: {
    method: 'DELETE',
    path: '/session/passkeys/:id',
    summary: 'Remove a passkey of one’s own',
    ownSession: true,
    params: idParams,
    freshProof: true,
  },
  setOwnPassword: {
    method: 'PUT',
    path: '/session/password',
    summary: "Change one's own password; other sessions end",
    ownSession: true,
    body: z
      .strictObject({ password: passwordSchema, newPassword: passwordSchema })
      .meta({ id: 'OwnPassword' }),
    freshProof: true,
    beforePasswordChange: true,
  },
  forgetPasskeys: {
    method: 'DELETE',
    path: '/administrators/:userId/passkeys',
    summary: 'Remove all passkeys of an administrator who lost them; their sessions end',
    permission: 'administrators:edit',
    params: userParams,
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
