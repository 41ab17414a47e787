/** Assigning tokens to users, and taking them back. */

import type { Floor } from '../floor.ts';
import { type Actor, actorName, covers, denied, scopesOf } from '../identity/actor.ts';
import { type Outcome, refused, refusedAt, undo, undoable } from '../outcome.ts';
import { deleteAttemptsOf } from '../store/attempts.ts';
import { insertAudit } from '../store/audit.ts';
import { withdrawLive } from '../store/distributions.ts';
import { deleteEmergencyCodes } from '../store/emergency-codes.ts';
import { deletePinHistory } from '../store/pin-history.ts';
import { deleteReplacementsOf } from '../store/replacements.ts';
import type { Connection } from '../store/schema.ts';
import { deleteSeeds } from '../store/seeds.ts';
import { changeToken, claimNextToken, claimToken, countTokensOf, lastGoodDay } from '../store/tokens.ts';
import { findUser, lockUser } from '../store/users.ts';
import { changing } from './changing.ts';
import { tokenFor } from './token-for.ts';
import { isExpired } from './token-view.ts';

type Uses = Pick<Floor, 'db' | 'settings' | 'now' | 'random' | 'sealing'>;

export async function assignToken(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string; readonly userId: string },
): Promise<Outcome<string>> {
  const found = await tokenFor(uses, actor, 'tokens:assign', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (isExpired(token.expires_on, uses.now())) {
    return refused('wrong-state', `The token expired on ${token.expires_on}. Choose another one.`);
  }
  return assigning(uses, actor, input.userId, async (trx, userRow) => {
    if (!(await claimToken(trx, token.id, userRow))) {
      undo(
        'wrong-state',
        `The token is assigned to ${token.holder ?? 'somebody'} already. Unassign it first.`,
      );
    }
    return token.serial;
  });
}

/**
 * The next available token, for who does not care which: of those that nobody has and that are good for long enough, the one that lives
 * longest.
 * @returns its serial number
 */
export async function assignNextToken(
  uses: Uses,
  actor: Actor,
  input: { readonly userId: string },
): Promise<Outcome<string>> {
  const denial = denied(actor, 'tokens:assign');
  if (denial) return denial;
  const wanted = await nextTokens(uses, actor);
  return assigning(uses, actor, input.userId, async (trx, userRow) => {
    const token = await claimNextToken(trx, userRow, wanted);
    return token?.serial ?? noneLeft(wanted.days);
  });
}

export function noneLeft(days: number): never {
  return undo(
    'no-token-available',
    `There is no unassigned token that stays good for ${days} days. Mint tokens, or lower the setting tokens.autoAssignDays.`,
  );
}

/** What a token has to be to be chosen automatically. */
export async function nextTokens(
  uses: Pick<Floor, 'settings' | 'now'>,
  actor: Actor,
): Promise<{ scopes: string[]; expiresFrom: string; days: number }> {
  const days = (await uses.settings.current())['tokens.autoAssignDays'];
  return { scopes: scopesOf(actor, 'tokens:assign'), expiresFrom: firstGoodDay(uses.now(), days), days };
}

/** Tokens that end on this day or later do not expire within so many days. */
function firstGoodDay(now: number, days: number): string {
  if (days === 0) return lastGoodDay(now);
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}

/** @param take claims the token, in the transaction that counts the user's tokens and writes the trail */
async function assigning(
  uses: Uses,
  actor: Actor,
  userId: string,
  take: (trx: Connection, userRow: string) => Promise<string>,
): Promise<Outcome<string>> {
  const limit = (await uses.settings.current())['tokens.maxPerUser'];
  const user = await findUser(uses.db, userId);
  // Assigning reaches the user too: who may not do it there is told that there is nobody.
  if (!user || !covers(actor, 'tokens:assign', user.domain)) {
    return refusedAt('userId', 'not-found', `There is no user "${userId}".`);
  }
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      // Taken first, so that two assignments to one user count one after the other.
      if (!(await lockUser(trx, user.id))) undo('not-found', `There is no user "${userId}".`);
      if ((await countTokensOf(trx, user.id)) >= limit) {
        undo('token-limit', `A user may hold ${limit} tokens. Unassign one of them first.`);
      }
      const serial = await take(trx, user.id);
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: 'token.assign',
        object: `token:${serial}`,
        result: 'success',
        reason: `to ${user.user_id}`,
        source: actor.source,
      });
      return serial;
    }),
  );
}

export function unassignToken(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string },
): Promise<Outcome<undefined>> {
  return changing(uses, actor, 'tokens:assign', input.serial, async (trx, token) => {
    if (token.user_id === null) undo('wrong-state', 'The token is not assigned.');
    await releaseToken(trx, uses, actor, { id: token.id, serial: token.serial, holder: token.holder });
    return [];
  });
}

/**
 * Nothing of the former holder stays on the token: no seed, no PIN, no emergency access, no live code, no replacement. In the caller's
 * transaction.
 */
export async function releaseToken(
  trx: Connection,
  uses: Pick<Floor, 'now' | 'random' | 'sealing'>,
  actor: Actor,
  token: { readonly id: string; readonly serial: string; readonly holder: string | null },
): Promise<void> {
  await changeToken(trx, token.id, {
    user_id: null,
    enabled: 0,
    lost: 0,
    pin: null,
    pin_set_at: null,
    pin_change: 0,
    emergency_until: null,
    emergency_return: null,
    failures: 0,
    last_failure_at: null,
  });
  await deleteSeeds(trx, token.id);
  await deleteReplacementsOf(trx, token.id);
  await deletePinHistory(trx, token.id);
  await deleteAttemptsOf(trx, token.id);
  await deleteEmergencyCodes(trx, token.id);
  await withdrawLive(trx, uses, token.id, { reason: 'the token was unassigned', source: actor.source });
  await insertAudit(trx, uses, {
    actor: actorName(actor),
    action: 'token.unassign',
    object: `token:${token.serial}`,
    result: 'success',
    reason: token.holder === null ? undefined : `from ${token.holder}`,
    source: actor.source,
  });
}
