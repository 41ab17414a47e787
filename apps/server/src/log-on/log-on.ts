/**
 * Administrators' sessions: log on, use, log off. Passkeys are checked in passkeys.ts, tokens in authentication/; proof.ts decides what a
 * session has to prove again.
 */

import { DAY, HOUR, MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { Attempts } from '../authentication/challenge/attempt.ts';
import { showToken } from '../authentication/token-access/show-token.ts';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { type Recorded, record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { grantOf } from '../directory/roles.ts';
import { askDirectory, refusalOf } from '../directory/sources/log-on.ts';
import type { Reason } from '../store/db/reason.ts';
import {
  findStoredAdministrator,
  type LogOnRow,
  listGrants,
  lockUnchanged,
} from '../store/directory/administrators.ts';
import { findUserById, userIdKey } from '../store/directory/users.ts';
import { hasMark } from '../store/keys/marks.ts';
import {
  deleteEndedSessions,
  deleteSession,
  findSession,
  insertSession,
  type SessionRow,
  touchSession,
} from '../store/log-on/sessions.ts';
import type { KeyedHash } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

export const IDLE_MILLISECONDS = 15 * MINUTE;
const SESSION_MILLISECONDS = 8 * HOUR;
export const MAX_USER_AGENT = 256;

export type Session = {
  readonly actor: Actor;
  readonly expiresAt: number;
  readonly row: SessionRow;
  /** It was opened with a password that someone else set, and can only change that password. */
  readonly mustChangePassword: boolean;
};

/** The ID is for the cookie; only a keyed hash of it is stored. */
export type OpenedSession = {
  readonly id: string;
  readonly session: Pick<Session, 'actor' | 'expiresAt' | 'mustChangePassword'>;
};

/** Where a request comes from. */
export type Origin = { readonly source: string | undefined; readonly userAgent: string | undefined };

/** An administrator has authenticated, by password and passcode, or by passkey. */
export type Proved = {
  readonly administrator: LogOnRow;
  readonly secondFactor: boolean;
  /** Rather than by passkey. */
  readonly byPassword: boolean;
  /** Someone else set the password. */
  readonly mustChangePassword: boolean;
  /** For the audit trail. */
  readonly how: Reason | undefined;
};

/** Which of the two a proof is for, as named in the audit trail. */
export type ProofAction = 'administrator.log-on' | 'administrator.prove';

/**
 * Password, and passcode if there is a token. An administrator with a passkey and no token uses the passkey: the password alone then proves
 * nothing. Only someone who knew the password learns that more is needed.
 */
export async function proveByPassword(
  context: Context &
    Pick<ServerContext, 'passwords' | 'settings' | 'onAlteredRow' | 'ldapServers'> & {
      readonly attempts: Attempts;
    },
  action: ProofAction,
  input: {
    readonly userName: string;
    readonly password: string;
    readonly passcode?: string | undefined;
    /** The challenge that `passcode` answers. */
    readonly challenge?: string | undefined;
    readonly source: string | undefined;
  },
): Promise<Outcome<Proved>> {
  const stored = await findStoredAdministrator(context.db, userIdKey(input.userName));
  const row = stored && hasMark('administrators', context, stored) ? stored : undefined;
  const entry =
    row && row.source_id !== null && row.source_key !== null
      ? { sourceId: row.source_id, key: row.source_key }
      : undefined;
  // An unknown name takes the same work, and so does one whose password is stored elsewhere.
  const [fits, answer] = await Promise.all([
    context.passwords.fits(entry ? undefined : row?.password_hash, input.password, input.source),
    askDirectory(context, entry, input.password, input.source),
  ]);
  const right = entry ? answer?.kind === 'right' : fits;
  const refuse = (reason: Reason) =>
    recordLogOn(context.db, context, input, { action, result: 'refused', reason });
  if (!row || !right || row.enabled !== 1) {
    await refuse(
      stored && !row
        ? text('event.administrator-forged')
        : !row
          ? text('event.no-such-administrator')
          : right
            ? 'disabled'
            : entry && answer && answer.kind !== 'right'
              ? answer.reason
              : text('event.wrong-password'),
    );
    const refusal =
      answer?.kind === 'unavailable' || (entry && row?.enabled === 1) ? refusalOf(answer) : undefined;
    return refusal ?? refused('log-on-failed', text('log-on.wrong-password'));
  }
  if (await isStale(context, row)) {
    await refuse(text('event.temporary-password-expired'));
    return refused('log-on-failed', text('log-on.wrong-password'));
  }
  const administrator = row;
  const byPassword = { byPassword: true, mustChangePassword: row.must_change_password === 1 };
  if (row.token_user_id !== null) {
    const user = await findUserById(context.db, row.token_user_id);
    if (input.passcode === undefined) {
      return refusedAt('passcode', 'second-factor-required', text('log-on.passcode-required'));
    }
    const shown = await showToken(context.attempts, {
      // Otherwise anyone who may give emergency tokencodes could log on as any administrator.
      tokenOnly: true,
      userId: user?.user_id ?? '',
      passcode: input.passcode,
      challenge: input.challenge,
      client: `log-on:${row.user_name}`,
      binding: row.id,
      source: input.source,
    });
    if (!shown.ok) return shown;
    if (!shown.value) {
      await refuse(text('event.wrong-passcode'));
      return refused('log-on-failed', text('passcode.not-accepted'));
    }
    return done({
      administrator,
      secondFactor: true,
      ...byPassword,
      how: text('event.password-and-passcode'),
    });
  }
  // As counted by the server: deleting them in the database does not make the password sufficient.
  if (row.passkey_count > 0) {
    return refused('second-factor-required', text('log-on.passkey-required'));
  }
  return done({ administrator, secondFactor: false, ...byPassword, how: undefined });
}

/** Set by someone else, and not changed for so long that others may have read it since. */
async function isStale(
  context: Pick<ServerContext, 'settings' | 'now'>,
  row: Pick<Row<'administrators'>, 'must_change_password' | 'password_given_at'>,
): Promise<boolean> {
  if (row.must_change_password === 0 || row.password_given_at === null) return false;
  const days = (await context.settings.current())['logOn.temporaryPasswordDays'];
  return context.now() > row.password_given_at + days * DAY;
}

/**
 * After every required proof. What was proved against may have been changed meanwhile, and all sessions ended: then this one does not begin,
 * or anyone who knew the earlier password would stay.
 */
export async function beginSession(
  context: Context,
  proved: Proved,
  origin: Origin,
): Promise<Outcome<OpenedSession>> {
  const { administrator, secondFactor, byPassword, mustChangePassword, how } = proved;
  const id = newSessionId(context);
  const now = context.now();
  const who = { userName: administrator.user_name, source: origin.source };
  const begun = await allOrNothing(context.db, async (trx) => {
    if (!(await lockUnchanged(trx, administrator)))
      return refused('log-on-failed', text('log-on.wrong-password'));
    await deleteEndedSessions(trx, 'sessions', now);
    await insertSession(trx, context, {
      id_hash: sessionHash(context, id),
      administrator_id: administrator.id,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_MILLISECONDS,
      proved_at: now,
      second_factor: secondFactor ? 1 : 0,
      by_password: byPassword ? 1 : 0,
      source: origin.source ?? null,
      user_agent: origin.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
    });
    await recordLogOn(trx, context, who, { action: 'administrator.log-on', reason: how });
    return done(undefined);
  });
  if (!begun.ok) {
    const line = { action: 'administrator.log-on', result: 'refused' } as const;
    await recordLogOn(context.db, context, who, { ...line, reason: text('event.credentials-just-changed') });
    return begun;
  }
  const actor = await administratorActor(context, administrator.id, {
    name: administrator.user_name,
    session: sessionHash(context, id),
    source: origin.source,
    mustChangePassword,
  });
  return done({ id, session: { actor, expiresAt: now + SESSION_MILLISECONDS, mustChangePassword } });
}

/** @param keepAlive whether this request comes from the person, rather than from an open page on its own */
export async function resumeSession(
  context: Context,
  id: string,
  source: string | undefined,
  keepAlive: boolean,
): Promise<Session | undefined> {
  const idHash = sessionHash(context, id);
  const now = context.now();
  const row = await findSession(context.db, context, idHash, now, IDLE_MILLISECONDS);
  if (!row) return undefined;
  if (keepAlive) await touchSession(context.db, 'sessions', row, now);
  const mustChangePassword = row.by_password === 1 && row.must_change_password === 1;
  const actor = await administratorActor(context, row.administrator_id, {
    name: row.user_name,
    session: idHash,
    source,
    mustChangePassword,
  });
  return { actor, expiresAt: row.expires_at, row, mustChangePassword };
}

export async function closeSession(context: Context, { actor, row }: Session): Promise<void> {
  await deleteSession(context.db, 'sessions', row.administrator_id, row.id_hash);
  const who = { userName: actor.name, source: actor.source };
  await recordLogOn(context.db, context, who, { action: 'administrator.log-off' });
}

/** What administrators do about their own logon: they are both actor and object. */
export function recordLogOn(
  db: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  { userName, source }: { readonly userName: string; readonly source?: string | undefined },
  line: Omit<Recorded, 'object'> & {
    readonly action: ProofAction | 'administrator.log-off' | 'administrator.end-sessions';
  },
): Promise<void> {
  const name = `administrator:${userName}`;
  return record(db, context, { name, source }, { ...line, object: name });
}

export const newSessionId = (context: Pick<Context, 'random'>): string =>
  Buffer.from(context.random(32)).toString('base64url');
export const sessionHash = (context: Pick<ServerContext, 'sealing'>, id: string): KeyedHash =>
  context.sealing.keyedHash('session', id);

/** An administrator with the roles held now: what is revoked is gone with the next request. */
async function administratorActor(
  context: Context,
  id: string,
  of: {
    readonly name: string;
    readonly session: string;
    readonly source: string | undefined;
    readonly mustChangePassword: boolean;
  },
): Promise<Actor> {
  return {
    kind: 'administrator',
    name: of.name,
    grants: of.mustChangePassword ? [] : (await listGrants(context.db, context, [id])).map(grantOf),
    principal: id,
    session: of.session,
    ...(of.source === undefined ? {} : { source: of.source }),
  };
}
