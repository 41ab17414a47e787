/**
 * Passkeys of administrators (WebAuthn Level 3): authenticating with one, adding, removing. When passkeys change, other sessions end.
 *
 * User verification is required, so a passkey is two factors by itself and needs no password. A challenge is a sealed value that costs the
 * server nothing to issue; a row, written with the right answer, ensures that it is answered once. A library verifies the signatures; it is
 * loaded when the first passkey is used.
 */

import type { OwnLogOn } from '@sower/api/log-on';
import { MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing, undo, undoWith } from '../core/transaction.ts';
import { administratorFor } from '../directory/administrators.ts';
import { updatePasskeyCount } from '../store/directory/administrators.ts';
import { hasMark } from '../store/keys/marks.ts';
import {
  advancePasskey,
  claimChallenge,
  deletePasskey,
  deletePasskeysOf,
  findPasskey,
  insertPasskey,
  listStoredPasskeys,
} from '../store/log-on/passkeys.ts';
import { deleteSessionsOf } from '../store/log-on/sessions.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { type ProofAction, type Proved, recordLogOn } from './log-on.ts';
import { ownRow, passkeysPossible, viewPasskey } from './own-log-on.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'publicUrl' | 'now' | 'random'>;

const CHALLENGE_MILLISECONDS = 5 * MINUTE;
const MAX_PASSKEYS = 20;
const CHALLENGE_PLACE = 'passkey challenge';
const LOG_ON = 'log-on';

const webAuthn = () => import('@simplewebauthn/server');

/** What browsers tie a passkey to. */
function relyingParty(publicUrl: string): { id: string; origin: string } {
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, origin };
}

const notPossible = () => refused('wrong-state', text('passkey.host-name-required'));

/** @param purpose `log-on`, or the session in which one is added: an answer for one is not valid for the other */
function sealChallenge(context: Context, challenge: string, purpose: string): string {
  const content = { challenge, purpose, expiresAt: context.now() + CHALLENGE_MILLISECONDS };
  return context.sealing.seal(CHALLENGE_PLACE, Buffer.from(JSON.stringify(content)));
}

const readChallenge = storedJson(
  'sealed passkey challenge',
  z.object({ challenge: z.string(), purpose: z.string(), expiresAt: z.number() }),
);

function openChallenge(
  context: Context,
  state: string,
  purpose: string,
): { challenge: string; expiresAt: number } | undefined {
  try {
    const content = readChallenge(Buffer.from(context.sealing.open(CHALLENGE_PLACE, state)).toString());
    return content.purpose === purpose && content.expiresAt > context.now() ? content : undefined;
  } catch {
    // Not sealed by us: the sender made it up.
    return undefined;
  }
}

/** Only the session that began can add it: a proof, and every logon, changes the session ID. */
const addingIn = (actor: Actor): string => `add ${actor.session}`;

/** @returns false if it was answered before: a challenge is valid once */
const claim = (
  db: Connection,
  context: Pick<Context, 'sealing' | 'now'>,
  { challenge, expiresAt }: { readonly challenge: string; readonly expiresAt: number },
): Promise<boolean> =>
  claimChallenge(
    db,
    { challenge_hash: context.sealing.keyedHash('session', challenge), expires_at: expiresAt },
    context.now(),
  );

type Challenge = { state: string; options: Record<string, unknown> };

export async function challengePasskeyLogOn(context: Context): Promise<Outcome<Challenge>> {
  const party = relyingParty(context.publicUrl);
  if (!passkeysPossible(context.publicUrl)) return notPossible();
  const { generateAuthenticationOptions } = await webAuthn();
  // No list of credentials: it would tell a stranger who has one. The browser offers those it has for this host.
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    userVerification: 'required',
    timeout: CHALLENGE_MILLISECONDS,
  });
  return done({ state: sealChallenge(context, options.challenge, LOG_ON), options: { ...options } });
}

export async function proveByPasskey(
  context: Context,
  action: ProofAction,
  input: {
    readonly state: string;
    readonly response: Record<string, unknown>;
    readonly source: string | undefined;
  },
): Promise<Outcome<Proved>> {
  const failed = refused('log-on-failed', text('passkey.not-accepted'));
  const open = openChallenge(context, input.state, LOG_ON);
  const credentialId = input.response.id;
  const found =
    typeof credentialId === 'string' ? await findPasskey(context.db, context, credentialId) : undefined;
  if (!open || !found) return failed;
  const { passkey, administrator } = found;
  const refuse = async (reason: Text) => {
    const who = { userName: administrator.user_name, source: input.source };
    await recordLogOn(context.db, context, who, { action, result: 'refused', reason });
    return failed;
  };
  const counter = await countOf(context, passkey, open.challenge, input.response);
  if (counter === undefined) return refuse(text('event.passkey-invalid', { passkey: passkey.name }));
  if (administrator.enabled !== 1) return refuse(text('event.disabled'));
  const at = context.now();
  if (!(await claim(context.db, context, open)))
    return refuse(text('event.passkey-used', { passkey: passkey.name }));
  if (!(await advancePasskey(context.db, { id: passkey.id, counter, at }))) {
    return refuse(text('event.passkey-counter', { passkey: passkey.name }));
  }
  return done({
    administrator,
    secondFactor: true,
    byPassword: false,
    mustChangePassword: false,
    how: text('event.passkey', { passkey: passkey.name }),
  });
}

