/** A user's own sessions: list them, end one, end the others. */

import type { OwnSession } from '@sower/api/sessions';
import { text } from '@sower/messages/outcomes';
import type { Floor } from '../context.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { viewOwnSession } from '../log-on/own-sessions.ts';
import { type AuditEvent, insertAudit } from '../store/tables/audit.ts';
import { deleteUserSession, deleteUserSessionsOf, listUserSessions } from '../store/tables/self-service.ts';
import type { Person } from './person.ts';
import { IDLE_MILLISECONDS } from './session.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now' | 'random'>;

export async function showOwnSessions(uses: Uses, person: Person): Promise<Outcome<{ items: OwnSession[] }>> {
  const rows = await listUserSessions(uses.db, person.id, uses.now(), IDLE_MILLISECONDS);
  return done({ items: rows.map((row) => viewOwnSession(row, person.session)) });
}

export function endOwnSession(uses: Uses, person: Person, id: string): Promise<Outcome<undefined>> {
  return uses.db.transaction().execute(async (trx) => {
    if (!(await deleteUserSession(trx, person.id, id))) {
      return refused('not-found', text('session.not-found'));
    }
    await insertAudit(trx, uses, event(person, 'one'));
    return done(undefined);
  });
}

/** All but the one that asks. */
export function endOtherSessions(uses: Uses, person: Person): Promise<Outcome<undefined>> {
  return uses.db.transaction().execute(async (trx) => {
    const count = await deleteUserSessionsOf(trx, person.id, person.session);
    await insertAudit(trx, uses, event(person, `${count} others`));
    return done(undefined);
  });
}

const event = (person: Person, reason: string): AuditEvent => ({
  actor: person.doer.name,
  action: 'user.end-sessions',
  object: `user:${person.userId}`,
  result: 'success',
  reason,
  source: person.doer.source,
});
