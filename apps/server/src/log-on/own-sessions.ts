/** The sessions of an administrator, or of a user: list one’s own, end one, end the others. */

import type { OwnSession } from '@sower/api/sessions';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { allOrNothing } from '../core/transaction.ts';
import {
  deleteSession,
  deleteSessionsOf,
  listSessions,
  type SessionTable,
} from '../store/log-on/sessions.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { IDLE_MILLISECONDS, recordLogOn } from './log-on.ts';
import { ownRow } from './own-log-on.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** The keyed hash of a session ID opens nothing, so it serves as the session's name. */
const viewOwnSession = (row: Row<SessionTable>, current: string | undefined): OwnSession => ({
  id: row.id_hash,
  current: row.id_hash === current,
  openedAt: isoTime(row.created_at),
  lastUsedAt: isoTime(row.last_seen_at),
  expiresAt: isoTime(row.expires_at),
  ...(row.source === null ? {} : { source: row.source }),
  ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
});

/** Whose sessions they are: an administrator's, or a user's. */
export type SessionOwner = {
  readonly table: SessionTable;
  readonly id: string;
  readonly current: string | undefined;
  readonly idleMilliseconds: number;
  readonly recordEnd: (trx: Connection, which: Text) => Promise<void>;
};

export async function showSessions({ db, now }: Context, owner: SessionOwner) {
  const { table, id, current, idleMilliseconds } = owner;
  const rows = await listSessions(db, table, id, now(), idleMilliseconds);
  return done({ items: rows.map((row) => viewOwnSession(row, current)) });
}

export const endSession = ({ db }: Context, { table, id, recordEnd }: SessionOwner, idHash: string) =>
  allOrNothing(db, async (trx): Promise<Outcome<undefined>> => {
    if (!(await deleteSession(trx, table, id, idHash)))
      return refused('not-found', text('session.not-found'));
    await recordEnd(trx, text('event.one-session'));
    return done(undefined);
  });

/** All but the current one. */
export const endOthers = ({ db }: Context, { table, id, current, recordEnd }: SessionOwner) =>
  allOrNothing(db, async (trx): Promise<Outcome<undefined>> => {
    const count = await deleteSessionsOf(trx, table, id, current);
    await recordEnd(trx, text('event.other-sessions', { number: count }));
    return done(undefined);
  });

/** An administrator’s own. */
async function ownerOf(context: Context, actor: Actor): Promise<Outcome<SessionOwner>> {
  const self = await ownRow(context, actor);
  if (!self.ok) return self;
  const { id, user_name: userName } = self.value;
  const who = { userName, source: actor.source };
  return done({
    ...{ table: 'sessions', id, current: actor.session, idleMilliseconds: IDLE_MILLISECONDS },
    recordEnd: (trx, reason) =>
      recordLogOn(trx, context, who, { action: 'administrator.end-sessions', reason }),
  });
}

export async function showOwnSessions(
  context: Context,
  actor: Actor,
): Promise<Outcome<{ items: OwnSession[] }>> {
  const owner = await ownerOf(context, actor);
  return owner.ok ? showSessions(context, owner.value) : owner;
}

export async function endOwnSession(context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const owner = await ownerOf(context, actor);
  return owner.ok ? endSession(context, owner.value, id) : owner;
}

export async function endOtherSessions(context: Context, actor: Actor): Promise<Outcome<undefined>> {
  const owner = await ownerOf(context, actor);
  return owner.ok ? endOthers(context, owner.value) : owner;
}
