/**
 * Users log on to the Self-Service Console, by password or passcode.
 *
 * Unknown, disabled, without a password, wrong: the same answer after the same work. A logon, a token shown and a changed password each
 * give the session a new ID.
 */

import type { UserLogOn } from '@sower/api/self-service';
import { HOUR, MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { Attempts } from '../authentication/challenge/attempt.ts';
import { showToken } from '../authentication/token-access/show-token.ts';
import type { ServerContext } from '../context.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { addNewcomer, findNewcomer, type Newcomer } from '../directory/sources/newcomer.ts';
import { checkPassword } from '../directory/user-password.ts';
import { MAX_USER_AGENT, newSessionId, type Origin } from '../log-on/log-on.ts';
import type { SessionOwner } from '../log-on/own-sessions.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { findUserByName, lockUser } from '../store/directory/users.ts';
import {
  findPassword,
  findUserSession,
  insertUserSession,
  rotateUserSession,
} from '../store/log-on/self-service.ts';
import { deleteEndedSessions, deleteSession, touchSession } from '../store/log-on/sessions.ts';
import type { KeyedHash } from '../store/schema/brands.ts';
import type { Row } from '../store/schema/schema.ts';
import type { SignedInUser } from './signed-in-user.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export const IDLE_MILLISECONDS = 15 * MINUTE;
const SESSION_MILLISECONDS = 4 * HOUR;

export type OpenedSession = { readonly id: string; readonly signedInUser: SignedInUser };

export async function logOnUser(
  context: Context &
    Pick<ServerContext, 'passwords' | 'settings' | 'onAlteredRow' | 'ldapServers'> & {
      readonly attempts: Attempts;
    },
  input: UserLogOn,
  { source, userAgent }: Origin,
): Promise<Outcome<OpenedSession>> {
  const known = await findUserByName(context.db, input.userId);
  // For everyone, so that it reveals nothing about a user.
  const newcomer = input.method === 'password' ? await findNewcomer(context, input.userId) : undefined;
  const problem =
    input.method === 'password'
      ? done(await passwordProblem(context, known, newcomer, input.password, source))
      : await passcodeProblem(context, { ...input, userId: known?.user_id ?? input.userId }, source);
  if (!problem.ok) return problem;
  const { reason, answer, method = input.method, user = known, hash } = problem.value;
  const name = `user:${user?.user_id ?? input.userId}`;
  const who = { name, source };
  const logOn = { action: 'user.log-on', object: name } as const;
  const notLoggedOn = async (why: Text | string): Promise<Refused> => {
    await record(context.db, context, who, {
      ...logOn,
      result: 'refused',
      reason: text('event.method', { method: input.method, reason: why }),
    });
    return answer ?? refused('log-on-failed', text('log-on.wrong-credentials'));
  };
  if (reason !== undefined || !user) return notLoggedOn(reason ?? '');
  const id = newSessionId(context);
  const now = context.now();
  const begun = await inTransaction(context.db, async (trx) => {
    // Changed while it was checked, and all sessions ended: anyone who knew the earlier password would stay. So it is when the user is disabled.
    if ((await lockUser(trx, user.id))?.enabled !== 1) return false;
    if (hash !== undefined && (await findPassword(trx, user.id))?.password_hash !== hash) return false;
    await deleteEndedSessions(trx, 'user_sessions', now);
    await insertUserSession(trx, {
      id_hash: sessionHash(context, id),
      user_id: user.id,
      method,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_MILLISECONDS,
      source: source ?? null,
      user_agent: userAgent?.slice(0, MAX_USER_AGENT) ?? null,
    });
    await record(trx, context, who, { ...logOn, reason: method });
    return true;
  });
  return begun ? opened(context, id, source) : notLoggedOn(text('event.credentials-just-changed'));
}

/** Why not, or by what means. */
type LogOnResult = {
  readonly reason?: Text | string | undefined;
  readonly method?: SignedInUser['method'];
  /** The user who is authenticated by it. */
  readonly user?: Row<'users'> | undefined;
  /** What the user reads instead of the general refusal. */
  readonly answer?: Refused | undefined;
  /** What the password was compared with, if it is kept here. */
  readonly hash?: KeyedHash | undefined;
};

async function passwordProblem(
  context: Parameters<typeof checkPassword>[0],
  user: Row<'users'> | undefined,
  newcomer: Newcomer | undefined,
  password: string,
  source: string | undefined,
): Promise<LogOnResult> {
  const checked = await checkPassword(context, user, password, source, newcomer?.entry);
  if (checked.state !== 'right') return checked;
  if (user || !newcomer) return { hash: checked.hash };
  const added = await addNewcomer(context, newcomer);
  if (!added.ok)
    return { reason: added.detail, ...(added.problem === 'unavailable' ? { answer: added } : {}) };
  return added.value.enabled === 1 ? { user: added.value } : { reason: text('barred.user-disabled') };
}

async function passcodeProblem(
  context: { readonly attempts: Attempts },
  { userId, passcode, challenge }: Extract<UserLogOn, { method: 'passcode' }>,
  source: string | undefined,
): Promise<Outcome<LogOnResult>> {
  const client = { client: 'self-service', source };
  const shown = await showToken(context.attempts, { ...client, userId, passcode, challenge });
  if (!shown.ok) return shown;
  if (!shown.value) return done({ reason: text('event.rejected') });
  return done(shown.value === 'emergency' ? { method: 'emergency' } : {});
}

/** @param keepAlive whether this request comes from the person, rather than from an open page */
export async function resumeUserSession(
  context: Context,
  id: string,
  source: string | undefined,
  keepAlive: boolean,
): Promise<SignedInUser | undefined> {
  const idHash = sessionHash(context, id);
  const now = context.now();
  const row = await findUserSession(context.db, idHash, now, IDLE_MILLISECONDS);
  if (!row) return undefined;
  if (keepAlive) await touchSession(context.db, 'user_sessions', row, now);
  return {
    id: row.user_id,
    userId: row.name,
    firstName: row.first_name,
    method: row.method,
    mustChangePassword: row.method === 'password' && row.must_change === 1,
    session: idHash,
    sessionExpiresAt: row.expires_at,
    auditActor: { name: `user:${row.name}`, source },
  };
}

export async function closeUserSession(context: Context, signedInUser: SignedInUser): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    await deleteSession(trx, 'user_sessions', signedInUser.id, signedInUser.session);
    await record(trx, context, signedInUser.auditActor, {
      action: 'user.log-off',
      object: `user:${signedInUser.userId}`,
    });
  });
}

