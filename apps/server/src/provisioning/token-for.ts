/** The token that an actor means, if they may do this to it. */
import type { Permission } from '@sower/api/permissions';
import type { Floor } from '../floor.ts';
import { type Actor, covers, denied } from '../identity/actor.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { findToken, type TokenRow } from '../store/tokens.ts';

/** Outside the actor's scope there is no such token, as far as they are told. */
export async function tokenFor(
  uses: Pick<Floor, 'db'>,
  actor: Actor,
  permission: Permission,
  serial: string,
): Promise<Outcome<TokenRow>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  const token = await findToken(uses.db, serial);
  if (!token || !covers(actor, permission, token.domain)) {
    return refused('not-found', noSuchToken(serial));
  }
  return done(token);
}

export const noSuchToken = (serial: string): string => `There is no token with the serial number ${serial}.`;
