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

type Uses = Pick<Floor, 'db' | 'settings' | 'now' | 'random'>;

export async function assignToken(
  uses: Uses,
  actor: Actor,
  input: { readonly serial: string; readonly userId: string },
): Promise<Outcome<undefined>> {
  const limit = (await uses.settings.current())['tokens.maxPerUser'];
  const found = await tokenFor(uses, actor, 'tokens:assign', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (isExpired(token.expires_on, uses.now())) {
    return refused('wrong-state', `The token expired on ${token.expires_on}. Choose another one.`);
  }
  const user = await findUser(uses.db, input.userId);
  // Assigning reaches the user too: who may not do it there is told that there is nobody.
  if (!user || !covers(actor, 'tokens:assign', user.domain)) {
    return refusedAt('userId', 'not-found', `There is no user "${input.userId}".`);
  }
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      // Taken first, so that two assignments to one user count one after the other.
      if (!(await lockUser(trx, user.id))) undo('not-found', `There is no user "${input.userId}".`);
      if ((await countTokensOf(trx, user.id)) >= limit) {
        undo('token-limit', `A user may hold ${limit} tokens. Unassign one of them first.`);
      }
      if (!(await claimToken(trx, token.id, user.id))) {
        undo(
          'wrong-state',
          `The token is assigned to ${token.holder ?? 'somebody'} already. Unassign it first.`,
        );
      }
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: 'token.assign',
        object: `token:${token.serial}`,
        result: 'success',
        reason: `to ${user.user_id}`,
        source: actor.source,
      });
      return undefined;
    }),
  );
}

/**
 * The next available token, for who does not care which: unassigned, not lost, and good for as long as the settings ask.
 * @returns its serial number
 */
export async function assignNextToken(
  uses: Uses,
  actor: Actor,
  input: { readonly userId: string },
): Promise<Outcome<string>> {
  const denial = denied(actor, 'tokens:assign');
  if (denial) return denial;
  const settings = await uses.settings.current();
  const limit = settings['tokens.maxPerUser'];
  const days = settings['tokens.autoAssignDays'];
  const user = await findUser(uses.db, input.userId);
  if (!user || !covers(actor, 'tokens:assign', user.domain)) {
    return refused('not-found', `There is no user "${input.userId}".`);
  }
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      if (!(await lockUser(trx, user.id))) undo('not-found', `There is no user "${input.userId}".`);
      if ((await countTokensOf(trx, user.id)) >= limit) {
        undo('token-limit', `A user may hold ${limit} tokens. Unassign one of them first.`);
      }
      const taken = await claimNextToken(trx, user.id, {
        scopes: scopesOf(actor, 'tokens:assign'),
        expiresFrom: firstGoodDay(uses.now(), days),
      });
      if (!taken) {
        undo(
          'no-token-available',
          `There is no unassigned token that stays good for ${days} days. Mint tokens, or lower the setting tokens.autoAssignDays.`,
        );
      }
      await insertAudit(trx, uses, {
        actor: actorName(actor),
        action: 'token.assign',
        object: `token:${taken.serial}`,
        result: 'success',
        reason: `to ${user.user_id}, as the next available one`,
        source: actor.source,
      });
      return taken.serial;
    }),
  );
}

/** Tokens that end on this day or later do not expire within so many days. */
function firstGoodDay(now: number, days: number): string {
  if (days === 0) return lastGoodDay(now);
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
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
  uses: Pick<Floor, 'now' | 'random'>,
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
