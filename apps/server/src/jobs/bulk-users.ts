/**
 * One action on many users, batch by batch. As with tokens (bulk.ts), nothing is kept between calls, and each user is handled by the function
 * for a single one, in a transaction of its own with its audit row.
 */

import type { UserBulkInput, UserBulkResult, UserSearch } from '@sower/api/user-bulk';
import { type Text, text } from '@sower/messages/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, type Outcome, refusedAt } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { domainFor } from '../directory/domains.ts';
import { userFilterFor } from '../directory/user-search.ts';
import { editUser, userFor } from '../directory/users.ts';
import { removeUser } from '../provisioning/tokens/remove-user.ts';
import type { Row } from '../store/tables/schema.ts';
import { BY_USER_ID, countUsers, listUsers, placeOf } from '../store/tables/user-search.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;
/** A user for whom it failed, and why. */
type Failed = Pick<UserBulkResult['failures'][number], 'userId' | 'code'> & { readonly detail: Text };
export type UserBulkOutcome = Omit<UserBulkResult, 'failures'> & { readonly failures: readonly Failed[] };
type Action = (user: Row<'users'>) => Promise<Outcome<unknown>>;

/** A batch ends early after this, so that the caller sees progress and can stop. */
const PATIENCE_MILLISECONDS = 5_000;

export async function doToUsers(
  context: Context,
  actor: Actor,
  input: UserBulkInput,
): Promise<Outcome<UserBulkOutcome>> {
  const denial = denied(actor, 'users:edit');
  if (denial) return denial;
  const action = await actionOf(context, actor, input);
  if (!action.ok) return action;
  return 'userIds' in input.choose
    ? toChosen(context, actor, { ...input, userIds: input.choose.userIds }, action.value)
    : toSearched(context, actor, { ...input, ...input.choose }, action.value);
}

async function toSearched(
  context: Context,
  actor: Actor,
  input: UserBulkInput & { readonly search: UserSearch; readonly asOf: string },
  action: Action,
): Promise<Outcome<UserBulkOutcome>> {
  const filter = await userFilterFor(context, actor, input.search, 'users:edit');
  if (!filter.ok) return filter;
  const addedBy = Date.parse(input.asOf);
  const rows = await listUsers(context.db, { ...filter.value, addedBy }, input.limit, input.after);
  const result = { done: 0, failures: [] as Failed[] };
  const begun = context.now();
  let last: Row<'users'> | undefined;
  for (const row of rows) {
    if (last !== undefined && context.now() - begun > PATIENCE_MILLISECONDS) break;
    note(result, row.user_id, await action(row));
    last = row;
  }
  const finished = rows.length < input.limit && last === rows.at(-1);
  return done({ ...result, ...(finished || !last ? {} : { after: placeOf(last, BY_USER_ID) }) });
}

async function toChosen(
  context: Context,
  actor: Actor,
  { userIds, after }: UserBulkInput & { readonly userIds: readonly string[] },
  action: Action,
): Promise<Outcome<UserBulkOutcome>> {
  const result = { done: 0, failures: [] as Failed[] };
  const begun = context.now();
  const from = after === undefined ? 0 : userIds.indexOf(after) + 1;
  for (const [index, userId] of userIds.slice(from).entries()) {
    const found = await userFor(context, actor, 'users:edit', userId);
    note(result, userId, found.ok ? await action(found.value) : found);
    const more = from + index + 1 < userIds.length;
    if (more && context.now() - begun > PATIENCE_MILLISECONDS) return done({ ...result, after: userId });
  }
  return done(result);
}

function note(result: { done: number; failures: Failed[] }, userId: string, outcome: Outcome<unknown>): void {
  if (outcome.ok) result.done += 1;
  else result.failures.push({ userId, code: outcome.problem, detail: outcome.detail });
}

async function actionOf(context: Context, actor: Actor, input: UserBulkInput): Promise<Outcome<Action>> {
  const { action, securityDomain } = input;
  const edit = (user: Row<'users'>, change: Parameters<typeof editUser>[2]['change']) =>
    editUser(context, actor, { userId: user.user_id, version: user.version, change });
  switch (action) {
    case 'enable':
    case 'disable': {
      const enabled = action === 'enable';
      // Whoever is so already is not written again.
      return done(async (user) =>
        (user.enabled === 1) === enabled ? done(undefined) : edit(user, { enabled }),
      );
    }
    case 'delete':
      return done((user) => removeUser(context, actor, user.user_id));
    case 'move': {
      if (securityDomain === undefined)
        return refusedAt('securityDomain', 'invalid-request', text('request.domain-required'));
      const domain = await domainFor(context, actor, 'users:edit', securityDomain);
      if (!domain.ok) return domain;
      const { id, path } = domain.value;
      return done(async (user) =>
        user.domain === path ? done(undefined) : edit(user, { securityDomain: id }),
      );
    }
  }
}

/** How many users a search finds among those whom the actor may edit. */
export async function countSearched(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  search: UserSearch,
): Promise<Outcome<{ count: number; asOf: string }>> {
  const filter = await userFilterFor(context, actor, search, 'users:edit');
  if (!filter.ok) return filter;
  const now = context.now();
  const count = await countUsers(context.db, { ...filter.value, addedBy: now });
  return done({ count, asOf: isoTime(now) });
}
