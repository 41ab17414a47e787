/**
 * The token that an actor means, if they may do this to it. An assigned token is in the security domain of its user (the database enforces
 * it), so authority over the token's domain is authority over the user.
 */

import type { Permission } from '@sower/api/permissions';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, denied } from '../../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../../core/outcome.ts';
import { undo, undoWith } from '../../core/transaction.ts';
import { refusalAbove } from '../../directory/above.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { findToken, lockToken, type TokenRow } from '../../store/tokens/tokens.ts';

/** Outside the actor's scope, the token does not exist for them. */
export async function tokenFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  permission: Permission,
  serial: string,
): Promise<Outcome<TokenRow>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  const token = await findToken(context.db, serial);
  if (!token) return noSuchToken(serial);
  const refusal = await refusalOver(context.db, actor, permission, token);
  return refusal ?? done(token);
}

/**
 * Locks the row of a token that was found before. Undoes the transaction if the actor may no longer change it, or it has been reassigned.
 */
export async function lockTokenFor(
  trx: Connection,
  actor: Actor,
  permission: Permission,
  found: Pick<TokenRow, 'id' | 'serial'>,
): Promise<TokenRow> {
  const token = await lockToken(trx, found.id);
  if (!token) undoWith(noSuchToken(found.serial));
  const refusal = await refusalOver(trx, actor, permission, token);
  if (refusal) undoWith(refusal);
  return token;
}

/** For plans that were made for a certain user. */
export async function lockHeldTokenFor(
  trx: Connection,
  actor: Actor,
  permission: Permission,
  found: Pick<TokenRow, 'id' | 'serial' | 'user_id'>,
): Promise<TokenRow> {
  const token = await lockTokenFor(trx, actor, permission, found);
  if (token.user_id !== found.user_id) {
    undo('wrong-state', text('token.just-reassigned'));
  }
  return token;
}

async function refusalOver(
  db: Connection,
  actor: Actor,
  permission: Permission,
  token: TokenRow,
): Promise<Refused | undefined> {
  if (!covers(actor, permission, token.domain)) return noSuchToken(token.serial);
  return refusalAbove(db, actor, permission, token.user_id);
}

const noSuchToken = (serial: string): Refused => refused('not-found', text('token.not-found', { serial }));
