/** One action on many users. */

import { isoTime } from '@sower/api/time';
import {
  USER_BULK_ACTIONS,
  USER_BULK_PERMISSIONS,
  type UserBulkAction,
  type UserBulkInput,
  type UserCountQuery,
} from '@sower/api/user-bulk';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import { setLeaving, undoLeaving, wrongLeaving } from '../../directory/leaving.ts';
import { userFilterFor } from '../../directory/user-search.ts';
import { editUser, isDecided, userFor } from '../../directory/users.ts';
import { removeUser } from '../../provisioning/tokens/remove-user.ts';
import { BY_USER_ID, countUsers, listUsers, positionInList } from '../../store/directory/user-search.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Row } from '../../store/schema/schema.ts';
import { inPages, PAGE, paged } from '../../work/collect.ts';
import { addBulkJob, type BulkContext, type BulkKind, type Named } from './kind.ts';

type Change = Parameters<typeof editUser>[2]['change'];

/** @returns nothing for a user who is so already: they are not written again */
async function change(
  context: BulkContext,
  actor: Actor,
  userId: string,
  changeOf: (user: Row<'users'>) => Change | undefined,
): Promise<Outcome<unknown>> {
  const found = await userFor(context, actor, 'users:edit', userId);
  if (!found.ok) return found;
  const wanted = changeOf(found.value);
  if (!wanted) return done(undefined);
  return editUser(context, actor, { userId, version: found.value.version, change: wanted });
}

export const USER_ACTIONS: BulkKind<UserBulkAction> = {
  of: 'users',
  actions: USER_BULK_ACTIONS,
  needs: (action) => {
    const permission = USER_BULK_PERMISSIONS[action];
    return permission === 'users:edit' ? [permission] : ['users:view', permission];
  },
  missing: (user) => text('user.not-found', { user }),
  actOf(actor, { action, at }, domain) {
    switch (action) {
      case 'enable':
      case 'disable': {
        const enabled = action === 'enable';
        return (batch, userId) =>
          change(batch, actor, userId, (user) => (isDecided(user, enabled) ? undefined : { enabled }));
      }
      case 'setLeaving':
        return (batch, userId) => setLeaving(batch, actor, { userId, at: at ?? '' });
      case 'undoLeaving':
        return (batch, userId) => undoLeaving(batch, actor, userId);
      case 'delete':
        return (batch, userId) => removeUser(batch, actor, userId);
      case 'move':
        return (batch, userId) =>
          change(batch, actor, userId, (user) =>
            domain === undefined || user.domain === domain.path ? undefined : { securityDomain: domain.id },
          );
    }
  },
};

export async function doToUsers(context: BulkContext, actor: Actor, { choose, ...input }: UserBulkInput) {
  const denial = denied(actor, ...USER_ACTIONS.needs(input.action));
  if (denial) return denial;
  if ((input.action === 'setLeaving') !== (input.at !== undefined))
    return invalidAt(
      'at',
      text(input.at === undefined ? 'request.leaving-required' : 'request.leaving-only-for-set'),
    );
  const wrong = input.at === undefined ? undefined : wrongLeaving(Date.parse(input.at), context.now());
  if (wrong) return invalidAt('at', wrong);
  const named = (userId: string): Named => ({ subject: userId, key: userIdKey(userId) });
  if ('userIds' in choose) {
    const byKey = new Map(choose.userIds.map((userId) => [userIdKey(userId), named(userId)]));
    return addBulkJob(context, actor, USER_ACTIONS, input, inPages([...byKey.values()]));
  }
  const found = await userFilterFor(context, actor, choose.search, ...USER_ACTIONS.needs(input.action));
  if (!found.ok) return found;
  const filter = { ...found.value, addedBy: Date.parse(choose.asOf) };
  const pages = paged((after?: string) =>
    listUsers(context.db, filter, PAGE, after).then((rows) => {
      const last = rows.at(-1);
      return {
        rows: rows.map(({ user_id }) => named(user_id)),
        last: last && positionInList(last, BY_USER_ID),
      };
    }),
  );
  return addBulkJob(context, actor, USER_ACTIONS, input, pages);
}

/** How many users a search finds among those on whom the actor may perform the action; without one, whom they may edit. */
export async function countSearched(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  { action = 'enable', ...search }: UserCountQuery,
): Promise<Outcome<{ count: number; asOf: string }>> {
  const filter = await userFilterFor(context, actor, search, ...USER_ACTIONS.needs(action));
  if (!filter.ok) return filter;
  const now = context.now();
  const count = await countUsers(context.db, { ...filter.value, addedBy: now });
  return done({ count, asOf: isoTime(now) });
}
