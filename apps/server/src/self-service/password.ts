/** Passwords of users: set by an administrator, changed by their owner. */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused, refusedAt, wrongSecret } from '../core/outcome.ts';
import { type Recorded, record } from '../core/record.ts';
import { allOrNothing, undo } from '../core/transaction.ts';
import { passwordProblem } from '../directory/password.ts';
import { changingUser, userFor } from '../directory/users.ts';
import type { Reason } from '../store/db/reason.ts';
import { findUserById, lockUser } from '../store/directory/users.ts';
import {
  deletePassword,
  findPassword,
  putPassword,
  rotateUserSession,
} from '../store/log-on/self-service.ts';
import { deleteSessionsOf } from '../store/log-on/sessions.ts';
import type { Row } from '../store/schema/schema.ts';
import { type OpenedSession, rotateSession } from './session.ts';
import type { SignedInUser } from './signed-in-user.ts';

type Context = Pick<
  ServerContext,
  'db' | 'passwords' | 'sealing' | 'now' | 'random' | 'strength' | 'publicUrl'
>;

export async function setUserPassword(
  context: Context,
  actor: Actor,
  input: { readonly userId: string; readonly password: string; readonly mustChange: boolean },
): Promise<Outcome<undefined>> {
  const found = await userFor(context, actor, 'users:edit', input.userId);
  if (!found.ok) return found;
  const user = found.value;
  if (user.source_id !== null) return refused('wrong-state', text('password.in-directory'));
  const problem = await passwordProblem(context, input.password, wordsAbout(user));
  if (problem) return problem;
  const password_hash = await context.passwords.hash(input.password, actor.source);
  return changingUser(context, actor, 'users:edit', user.user_id, async (trx) => {
    await putPassword(trx, {
      user_id: user.id,
      password_hash,
      must_change: input.mustChange ? 1 : 0,
      set_at: context.now(),
    });
    await deleteSessionsOf(trx, 'user_sessions', user.id);
    const reason = input.mustChange ? text('event.password-set-temporary') : 'set';
    await record(trx, context, actor, passwordChange(user.user_id, reason));
    return undefined;
  });
}

export const removeUserPassword = (context: Context, actor: Actor, userId: string) =>
  changingUser(context, actor, 'users:edit', userId, async (trx, user) => {
    if (!(await deletePassword(trx, user.id)))
      undo('wrong-state', text('password.none', { user: user.user_id }));
    await record(trx, context, actor, passwordChange(user.user_id, 'removed'));
    return undefined;
  });

/** The current one is required, so that an unattended screen is not enough. */
export async function changeOwnPassword(
  context: Context,
  signedInUser: SignedInUser,
  input: { readonly present: string; readonly password: string },
): Promise<Outcome<OpenedSession>> {
  const stored = await findPassword(context.db, signedInUser.id);
  if (!stored) return refused('wrong-state', text('password.own-none'));
  if (!(await context.passwords.fits(stored.password_hash, input.present, signedInUser.auditActor.source))) {
    await record(context.db, context, signedInUser.auditActor, {
      ...passwordChange(signedInUser.userId, text('event.wrong-current-password')),
      result: 'refused',
    });
    return wrongSecret(refusedAt('present', 'password-refused', text('password.current-wrong')));
  }
  if (input.present === input.password) {
    return refusedAt('password', 'password-refused', text('password.unchanged'));
  }
  const user = await findUserById(context.db, signedInUser.id);
  const problem = await passwordProblem(
    context,
    input.password,
    user ? wordsAbout(user) : [signedInUser.userId],
  );
  if (problem) return problem;
  const password_hash = await context.passwords.hash(input.password, signedInUser.auditActor.source);
  const changed = await allOrNothing(context.db, async (trx) => {
    // Checked like a change by an administrator. If one has set a password or ended the session in the meantime, this change is too late.
    const present = await lockUser(trx, signedInUser.id);
    const last_seen_at = context.now();
    const goesOn =
      present?.enabled === 1 && (await rotateUserSession(trx, signedInUser.session, { last_seen_at }));
    if (!goesOn) undo('not-authenticated', text('session.ended'));
    await putPassword(trx, {
      user_id: signedInUser.id,
      password_hash,
      must_change: 0,
      set_at: context.now(),
    });
    await deleteSessionsOf(trx, 'user_sessions', signedInUser.id, signedInUser.session);
    await record(trx, context, signedInUser.auditActor, passwordChange(signedInUser.userId, 'changed'));
    return done(undefined);
  });
  return changed.ok ? rotateSession(context, signedInUser) : changed;
}

const wordsAbout = (user: Row<'users'>): [string, ...string[]] => [
  user.user_id,
  user.first_name,
  user.last_name,
  user.email.split('@')[0] ?? '',
];

const passwordChange = (userId: string, reason: Reason): Recorded => ({
  action: 'user.password',
  object: `user:${userId}`,
  reason,
});
