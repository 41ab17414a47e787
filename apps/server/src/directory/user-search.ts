/** What an actor searches among users: the fields of a search and the actor's scope, as the store takes them. */
import type { Permission } from '@sower/api/permissions';
import { INTERNAL_SOURCE, type UserSearchFields } from '@sower/api/users';
import type { ServerContext } from '../context.ts';
import { type Actor, denied, scopesOf, within } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import type { UserFilter } from '../store/directory/user-search.ts';
import { domainFor } from './domains.ts';

/** @param permission what is needed where the users are; for an action, more than viewing */
export async function userFilterFor(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  { search, enabled, securityDomain, source, goneDays }: UserSearchFields,
  permission: Permission,
): Promise<Outcome<UserFilter>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  let scopes = scopesOf(actor, permission);
  if (securityDomain !== undefined) {
    const domain = await domainFor(context, actor, permission, securityDomain);
    if (!domain.ok) return domain;
    scopes = within(scopes, [domain.value.path]);
  }
  return done({
    search,
    scopes,
    enabled,
    ...(goneDays === undefined ? {} : { goneBy: context.now() - goneDays * 86_400_000 }),
    ...(source === undefined ? {} : { source: source === INTERNAL_SOURCE ? null : source }),
  });
}
