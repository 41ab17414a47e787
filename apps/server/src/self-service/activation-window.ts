/** An administrator lets a user activate a token, once, without a passcode of the one they have: because the phone is lost, or new. */

import type { Permission } from '@sower/api/permissions';
import type { SelfServiceState } from '@sower/api/self-service';
import { HOUR, isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { undo } from '../core/transaction.ts';
import { changingUser, userFor } from '../directory/users.ts';
import { barTo } from '../provisioning/tokens/eligibility.ts';
import {
  deleteActivationWindow,
  findActivationWindow,
  findPassword,
  hasConfirmedToken,
  putActivationWindow,
} from '../store/log-on/self-service.ts';

type Context = Pick<ServerContext, 'db' | 'settings' | 'queueMail' | 'now' | 'random' | 'sealing'>;

/**
 * What the User Dashboard shows about a user's self-service.
 * @param permission for what was just done, or for viewing
 */
export async function showSelfService(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  permission: Permission,
  userId: string,
): Promise<Outcome<SelfServiceState>> {
  const found = await userFor(context, actor, permission, userId);
  if (!found.ok) return found;
  const { id } = found.value;
  const [password, confirmed, open] = await Promise.all([
    findPassword(context.db, id),
    hasConfirmedToken(context.db, id),
    findActivationWindow(context.db, id, context.now()),
  ]);
  return done({
    passwordSet: password !== undefined,
    mustChange: password?.must_change === 1,
    hasConfirmedToken: confirmed,
    ...(open
      ? {
          activationWindow: {
            openedAt: isoTime(open.opened_at),
            openedBy: open.opened_by,
            expiresAt: isoTime(open.expires_at),
          },
        }
      : {}),
  });
}

export async function openActivationWindow(context: Context, actor: Actor, userId: string) {
  const { 'activation.windowHours': hours } = await context.settings.current();
  const now = context.now();
  const expiresAt = now + hours * HOUR;
  return changingUser(context, actor, 'users:activation-window', userId, async (trx, user) => {
    if (barTo({ userEnabled: user.enabled }, now)) undo('wrong-state', text('user.disabled'));
    await putActivationWindow(trx, {
      user_id: user.id,
      opened_at: now,
      opened_by: actorName(actor),
      expires_at: expiresAt,
    });
    await record(trx, context, actor, {
      action: 'user.open-window',
      object: `user:${user.user_id}`,
      reason: text('event.until', { time: isoTime(expiresAt) }),
    });
    await context.queueMail(trx, {
      event: 'window-opened',
      userRow: user.id,
      values: { time: now, expires: expiresAt },
      sendBefore: expiresAt,
    });
    return undefined;
  });
}

export const closeActivationWindow = (context: Context, actor: Actor, userId: string) =>
  changingUser(context, actor, 'users:activation-window', userId, async (trx, user) => {
    if (!(await deleteActivationWindow(trx, user.id, context.now())))
      undo('wrong-state', text('self-service.no-window'));
    await record(trx, context, actor, { action: 'user.close-window', object: `user:${user.user_id}` });
    return undefined;
  });
