/**
 * The token that an actor means, if they may do this to it, and the tokens that they may search. An assigned token is in the security domain
 * of its user (the database enforces it), so authority over the token's domain is authority over the user.
 */

import type { TokenSearch } from '@sower/api/bulk';
import type { Permission } from '@sower/api/permissions';
import { text } from '@sower/texts/outcomes';
import type { AuditAction } from '@sower/texts/tables/audit-actions';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, denied, scopesOf, within } from '../../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing, undo, undoWith } from '../../core/transaction.ts';
import { domainFor } from '../../directory/domains.ts';
import { refusalAbove } from '../../directory/roles.ts';
import type { Reason } from '../../store/db/reason.ts';
import { findUser, lockUser } from '../../store/directory/users.ts';
import { NO_USER } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import type { TokenFilter } from '../../store/tokens/search.ts';
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
export async function lockAssignedTokenFor(
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

/**
 * What an actor searches: the fields of a search and the actor's scope, as the store takes them.
 * @param also a permission that the actor needs, in the same domain, besides viewing tokens
 */
export async function searchFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  search: TokenSearch,
  also?: Permission,
): Promise<Outcome<TokenFilter>> {
  const denial = denied(actor, 'tokens:view', ...(also ? [also] : []));
  if (denial) return denial;
  const { userId, securityDomain, ...fields } = search;
  let scopes = scopesOf(actor, 'tokens:view');
  if (also) scopes = within(scopes, scopesOf(actor, also));
  if (fields.lastName !== undefined) {
    // A last name belongs to the user: searching by it would reveal it, letter by letter.
    const denial = denied(actor, 'users:view');
    if (denial) return denial;
    scopes = within(scopes, scopesOf(actor, 'users:view'));
  }
  if (securityDomain !== undefined) {
    const domain = await domainFor(context, actor, 'tokens:view', securityDomain);
    if (!domain.ok) return domain;
    scopes = within(scopes, [domain.value.path]);
  }
  const user = userId === undefined ? undefined : await findUser(context.db, userId);
  // A user ID that no one has matches no tokens, rather than all of them.
  const userRow = userId === undefined ? undefined : (user?.id ?? NO_USER);
  return done({ ...fields, scopes, userRow });
}

/** What was done, for the audit trail. */
export type AuditLine = { readonly action: AuditAction; readonly reason?: Reason | undefined };

/**
 * A change of one token and its audit row: found in the actor's scope, then both or neither.
 * @param change makes the change inside the transaction, while no one else changes this token; it may `undo`
 * @param withHolder locks the user too, and before the token, as moving a user does: otherwise two that wait for each other would deadlock
 */
export async function changing(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  permission: Permission,
  serial: string,
  change: (trx: Connection, token: TokenRow) => Promise<readonly AuditLine[]>,
  withHolder = false,
): Promise<Outcome<undefined>> {
  const found = await tokenFor(context, actor, permission, serial);
  if (!found.ok) return found;
  return allOrNothing(context.db, async (trx) => {
    const { user_id: holder } = found.value;
    if (withHolder && holder !== null) await lockUser(trx, holder);
    const token = await lockTokenFor(trx, actor, permission, found.value);
    const lines = await change(trx, token);
    const object = `token:${token.serial}`;
    await record(trx, context, actor, ...lines.map((line) => ({ ...line, object })));
    return done(undefined);
  });
}
