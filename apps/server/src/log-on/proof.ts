/**
 * Proof that the administrator is still the one using a session, required where an unattended screen must not be enough (`freshProof` in
 * the operations table). A logon is a proof; it is valid for some minutes. It must include every second factor: a session from before a
 * factor was added proves nothing until it has shown that factor. API keys have no screen and are not asked.
 */

import { MINUTE } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { done, type Outcome, type Refused, refused } from '../core/outcome.ts';
import { allOrNothing } from '../core/transaction.ts';
import { proveSession } from '../store/log-on/sessions.ts';
import {
  newSessionId,
  type OpenedSession,
  type Proved,
  recordLogOn,
  type Session,
  sessionHash,
} from './log-on.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'now' | 'random'>;

/** Why the session has to prove its identity again; undefined if it does not. */
export async function proofLacking(context: Context, { row }: Session): Promise<Refused | undefined> {
  const { 'logOn.freshProofMinutes': minutes } = await context.settings.current();
  const age = context.now() - row.proved_at;
  const fresh = age >= 0 && age <= minutes * MINUTE;
  const shown = row.second_factor === 1 || (row.token_user_id === null && row.passkey_count === 0);
  if (fresh && shown) return undefined;
  return refused('proof-needed', text('session.proof-required'));
}

/** The session continues under another ID: anyone who knew the earlier one is out. */
export async function renewProof(
  context: Context,
  { actor, row, expiresAt, mustChangePassword }: Session,
  { administrator, secondFactor, how }: Proved,
): Promise<Outcome<OpenedSession>> {
  if (administrator.id !== row.administrator_id) {
    return refused('log-on-failed', text('passkey.not-yours'));
  }
  const id = newSessionId(context);
  const now = context.now();
  return allOrNothing(context.db, async (trx) => {
    const proved = await proveSession(trx, context, row, {
      id_hash: sessionHash(context, id),
      proved_at: now,
      second_factor: secondFactor ? 1 : 0,
      last_seen_at: now,
    });
    if (!proved) return refused('not-authenticated', text('session.ended'));
    const who = { userName: administrator.user_name, source: actor.source };
    await recordLogOn(trx, context, who, { action: 'administrator.prove', reason: how });
    const renewed = { ...actor, session: sessionHash(context, id) };
    return done({ id, session: { actor: renewed, expiresAt, mustChangePassword } });
  });
}
