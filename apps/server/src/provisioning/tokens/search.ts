/** What an actor searches: the fields of a search and the actor's scope, as the store takes them. */

import type { TokenSearch } from '@sower/api/bulk';
import type { Permission } from '@sower/api/permissions';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied, scopesOf, within } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { domainFor } from '../../directory/domains.ts';
import { findUser } from '../../store/directory/users.ts';
import { NO_USER } from '../../store/schema/brands.ts';
import type { TokenFilter } from '../../store/tokens/search.ts';

/** @param also a permission that the actor needs, in the same domain, besides viewing tokens */
export async function searchFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  search: TokenSearch,
  also?: Permission,
): Promise<Outcome<TokenFilter>> {
  for (const permission of ['tokens:view', ...(also ? [also] : [])] as const) {
    const denial = denied(actor, permission);
    if (denial) return denial;
  }
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
