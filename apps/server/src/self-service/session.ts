/**
 * Users log on to the Self-Service Console, by password or by passcode.
 *
 * Unknown, disabled, without a password, wrong: one answer after the same work. A log-on, a token shown and a changed password each
 * give the session another id.
 */

import type { UserLogOn } from '@sower/api/self-service';
import { type Text, text } from '@sower/messages/outcomes';
import type { Attempts } from '../authentication/challenge/attempt.ts';
import { showToken } from '../authentication/token-access/show-token.ts';
import type { Floor } from '../context.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { MAX_USER_AGENT, type Origin } from '../log-on/log-on.ts';
import { insertAudit } from '../store/tables/audit.ts';
import {
  deleteEndedUserSessions,
  deleteUserSession,
  findPassword,
  findUserSession,
  insertUserSession,
  rotateUserSession,
  touchUserSession,
} from '../store/tables/self-service.ts';
import { findUser } from '../store/tables/users.ts';
import type { Person } from './person.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now' | 'random'>;

export const IDLE_MILLISECONDS = 15 * 60_000;
const SESSION_MILLISECONDS = 4 * 3_600_000;
/** How stale a session's last use may be stored, so that reading does not mean writing. */
const TOUCH_MILLISECONDS = 60_000;

export type OpenedSession = { readonly id: string; readonly person: Person };

export async function logOnUser(
  uses: Uses & Pick<Floor, 'passwords' | 'settings'> & { readonly attempts: Attempts },
  input: UserLogOn,
  { source, userAgent }: Origin,
): Promise<Outcome<OpenedSession>> {
  const problem =
    input.method === 'password'
      ? done<LogOnResult>({ reason: await passwordProblem(uses, input, source) })
      : await passcodeProblem(uses, input, source);
  if (!problem.ok) return problem;
  const { reason, method = input.method } = problem.value;
  const user = await findUser(uses.db, input.userId);
  const event = {
    actor: `user:${input.userId}`,
    action: 'user.log-on' as const,
    object: `user:${input.userId}`,
    source,
  };
  if (reason !== undefined || !user) {
    await insertAudit(uses.db, uses, {
      ...event,
      result: 'refused',
      reason: text('event.method', { method: input.method, reason: reason ?? '' }),
    });
    return refused('log-on-failed', text('log-on.wrong-credentials'));
  }
  const id = newSessionId(uses);
  const now = uses.now();
  await uses.db.transaction().execute(async (trx) => {
    await deleteEndedUserSessions(trx, now);
    await insertUserSession(trx, {
      id_hash: sessionHash(uses, id),
      user_id: user.id,
      method,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_MILLISECONDS,
      source: source ?? null,
      user_agent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
    });
    await insertAudit(trx, uses, { ...event, result: 'success', reason: method });
  });
  return opened(uses, id, source);
}

/** Why not, or by what. */
type LogOnResult = { readonly reason?: Text | string | undefined; readonly method?: Person['method'] };

async function passwordProblem(
  uses: Pick<Floor, 'db' | 'passwords' | 'settings' | 'now'>,
  input: Extract<UserLogOn, { method: 'password' }>,
  source: string | undefined,
): Promise<Text | string | undefined> {
  const user = await findUser(uses.db, input.userId);
  const held = user && (await findPassword(uses.db, user.id));
  // An unknown user and one without a password cost the same.
  const right = await uses.passwords.fits(held?.password_hash, input.password, source);
  if (!user) return 'no such user';
  if (!held) return 'the user has no password';
  if (!right) return 'wrong';
  if (held.must_change === 1) {
    const days = (await uses.settings.current())['logOn.temporaryPasswordDays'];
    if (uses.now() > held.set_at + days * 86_400_000) return 'the temporary password has expired';
  }
  return user.enabled === 1 ? undefined : text('barred.user-disabled');
}

async function passcodeProblem(
  uses: { readonly attempts: Attempts },
  { userId, passcode, challenge }: Extract<UserLogOn, { method: 'passcode' }>,
  source: string | undefined,
): Promise<Outcome<LogOnResult>> {
  const asker = { asker: 'self-service', source };
  const shown = await showToken(uses.attempts, { ...asker, userId, passcode, challenge });
  if (!shown.ok) return shown;
  if (!shown.value) return done({ reason: 'rejected' });
  return done(shown.value === 'emergency' ? { method: 'emergency' } : {});
}

/** @param keepAlive whether this request is a sign of the person, rather than of an open page */
export async function resumeUserSession(
  uses: Uses,
  id: string,
  source: string | undefined,
  keepAlive: boolean,
): Promise<Person | undefined> {
  const idHash = sessionHash(uses, id);
  const now = uses.now();
  const row = await findUserSession(uses.db, idHash, now, IDLE_MILLISECONDS);
  if (!row) return undefined;
  if (keepAlive && now - row.last_seen_at > TOUCH_MILLISECONDS) await touchUserSession(uses.db, idHash, now);
  return {
    id: row.user_id,
    userId: row.name,
    firstName: row.first_name,
    method: row.method,
    mustChangePassword: row.method === 'password' && row.must_change === 1,
    session: idHash,
    sessionExpiresAt: row.expires_at,
    doer: { name: `user:${row.name}`, source },
  };
}

export async function closeUserSession(uses: Uses, person: Person): Promise<void> {
  await uses.db.transaction().execute(async (trx) => {
    await deleteUserSession(trx, person.id, person.session);
    await insertAudit(trx, uses, {
      actor: person.doer.name,
      action: 'user.log-off',
      object: `user:${person.userId}`,
      result: 'success',
      source: person.doer.source,
    });
  });
}

/**
 * The session goes on under another id.
 * @param method raised when a token was shown
 */
export async function rotateSession(
  uses: Uses,
  person: Person,
  method: Person['method'] = person.method,
): Promise<Outcome<OpenedSession>> {
  const id = newSessionId(uses);
  const rotated = await rotateUserSession(uses.db, person.session, {
    id_hash: sessionHash(uses, id),
    method,
    last_seen_at: uses.now(),
  });
  return rotated ? opened(uses, id, person.doer.source) : ended();
}

async function opened(uses: Uses, id: string, source: string | undefined): Promise<Outcome<OpenedSession>> {
  const person = await resumeUserSession(uses, id, source, false);
  return person ? done({ id, person }) : ended();
}

const ended = () => refused('not-authenticated', text('session.ended'));

const newSessionId = (uses: Uses): string => Buffer.from(uses.random(32)).toString('base64url');
const sessionHash = (uses: Uses, id: string): string => uses.sealing.keyedHash('user-session', id);
