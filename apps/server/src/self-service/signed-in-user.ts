/** A user at the Self-Service Console: may do what is in this folder, with their own tokens, and holds no permission at all. */

import type { SelfServiceSwitch } from '@sower/api/self-service';
import { text } from '@sower/texts/outcomes';
import type { UserActor } from '../authentication/token-access/assigned-token.ts';
import type { ServerContext } from '../context.ts';
import type { AuditActor } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { hasConfirmedToken } from '../store/log-on/self-service.ts';
import type { UserRow } from '../store/schema/brands.ts';
import { findToken, type TokenRow } from '../store/tokens/tokens.ts';

export type SignedInUser = {
  readonly id: UserRow;
  readonly userId: string;
  readonly firstName: string;
  /**
   * How certain it is that it is them: `passcode` if they have shown a token in this session, `emergency` if a tokencode from an
   * administrator replaced it.
   */
  readonly method: 'password' | 'passcode' | 'emergency';
  readonly mustChangePassword: boolean;
  /** Keyed hash of the session ID. */
  readonly session: string;
  readonly sessionExpiresAt: number;
  /** For the audit trail. Not an actor: users cannot do anything that needs a permission. */
  readonly auditActor: AuditActor;
};

/** The same person, for actions on tokens other than authenticating. */
export const holderOf = (signedInUser: SignedInUser): UserActor => ({
  kind: 'user',
  userId: signedInUser.userId,
  source: signedInUser.auditActor.source,
});

/** Why the user cannot do this here; undefined if they can. */
export async function switchedOff(
  context: Pick<ServerContext, 'settings'>,
  name: SelfServiceSwitch,
): Promise<Refused | undefined> {
  const settings = await context.settings.current();
  return settings[`selfService.${name}`] ? undefined : refused('wrong-state', text('self-service.off'));
}

/** To a user, others' tokens do not exist. */
export async function ownToken(
  context: Pick<ServerContext, 'db'>,
  signedInUser: SignedInUser,
  serial: string,
): Promise<Outcome<TokenRow>> {
  const token = await findToken(context.db, serial);
  return token?.user_id === signedInUser.id
    ? done(token)
    : refused('not-found', text('token.not-yours-reload', { serial }));
}

/**
 * What an emergency tokencode does not allow: anyone who may give these must not thereby be able to set a PIN, or get a token on a phone of
 * their own.
 */
export function refusalInEmergency(signedInUser: SignedInUser): Refused | undefined {
  return signedInUser.method === 'emergency'
    ? refused('passcode-needed', text('session.emergency-not-enough'))
    : undefined;
}

/** A password alone is not enough once there is a token to show. */
export async function mustShowToken(context: Pick<ServerContext, 'db'>, signedInUser: SignedInUser) {
  return signedInUser.method !== 'passcode' && (await hasConfirmedToken(context.db, signedInUser.id));
}
