/** No one can act on someone with more rights: a token of an administrator's user is that administrator's second factor. */

import type { Permission } from '@sower/api/permissions';
import { text } from '@sower/texts/outcomes';
import type { Actor } from '../core/actor.ts';
import { type Refused, refused } from '../core/outcome.ts';
import { listGrantsWithTokenOf } from '../store/directory/administrators.ts';
import type { UserRow } from '../store/schema/brands.ts';
import type { Connection } from '../store/schema/schema.ts';
import { grantOf, lacking } from './roles.ts';

/**
 * Why the actor may not change this user, or what the user holds: an administrator with more rights than the actor logs on with a token of
 * the user. Viewing is allowed. Disabled administrators count, since they can be enabled again.
 */
export async function refusalAbove(
  db: Connection,
  actor: Actor,
  permission: Permission,
  userRow: UserRow | null,
): Promise<Refused | undefined> {
  if (userRow === null || permission.endsWith(':view')) return undefined;
  for (const grant of await listGrantsWithTokenOf(db, userRow)) {
    const { permissions, domain } = grantOf(grant);
    if (lacking(actor, permissions, domain).length > 0) {
      return refused('not-permitted', text('administrator.token-above-you'));
    }
  }
  return undefined;
}
