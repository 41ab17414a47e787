/** Passwords of users: given by an administrator, changed by their owner. */

import { text } from '@sower/messages/outcomes';
import type { Floor } from '../context.ts';
import { type Actor, type Doer, doerOf } from '../core/actor.ts';
import { type Outcome, refused, refusedAt, undo, wrongSecret } from '../core/outcome.ts';
import { passwordProblem } from '../directory/password.ts';
import { changingUser, userFor } from '../directory/users.ts';
import { type AuditEvent, insertAudit } from '../store/tables/audit.ts';
import type { Row } from '../store/tables/schema.ts';
import {
  deletePassword,
  deleteUserSessionsOf,
  findPassword,
  putPassword,
} from '../store/tables/self-service.ts';
import { findUserById } from '../store/tables/users.ts';
import type { Person } from './person.ts';
import { type OpenedSession, rotateSession } from './session.ts';

type Uses = Pick<Floor, 'db' | 'passwords' | 'sealing' | 'now' | 'random' | 'strength' | 'publicUrl'>;

export async function setUserPassword(
  uses: Uses,
  actor: Actor,
  input: { readonly userId: string; readonly password: string; readonly mustChange: boolean },
): Promise<Outcome<undefined>> {
  const found = await userFor(uses, actor, 'users:edit', input.userId);
  if (!found.ok) return found;
  const user = found.value;
  const problem = await passwordProblem(uses, input.password, wordsAbout(user));
  if (problem) return problem;
  const password_hash = await uses.passwords.hash(input.password, actor.source);
  return changingUser(uses, actor, 'users:edit', user.user_id, async (trx) => {
    await putPassword(trx, {
      user_id: user.id,
      password_hash,
      must_change: input.mustChange ? 1 : 0,
      set_at: uses.now(),
    });
    await deleteUserSessionsOf(trx, user.id);
    const reason = input.mustChange ? 'set; to be changed at the next log-on' : 'set';
    await insertAudit(trx, uses, event(doerOf(actor), user.user_id, reason));
    return undefined;
  });
}

export async function removeUserPassword(
  uses: Uses,
  actor: Actor,
  userId: string,
): Promise<Outcome<undefined>> {
  return changingUser(uses, actor, 'users:edit', userId, async (trx, user) => {
    if (!(await deletePassword(trx, user.id)))
      undo('wrong-state', text('password.none', { user: user.user_id }));
    await deleteUserSessionsOf(trx, user.id);
    await insertAudit(trx, uses, event(doerOf(actor), user.user_id, 'removed'));
    return undefined;
  });
}

/** The present one is asked for, so that a screen left open is not enough. */
export async function changeOwnPassword(
  uses: Uses,
  person: Person,
  input: { readonly present: string; readonly password: string },
): Promise<Outcome<OpenedSession>> {
  const held = await findPassword(uses.db, person.id);
  if (!held) return refused('wrong-state', text('password.own-none'));
  if (!(await uses.passwords.fits(held.password_hash, input.present, person.doer.source))) {
    await insertAudit(uses.db, uses, {
      ...event(person.doer, person.userId, 'wrong present password'),
      result: 'refused',
    });
    return wrongSecret(refusedAt('present', 'password-refused', text('password.current-wrong')));
  }
  if (input.present === input.password) {
    return refusedAt('password', 'password-refused', text('password.unchanged'));
  }
  const user = await findUserById(uses.db, person.id);
  const problem = await passwordProblem(uses, input.password, user ? wordsAbout(user) : [person.userId]);
  if (problem) return problem;
  const password_hash = await uses.passwords.hash(input.password, person.doer.source);
  await uses.db.transaction().execute(async (trx) => {
    await putPassword(trx, { user_id: person.id, password_hash, must_change: 0, set_at: uses.now() });
    await deleteUserSessionsOf(trx, person.id, person.session);
    await insertAudit(trx, uses, event(person.doer, person.userId, 'changed'));
  });
  return rotateSession(uses, person);
}

const wordsAbout = (user: Row<'users'>): [string, ...string[]] => [
  user.user_id,
  user.first_name,
  user.last_name,
  user.email.split('@')[0] ?? '',
];

const event = (doer: Doer, userId: string, reason: string): AuditEvent => ({
  actor: doer.name,
  action: 'user.password',
  object: `user:${userId}`,
  result: 'success',
  reason,
  source: doer.source,
});
