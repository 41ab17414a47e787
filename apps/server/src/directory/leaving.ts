/**
 * The access of a user ends at a set time: the user is disabled and sessions end, as if an administrator had done it then. Nothing is
 * deleted, so that a wrong date, or a clock that jumped, is undone. Of the date and the directory, whichever ends access first has its
 * effect, and neither gives back what the other has ended.
 */

import { DAY, isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, SYSTEM } from '../core/actor.ts';
import { eachInTurn, pagesOf } from '../core/each.ts';
import { invalidAt, type Outcome } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { undo } from '../core/transaction.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { listLeaving, lockUser, updateUser } from '../store/directory/users.ts';
import type { Flag } from '../store/schema/brands.ts';
import type { Row } from '../store/schema/schema.ts';
import { changingUser, isBarredBySource } from './users.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

/** A year with a digit too many is a mistake. */
const FARTHEST_MILLISECONDS = 20 * 366 * DAY;
const PAGE = 100;

/** @returns why access cannot end at this time */
export function wrongLeaving(time: number, now: number): Text | undefined {
  if (time <= now) return text('user.leaving-passed');
  return time > now + FARTHEST_MILLISECONDS ? text('user.leaving-far', { years: 20 }) : undefined;
}

/** Without access already, by an administrator or a date: there is nothing to end. What a directory has ended it may give back before the date. */
export const hasNoAccess = (user: {
  readonly enabled: Flag | boolean;
  readonly disabled_by_source: Flag | boolean;
}): boolean => !user.enabled && !user.disabled_by_source;

export async function setLeaving(
  context: Context,
  actor: Actor,
  { userId, at }: { readonly userId: string; readonly at: string },
): Promise<Outcome<undefined>> {
  const time = Date.parse(at);
  const wrong = wrongLeaving(time, context.now());
  if (wrong) return invalidAt('at', wrong);
  return changingUser(context, actor, 'tokens:edit', userId, async (trx, user) => {
    if (hasNoAccess(user))
      undo('wrong-state', text(user.left_at === null ? 'user.disabled' : 'user.has-left'));
    await updateUser(trx, user.id, user.version, { leaves_at: time, left_at: null });
    await record(trx, context, actor, {
      action: 'user.set-leaving',
      object: `user:${user.user_id}`,
      reason: text('event.until', { time: isoTime(time) }),
    });
    return undefined;
  });
}

export const undoLeaving = (context: Context, actor: Actor, userId: string) =>
  changingUser(context, actor, 'tokens:edit', userId, async (trx, user) => {
    const { leaves_at, left_at, enabled } = user;
    if (leaves_at === null || (left_at !== null && enabled === 1))
      undo('wrong-state', text('user.not-leaving'));
    const barred = isBarredBySource(user);
    await updateUser(trx, user.id, user.version, {
      ...(left_at === null ? {} : { enabled: barred ? 0 : 1, disabled_by_source: barred ? 1 : 0 }),
      ...NO_DATE,
    });
    await record(trx, context, actor, { action: 'user.undo-leaving', object: `user:${user.user_id}` });
    return undefined;
  });

export async function endLeavers(context: Context, isStopping: () => boolean): Promise<void> {
  const now = context.now();
  const due = pagesOf<Row<'users'>>((after) => listLeaving(context.db, now, PAGE, after));
  await eachInTurn(due, ({ id }) => endOne(context, id), isStopping);
}

const NO_DATE = { leaves_at: null, left_at: null } as const;

function endOne(context: Context, id: Row<'users'>['id']): Promise<void> {
  return inTransaction(context.db, async (trx) => {
    const user = await lockUser(trx, id);
    const now = context.now();
    // Taken back, set later, or ended by another node meanwhile.
    if (!user || user.leaves_at === null || user.leaves_at > now || user.left_at !== null) return;
    if (hasNoAccess(user)) {
      // Disabled on purpose before: undoing the date must not enable the user.
      await updateUser(trx, id, user.version, NO_DATE);
      return;
    }
    await updateUser(trx, id, user.version, { enabled: 0, disabled_by_source: 0, left_at: now });
    await record(trx, context, SYSTEM, {
      action: 'user.leave',
      object: `user:${user.user_id}`,
      reason: text('event.until', { time: isoTime(user.leaves_at) }),
    });
  });
}
