/** An administrator's own sessions: list them, end one, end the others. */

import type { OwnSession } from '@sower/api/sessions';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import { allOrNothing } from '../core/transaction.ts';
import { deleteSession, deleteSessionsOf, listSessions } from '../store/log-on/sessions.ts';
import type { Row } from '../store/schema/schema.ts';
import { IDLE_MILLISECONDS, recordLogOn } from './log-on.ts';
import { ownRow } from './own-log-on.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** The keyed hash of a session ID opens nothing, so it serves as the session's name. */
export const viewOwnSession = (
  row: Omit<Row<'sessions'> | Row<'user_sessions'>, 'proved_at' | 'second_factor'>,
  current: string | undefined,
): OwnSession => ({
  id: row.id_hash,
  current: row.id_hash === current,
  openedAt: isoTime(row.created_at),
  lastUsedAt: isoTime(row.last_seen_at),
  expiresAt: isoTime(row.expires_at),
  ...(row.source === null ? {} : { source: row.source }),
  ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
});

export async function showOwnSessions(
  context: Context,
  actor: Actor,
): Promise<Outcome<{ items: OwnSession[] }>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  const rows = await listSessions(context.db, self.value.id, context.now(), IDLE_MILLISECONDS);
  return done({ items: rows.map((row) => viewOwnSession(row, actor.session)) });
}

export async function endOwnSession(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  return allOrNothing(context.db, async (trx) => {
    if (!(await deleteSession(trx, self.value.id, id))) {
      return refused('not-found', text('session.not-found'));
    }
    const who = { userName: self.value.user_name, source: actor.source };
    await recordLogOn(trx, context, who, {
      action: 'administrator.end-sessions',
      reason: text('event.one-session'),
    });
    return done(undefined);
  });
}

/** All but the current one. */
export async function endOtherSessions(context: Context, actor: Actor): Promise<Outcome<undefined>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  return allOrNothing(context.db, async (trx) => {
    const count = await deleteSessionsOf(trx, self.value.id, actor.session);
    const who = { userName: self.value.user_name, source: actor.source };
    await recordLogOn(trx, context, who, {
      action: 'administrator.end-sessions',
      reason: text('event.other-sessions', { number: count }),
    });
    return done(undefined);
  });
}
