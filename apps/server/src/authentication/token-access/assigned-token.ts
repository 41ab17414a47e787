/** The token that an action is about: for an administrator or program with the permission, or for the user who holds it. */

import type { Permission } from '@sower/api/permissions';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, type AuditActor, auditActorOf } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { allOrNothing, undo } from '../../core/transaction.ts';
import { lockAssignedTokenFor, tokenFor } from '../../provisioning/tokens/token-for.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { findToken, lockToken, type TokenRow } from '../../store/tokens/tokens.ts';

/** An authenticated user, acting on their own tokens. Not an actor: no permission is involved. */
export type UserActor = {
  readonly kind: 'user';
  readonly userId: string;
  readonly source?: string | undefined;
};

export type ActorOrUser = Actor | UserActor;

export const auditActorFor = (who: ActorOrUser): AuditActor =>
  who.kind === 'user' ? { name: `user:${who.userId}`, source: who.source } : auditActorOf(who);

/** A token with its user. A user gets only their own tokens here. */
export type AssignedTokenRow = TokenRow & { readonly user_id: string; readonly holder: string };

export async function assignedTokenFor(
  context: Pick<ServerContext, 'db'>,
  who: ActorOrUser,
  permission: Permission,
  serial: string,
): Promise<Outcome<AssignedTokenRow>> {
  if (who.kind === 'user') {
    const token = await findToken(context.db, serial);
    if (token && isAssigned(token) && userIdKey(token.holder) === userIdKey(who.userId)) return done(token);
    return refused('not-found', text('token.not-yours', { serial }));
  }
  const found = await tokenFor(context, who, permission, serial);
  if (!found.ok) return found;
  return isAssigned(found.value)
    ? done(found.value)
    : refused('wrong-state', text('token.not-assigned-assign'));
}

/** Locks its row. Undoes the transaction if the caller may no longer change it. */
export async function lockAssignedToken(
  trx: Connection,
  who: ActorOrUser,
  permission: Permission,
  found: TokenRow,
): Promise<TokenRow> {
  if (who.kind !== 'user') return lockAssignedTokenFor(trx, who, permission, found);
  const token = await lockToken(trx, found.id);
  if (!token || token.user_id !== found.user_id) {
    undo('not-found', text('token.not-yours', { serial: found.serial }));
  }
  return token;
}

/**
 * A change of a token that was found before, and its audit row: both or neither.
 * @param change makes the change inside the transaction, while no one else changes this token; it may `undo`
 */
export const changingAssigned = (
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  who: ActorOrUser,
  found: TokenRow,
  change: (trx: Connection, token: TokenRow) => Promise<Omit<Recorded, 'object'>>,
): Promise<Outcome<undefined>> =>
  allOrNothing(context.db, async (trx) => {
    const line = await change(trx, await lockAssignedToken(trx, who, 'tokens:edit', found));
    await record(trx, context, auditActorFor(who), { ...line, object: `token:${found.serial}` });
    return done(undefined);
  });

const isAssigned = (token: TokenRow): token is AssignedTokenRow =>
  token.user_id !== null && token.holder !== null;
