/** A user at the Self-Service Console: may do what is listed in this folder, with what is theirs, and holds no permission at all. */

import type { SelfServiceSwitch } from '@sower/api/self-service';
import { text } from '@sower/messages/outcomes';
import type { UserActor } from '../authentication/token-access/held-token.ts';
import type { ServerContext } from '../context.ts';
import type { AuditActor } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { hasConfirmedToken } from '../store/tables/self-service.ts';
import { findToken, type TokenRow } from '../store/tables/tokens.ts';

export type SignedInUser = {
  /** Row of the user. */
  readonly id: string;
  readonly userId: string;
  readonly firstName: string;
  /**
   * How sure it is that it is them: `passcode` when they have shown in this session that they hold a token, `emergency` when a tokencode that
   * an administrator gave stood in for it.
   */
  readonly method: 'password' | 'passcode' | 'emergency';
  readonly mustChangePassword: boolean;
  /** Keyed hash of the session's id. */
  readonly session: string;
  readonly sessionExpiresAt: number;
  /** In the trail. No actor: nothing that a permission is needed for is a user's to do. */
  readonly auditActor: AuditActor;
};

/** The same person to what is done with tokens beside authenticating. */
export const holderOf = (signedInUser: SignedInUser): UserActor => ({
  kind: 'user',
  userId: signedInUser.userId,
  source: signedInUser.auditActor.source,
});

/** Why the user cannot do this here; undefined when they can. */
export async function switchedOff(
  context: Pick<ServerContext, 'settings'>,
  name: SelfServiceSwitch,
): Promise<Refused | undefined> {
  const settings = await context.settings.current();
  return settings[`selfService.${name}`] ? undefined : refused('wrong-state', text('self-service.off'));
}

/** Somebody else's token does not exist for a user. */
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

/** What an emergency tokencode does not open: whoever may give those may not thereby set a PIN, or have a token on a phone of their own. */
export function refusalInEmergency(signedInUser: SignedInUser): Refused | undefined {
  return signedInUser.method === 'emergency'
    ? refused('passcode-needed', text('session.emergency-not-enough'))
    : undefined;
}

/** A password alone is not enough once there is a token to show. */
export async function mustShowToken(
  context: Pick<ServerContext, 'db'>,
  signedInUser: SignedInUser,
): Promise<boolean> {
  return signedInUser.method !== 'passcode' && (await hasConfirmedToken(context.db, signedInUser.id));
}
