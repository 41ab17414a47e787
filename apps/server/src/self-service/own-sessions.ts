/** A user's own sessions: list them, end one, end the others. */

import type { OwnSession } from '@sower/api/sessions';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { viewOwnSession } from '../log-on/own-sessions.ts';
import type { Reason } from '../store/db/reason.ts';
import { deleteUserSession, deleteUserSessionsOf, listUserSessions } from '../store/log-on/self-service.ts';
import type { Connection } from '../store/schema/schema.ts';
import { IDLE_MILLISECONDS } from './session.ts';
import type { SignedInUser } from './signed-in-user.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export async function showOwnSessions(
  context: Context,
  signedInUser: SignedInUser,
): Promise<Outcome<{ items: OwnSession[] }>> {
  const rows = await listUserSessions(context.db, signedInUser.id, context.now(), IDLE_MILLISECONDS);
  return done({ items: rows.map((row) => viewOwnSession(row, signedInUser.session)) });
}

export function endOwnSession(
  context: Context,
  signedInUser: SignedInUser,
  id: string,
): Promise<Outcome<undefined>> {
  return allOrNothing(context.db, async (trx) => {
    if (!(await deleteUserSession(trx, signedInUser.id, id))) {
      return refused('not-found', text('session.not-found'));
    }
    await recordEnd(trx, context, signedInUser, 'one');
    return done(undefined);
  });
}

/** All but the current one. */
export function endOtherSessions(context: Context, signedInUser: SignedInUser): Promise<Outcome<undefined>> {
  return allOrNothing(context.db, async (trx) => {
    const count = await deleteUserSessionsOf(trx, signedInUser.id, signedInUser.session);
    await recordEnd(trx, context, signedInUser, text('event.other-sessions', { number: count }));
    return done(undefined);
  });
}

const recordEnd = (trx: Connection, context: Context, { auditActor, userId }: SignedInUser, reason: Reason) =>
  record(trx, context, auditActor, { action: 'user.end-sessions', object: `user:${userId}`, reason });
