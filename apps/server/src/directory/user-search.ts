/** What an actor searches among users: the fields of a search and the actor's scope, as the store takes them. */

import type { Permission } from '@sower/api/permissions';
import { wantedWords } from '@sower/api/search-words';
import { DAY } from '@sower/api/time';
import { INTERNAL_SOURCE, type UserSearchFields } from '@sower/api/users';
import type { NameOf } from '../audit/view.ts';
import type { ServerContext } from '../context.ts';
import { type Actor, denied, scopesOf, within } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { objectOf } from '../store/audit/rows.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import { listUserNames, listUsers, type UserFilter } from '../store/directory/user-search.ts';
import { userIdKey } from '../store/directory/users.ts';
import { domainFor } from './domains.ts';

/** @param permissions what is needed where the users are; for an action, more than viewing */
export async function userFilterFor(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  { search, enabled, securityDomain, source, goneDays, leavesBy }: UserSearchFields,
  ...permissions: readonly Permission[]
): Promise<Outcome<UserFilter>> {
  let scopes: string[] = [TOP_DOMAIN.path];
  for (const permission of permissions) {
    const denial = denied(actor, permission);
    if (denial) return denial;
    scopes = within(scopes, scopesOf(actor, permission));
    if (securityDomain === undefined) continue;
    const domain = await domainFor(context, actor, permission, securityDomain);
    if (!domain.ok) return domain;
    scopes = within(scopes, [domain.value.path]);
  }
  return done({
    search,
    scopes,
    enabled,
    ...(goneDays === undefined ? {} : { goneBy: context.now() - goneDays * DAY }),
    ...(leavesBy === undefined ? {} : { leavesBy: Date.parse(leavesBy) }),
    ...(source === undefined ? {} : { source: source === INTERNAL_SOURCE ? null : source }),
  });
}

/** What users are called whom the actor may see, by user ID: people know each other by that. Of no name, and of others, there is none. */
export async function userNamesFor(
  { db }: Pick<ServerContext, 'db'>,
  actor: Actor,
  userIds: readonly (string | undefined)[],
): Promise<NameOf> {
  const keys = new Set(userIds.flatMap((userId) => (userId === undefined ? [] : [userIdKey(userId)])));
  const rows = await listUserNames(db, [...keys], scopesOf(actor, 'users:view'));
  const names = new Map(
    rows.map((row) => [row.user_id_key, `${row.first_name} ${row.last_name}`.trim()] as const),
  );
  return (userId) => {
    const userName = userId === undefined ? undefined : names.get(userIdKey(userId));
    return userName ? { userName } : {};
  };
}

/** So many may have one name. */
const MAX_NAMED = 250;

/**
 * What the audit trail calls the users whom a part of an object or an actor finds by name, of those whom the actor may see.
 * @param part with asterisks; a kind in front, a number or fewer than three letters find no one by name
 */
export async function usersInTrail(
  { db }: Pick<ServerContext, 'db'>,
  actor: Actor,
  part: string | undefined,
): Promise<string[]> {
  if (part?.includes('*') !== true || part.includes(':')) return [];
  const search = part.replaceAll('*', ' ');
  const letters = wantedWords(search).some(([first = '']) => /\p{L}/u.test(first) && [...first].length >= 3);
  const scopes = scopesOf(actor, 'users:view');
  if (!letters || scopes.length === 0) return [];
  const found = await listUsers(db, { search, scopes }, MAX_NAMED);
  const names = new Set(found.flatMap(({ user_id, user_id_key }) => [user_id, user_id_key]));
  return [...names].map((name) => objectOf(`user:${name}`));
}
