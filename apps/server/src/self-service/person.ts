/** A user at the Self-Service Console: may do what is listed in this folder, with what is theirs, and holds no permission at all. */

import type { SelfServiceSwitch } from '@sower/api/self-service';
import { text } from '@sower/messages/outcomes';
import type { Holder } from '../authentication/token-access/held-token.ts';
import type { Floor } from '../context.ts';
import type { Doer } from '../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { hasConfirmedToken } from '../store/tables/self-service.ts';
import { findToken, type TokenRow } from '../store/tables/tokens.ts';

export type Person = {
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
  readonly doer: Doer;
};

/** The same person to what is done with tokens beside authenticating. */
export const holderOf = (person: Person): Holder => ({
  kind: 'user',
  userId: person.userId,
  source: person.doer.source,
});

/** Why the user cannot do this here; undefined when they can. */
export async function switchedOff(
  uses: Pick<Floor, 'settings'>,
  name: SelfServiceSwitch,
): Promise<Refused | undefined> {
  const settings = await uses.settings.current();
  return settings[`selfService.${name}`] ? undefined : refused('wrong-state', text('self-service.off'));
}

/** Somebody else's token does not exist for a user. */
export async function ownToken(
  uses: Pick<Floor, 'db'>,
  person: Person,
  serial: string,
): Promise<Outcome<TokenRow>> {
  const token = await findToken(uses.db, serial);
  return token?.user_id === person.id
    ? done(token)
    : refused('not-found', text('token.not-yours-reload', { serial }));
}

/** What an emergency tokencode does not open: whoever may give those may not thereby set a PIN, or have a token on a phone of their own. */
export function refusalInEmergency(person: Person): Refused | undefined {
  return person.method === 'emergency'
    ? refused('passcode-needed', text('session.emergency-not-enough'))
    : undefined;
}

/** A password alone is not enough once there is a token to show. */
export async function mustShowToken(uses: Pick<Floor, 'db'>, person: Person): Promise<boolean> {
  return person.method !== 'passcode' && (await hasConfirmedToken(uses.db, person.id));
}