/**
 * The session continues under another ID.
 * @param method upgraded when a token was shown
 */
export async function rotateSession(
  context: Context,
  signedInUser: SignedInUser,
  method: SignedInUser['method'] = signedInUser.method,
): Promise<Outcome<OpenedSession>> {
  const id = newSessionId(context);
  const rotated = await rotateUserSession(context.db, signedInUser.session, {
    id_hash: sessionHash(context, id),
    method,
    last_seen_at: context.now(),
  });
  return rotated ? opened(context, id, signedInUser.auditActor.source) : ended();
}

async function opened(
  context: Context,
  id: string,
  source: string | undefined,
): Promise<Outcome<OpenedSession>> {
  const signedInUser = await resumeUserSession(context, id, source, false);
  return signedInUser ? done({ id, signedInUser }) : ended();
}

const ended = () => refused('not-authenticated', text('session.ended'));

const sessionHash = (context: Context, id: string): KeyedHash =>
  context.sealing.keyedHash('user-session', id);

/** A user's own, to be listed and ended. */
export const ownerOf = (
  context: Context,
  { id, session: current, auditActor, userId }: SignedInUser,
): SessionOwner => ({
  ...{ table: 'user_sessions', id, current, idleMilliseconds: IDLE_MILLISECONDS },
  recordEnd: (trx, reason) =>
    record(trx, context, auditActor, { action: 'user.end-sessions', object: `user:${userId}`, reason }),
});
