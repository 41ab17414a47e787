/** Administrators' sessions: log on, go on, log off. What is needed beyond the password is in passkeys.ts and authentication/. */
import type { Attempts } from '../authentication/attempt.ts';
import { showToken } from '../authentication/show-token.ts';
import type { Floor } from '../floor.ts';
import { done, type Outcome, refused, refusedAt } from '../outcome.ts';
import {
  deleteEndedSessions,
  deleteSession,
  findAdministrator,
  findSession,
  insertSession,
  listGrants,
  touchSession,
} from '../store/administrators.ts';
import { type AuditEvent, insertAudit } from '../store/audit.ts';
import { listPasskeys } from '../store/passkeys.ts';
import type { Connection, Row } from '../store/schema.ts';
import { findUserById, userIdKey } from '../store/users.ts';
import { type Actor, actorName } from './actor.ts';
import { grantOf } from './roles.ts';

type Uses = Pick<Floor, 'db' | 'sealing' | 'now' | 'random'>;

const IDLE_MILLISECONDS = 15 * 60_000;
const SESSION_MILLISECONDS = 8 * 3_600_000;
/** How stale a session's last use may be stored, so that reading does not mean writing. */
const TOUCH_MILLISECONDS = 60_000;

export type Session = { readonly actor: Actor; readonly expiresAt: number };

/** The id is for the cookie; it is stored as a keyed hash only. */
export type OpenedSession = { readonly id: string; readonly session: Session };

/**
 * Who has a passkey or shows a token must do so: then the password alone opens nothing. That there is more to show is said only to
 * who knew the password.
 */
export async function openSession(
  uses: Uses & Pick<Floor, 'passwords'> & { readonly attempts: Attempts },
  input: {
    readonly userName: string;
    readonly password: string;
    readonly passcode?: string | undefined;
    /** The challenge that `passcode` is the answer to. */
    readonly challenge?: string | undefined;
    readonly source: string | undefined;
  },
): Promise<Outcome<OpenedSession>> {
  const row = await findAdministrator(uses.db, userIdKey(input.userName));
  // An unknown name costs the same.
  const right = await uses.passwords.fits(row?.password_hash, input.password, input.source);
  const event = {
    actor: `administrator:${input.userName}`,
    action: 'administrator.log-on' as const,
    object: `administrator:${input.userName}`,
    source: input.source,
  };
  if (!row || !right || row.enabled !== 1) {
    await insertAudit(uses.db, uses, {
      ...event,
      result: 'refused',
      reason: !row ? 'no such administrator' : right ? 'disabled' : 'wrong password',
    });
    return refused('log-on-failed', 'The user name or the password is wrong.');
  }
  if (row.token_user_id !== null) {
    const user = await findUserById(uses.db, row.token_user_id);
    if (input.passcode === undefined) {
      return refusedAt(
        'passcode',
        'second-factor-required',
        'Enter the passcode that your token shows, or use a passkey.',
      );
    }
    const shown = await showToken(uses.attempts, {
      userId: user?.user_id ?? '',
      passcode: input.passcode,
      challenge: input.challenge,
      asker: `log-on:${row.user_name}`,
      source: input.source,
    });
    if (!shown.ok) return shown;
    if (!shown.value) {
      await insertAudit(uses.db, uses, { ...event, result: 'refused', reason: 'wrong passcode' });
      return refused('log-on-failed', 'The passcode was not accepted. Wait for the next one.');
    }
  } else if ((await listPasskeys(uses.db, row.id)).length > 0) {
    return refused('second-factor-required', 'Log on with your passkey.');
  }
  return done(
    await beginSession(uses, row, {
      ...event,
      ...(row.token_user_id === null ? {} : { reason: 'password and passcode' }),
    }),
  );
}

/** After every proof that is needed. */
export async function beginSession(
  uses: Uses,
  row: Pick<Row<'administrators'>, 'id' | 'user_name'>,
  event: Omit<AuditEvent, 'result'>,
): Promise<OpenedSession> {
  const id = Buffer.from(uses.random(32)).toString('base64url');
  const now = uses.now();
  await uses.db.transaction().execute(async (trx) => {
    await deleteEndedSessions(trx, now);
    await insertSession(trx, {
      id_hash: uses.sealing.keyedHash('session', id),
      administrator_id: row.id,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_MILLISECONDS,
    });
    await insertAudit(trx, uses, { ...event, result: 'success' });
  });
  const actor = await administrator(uses.db, row.id, row.user_name, event.source);
  return { id, session: { actor, expiresAt: now + SESSION_MILLISECONDS } };
}

export async function resumeSession(
  uses: Uses,
  id: string,
  source: string | undefined,
): Promise<Session | undefined> {
  const idHash = uses.sealing.keyedHash('session', id);
  const now = uses.now();
  const row = await findSession(uses.db, idHash, now, IDLE_MILLISECONDS);
  if (!row) return undefined;
  if (now - row.last_seen_at > TOUCH_MILLISECONDS) await touchSession(uses.db, idHash, now);
  const actor = await administrator(uses.db, row.administrator_id, row.user_name, source);
  return { actor, expiresAt: row.expires_at };
}

export async function closeSession(uses: Uses, id: string, actor: Actor): Promise<void> {
  await deleteSession(uses.db, uses.sealing.keyedHash('session', id));
  await insertAudit(uses.db, uses, {
    actor: actorName(actor),
    action: 'administrator.log-off',
    object: actorName(actor),
    result: 'success',
    source: actor.source,
  });
}

/** An administrator with the roles held at this moment: what is taken away is gone with the next request. */
async function administrator(
  db: Connection,
  id: string,
  name: string,
  source: string | undefined,
): Promise<Actor> {
  return {
    kind: 'administrator',
    name,
    grants: (await listGrants(db, id)).map(grantOf),
    ...(source === undefined ? {} : { source }),
  };
}