/** @returns the authenticator's new count; undefined if the answer is not to this challenge by this passkey */
async function countOf(
  context: Context,
  passkey: Row<'passkeys'>,
  challenge: string,
  response: Record<string, unknown>,
): Promise<number | undefined> {
  const party = relyingParty(context.publicUrl);
  const { verifyAuthenticationResponse } = await webAuthn();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as unknown as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      // The counter is compared where it is stored, in one statement.
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
        counter: 0,
      },
      requireUserVerification: true,
    });
    return verified ? authenticationInfo.newCounter : undefined;
  } catch {
    // The library throws for anything that can be wrong with a response.
    return undefined;
  }
}

export async function challengePasskey(context: Context, actor: Actor): Promise<Outcome<Challenge>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  const party = relyingParty(context.publicUrl);
  if (!passkeysPossible(context.publicUrl)) return notPossible();
  const present = await listStoredPasskeys(context.db, self.value.id);
  if (present.length >= MAX_PASSKEYS) {
    return refused('wrong-state', text('passkey.too-many', { held: present.length }));
  }
  const { generateRegistrationOptions } = await webAuthn();
  const options = await generateRegistrationOptions({
    rpName: 'Sower',
    rpID: party.id,
    userID: new Uint8Array(Buffer.from(self.value.id)),
    userName: self.value.user_name,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: present.map(({ id }) => ({ id })),
    timeout: CHALLENGE_MILLISECONDS,
  });
  return done({ state: sealChallenge(context, options.challenge, addingIn(actor)), options: { ...options } });
}

export async function addPasskey(
  context: Context,
  actor: Actor,
  input: {
    readonly state: string;
    readonly name: string;
    readonly response: Record<string, unknown>;
  },
): Promise<Outcome<OwnLogOn['passkeys'][number]>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  const open = openChallenge(context, input.state, addingIn(actor));
  if (!open) return refused('wrong-state', text('passkey.timed-out'));
  const party = relyingParty(context.publicUrl);
  const { verifyRegistrationResponse } = await webAuthn();
  const verified = await verifyRegistrationResponse({
    response: input.response as unknown as Parameters<typeof verifyRegistrationResponse>[0]['response'],
    expectedChallenge: open.challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(() => undefined);
  if (!verified?.verified) {
    return refused('invalid-request', text('passkey.not-made'));
  }
  const { credential } = verified.registrationInfo;
  const row = {
    id: credential.id,
    administrator_id: self.value.id,
    name: input.name,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: JSON.stringify(credential.transports ?? []),
    created_at: context.now(),
    last_used_at: null,
  };
  return allOrNothing(context.db, async (trx) => {
    if (!(await claim(trx, context, open))) undo('wrong-state', text('passkey.answered'));
    if (!(await insertPasskey(trx, context, row))) undo('already-exists', text('passkey.already-known'));
    await count(trx, context, self.value, (before) => before + 1);
    await noteChange(trx, context, actor, self.value, ['administrator.passkey-add', row.name]);
    return done(viewPasskey(row));
  });
}

async function count(
  trx: Connection,
  context: Context,
  { id }: Row<'administrators'>,
  change: (before: number) => number,
): Promise<void> {
  if (!(await updatePasskeyCount(trx, context, id, change))) undoWith(editedMeanwhile());
}

/** Other sessions end with it. */
async function noteChange(
  trx: Connection,
  context: Context,
  actor: Actor,
  of: Row<'administrators'>,
  [action, names]: readonly ['administrator.passkey-add' | 'administrator.passkey-remove', string],
): Promise<void> {
  await deleteSessionsOf(trx, 'sessions', of.id, actor.session);
  await record(trx, context, actor, { action, object: `administrator:${of.user_name}`, reason: names });
}

export async function removePasskey(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  return allOrNothing(context.db, async (trx) => {
    const row = await deletePasskey(trx, self.value.id, id);
    if (!row) return undo('not-found', text('passkey.not-found'));
    // A forged one was never counted.
    if (hasMark('passkeys', context, row)) await count(trx, context, self.value, (before) => before - 1);
    await noteChange(trx, context, actor, self.value, ['administrator.passkey-remove', row.name]);
    return done(undefined);
  });
}

/** For someone who has lost theirs. Sessions opened with them end. */
export async function forgetPasskeys(context: Context, actor: Actor, userName: string) {
  const found = await administratorFor(context, actor, userName);
  if (!found.ok) return found;
  const { row } = found.value;
  return allOrNothing(context.db, async (trx) => {
    const gone = await deletePasskeysOf(trx, row.id);
    // Counted but missing: someone deleted them outside the server.
    if (gone.length === 0 && row.passkey_count === 0)
      undo('wrong-state', text('passkey.none', { administrator: row.user_name }));
    await count(trx, context, row, () => 0);
    const names = gone.map(({ name }) => name).join(', ');
    await noteChange(trx, context, actor, row, ['administrator.passkey-remove', names]);
    return done(undefined);
  });
}
