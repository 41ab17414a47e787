/** Assigning tokens to users, and unassigning them. */

import { DAY, dayOf } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, type AuditActor, covers, denied, scopesOf } from '../../core/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { allOrNothing, undo, undoWith } from '../../core/transaction.ts';
import { refusalAbove } from '../../directory/roles.ts';
import { domainNames } from '../../store/directory/domains.ts';
import { findUser, lockUser } from '../../store/directory/users.ts';
import { endLatestDistribution, withdrawLive } from '../../store/distribution/distributions.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { forgetHolders, RELEASED } from '../../store/tokens/release.ts';
import {
  changeToken,
  claimNextToken,
  claimToken,
  countTokensOf,
  findToken,
  isExpired,
  lockToken,
  type NextToken,
  oldestValidDay,
  type TokenRow,
} from '../../store/tokens/tokens.ts';
import { barTo } from './eligibility.ts';
import { endItsSessions, turned } from './enable.ts';
import { changing, lockTokenFor, tokenFor } from './token-for.ts';

type Context = Pick<ServerContext, 'db' | 'settings' | 'now' | 'random' | 'sealing'>;

/** @param assigned more to do with the token in the same transaction, once it is the user's */
export async function assignToken(
  context: Context,
  actor: Actor,
  input: { readonly serial: string; readonly userId: string },
  assigned?: (trx: Connection, token: TokenRow) => Promise<void>,
): Promise<Outcome<string>> {
  const found = await tokenFor(context, actor, 'tokens:assign', input.serial);
  if (!found.ok) return found;
  const token = found.value;
  if (isExpired(token.expires_on, context.now())) {
    return refused('wrong-state', text('token.expired-choose', { date: token.expires_on }));
  }
  const take = async (trx: Connection, user: Row<'users'>) => {
    const present = await lockTokenFor(trx, actor, 'tokens:assign', token);
    if (!(await claimToken(trx, token.id, user.id))) {
      undo(
        'wrong-state',
        present.holder === null
          ? text('token.assigned-already-other')
          : text('token.assigned-already', { user: present.holder }),
      );
    }
    return present;
  };
  return assigning(context, actor, input.userId, take, async (trx) => {
    const updated = assigned && (await findToken(trx, token.serial));
    if (updated) await assigned(trx, updated);
  });
}

/**
 * The next available token, if it does not matter which: among unassigned tokens that are valid for long enough, the one that expires last.
 * @returns its serial number
 */
export async function assignNextToken(
  context: Context,
  actor: Actor,
  input: { readonly userId: string },
): Promise<Outcome<string>> {
  const denial = denied(actor, 'tokens:assign');
  if (denial) return denial;
  const wanted = await nextTokens(context, actor);
  return assigning(
    context,
    actor,
    input.userId,
    async (trx, user) => (await claimNextToken(trx, user.id, wanted)) ?? noneLeft(wanted.days),
  );
}

export function noneLeft(days: number): never {
  return undo('no-token-available', text('token.none-available', { count: days }));
}

/** The conditions for a token to be chosen automatically. */
export async function nextTokens(
  context: Pick<ServerContext, 'settings' | 'now'>,
  actor: Actor,
): Promise<NextToken & { scopes: string[]; days: number }> {
  const days = (await context.settings.current())['tokens.autoAssignDays'];
  return { scopes: scopesOf(actor, 'tokens:assign'), expiresFrom: firstGoodDay(context.now(), days), days };
}

/** Tokens that expire on this day or later are valid for long enough. */
export function firstGoodDay(now: number, days: number): string {
  if (days === 0) return oldestValidDay(now);
  return dayOf(now + days * DAY);
}

/**
 * @param take claims the token, in the transaction that counts the user's tokens and writes the audit row. Returns the token as it was
 * before
 */
async function assigning(
  context: Context,
  actor: Actor,
  userId: string,
  take: (trx: Connection, user: Row<'users'>) => Promise<Pick<Row<'tokens'>, 'serial' | 'domain'>>,
  then?: (trx: Connection) => Promise<void>,
): Promise<Outcome<string>> {
  const limit = (await context.settings.current())['tokens.maxPerUser'];
  const user = await findUser(context.db, userId);
  const noSuchUser = refusedAt('userId', 'not-found', text('user.not-found', { user: userId }));
  // Assigning affects the user too: outside the actor's scope, the user does not exist.
  if (!user || !covers(actor, 'tokens:assign', user.domain)) return noSuchUser;
  const above = await refusalAbove(context.db, actor, 'tokens:assign', user.id);
  if (above) return above;
  return allOrNothing(context.db, async (trx) => {
    // Locked first: two assignments to one user count one after the other, and the user is moved before or after.
    const holder = await lockUser(trx, user.id);
    if (!holder || !covers(actor, 'tokens:assign', holder.domain)) undoWith(noSuchUser);
    const room = { assigned: await countTokensOf(trx, holder.id), limit };
    switch (barTo({ userEnabled: holder.enabled, room }, context.now())) {
      case 'user-disabled':
        undo('wrong-state', text('user.disabled'));
        break;
      case 'at-limit':
        undo('token-limit', text('token.limit', { count: limit }));
    }
    const token = await take(trx, holder);
    await recordAssignments(trx, context, actor, [{ holder, token }]);
    await then?.(trx);
    return done(token.serial);
  });
}

type Assignment = {
  readonly holder: Pick<Row<'users'>, 'user_id' | 'domain'>;
  /** As it was before; one that was made for its user was in no security domain. */
  readonly token: { readonly serial: string; readonly domain: string | null };
};

/** A token from another security domain moves into its user's: the audit trail says so. */
export async function recordAssignments(
  trx: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  who: Actor | AuditActor,
  assignments: readonly Assignment[],
  what: 'event.to' | 'event.to-as-requested' = 'event.to',
): Promise<void> {
  const moves = assignments.flatMap(({ holder, token: { domain } }) =>
    domain === null || domain === holder.domain ? [] : [domain, holder.domain],
  );
  const names = await domainNames(trx, moves);
  const lines = assignments.map(({ holder, token: { serial, domain } }): Recorded => {
    const to = text(what, { name: holder.user_id });
    const [from, into] = [names.get(domain ?? '') ?? '', names.get(holder.domain) ?? ''];
    const stays = domain === null || domain === holder.domain;
    const reason = stays ? to : text('event.moved-into', { what: to, from, into });
    return { action: 'token.assign', object: `token:${serial}`, reason };
  });
  await record(trx, context, who, ...lines);
}

export const unassignToken = (context: Context, actor: Actor, input: { readonly serial: string }) =>
  changing(context, actor, 'tokens:assign', input.serial, async (trx, token) => {
    if (token.user_id === null) undo('wrong-state', text('token.not-assigned'));
    await releaseToken(trx, context, actor, token);
    await endItsSessions(trx, actor, token);
    return [];
  });

/**
 * Nothing of the former user stays on the token: no seed except that of a hardware token, no PIN, emergency access, live code or replacement, and no distribution counts as
 * its latest. A loan ends. It stays in the security domain it was in. In the caller's transaction.
 */
export async function releaseToken(
  trx: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  actor: Actor,
  token: Pick<TokenRow, 'id' | 'serial' | 'kind' | 'holder' | 'user_id' | 'lent_instead'>,
): Promise<void> {
  await changeToken(trx, token.id, RELEASED);
  // Before its seeds: an activation that is on its way has stored its seed then, or finds no live code after this.
  await withdrawLive(trx, context, token.id, { reason: text('event.unassigned'), source: actor.source });
  await forgetHolders(trx, [token.id]);
  await endLatestDistribution(trx, token.id);
  await record(trx, context, actor, {
    action: 'token.unassign',
    object: `token:${token.serial}`,
    reason: token.holder === null ? undefined : text('event.from', { name: token.holder }),
  });
  await endLoanOf(trx, context, actor, token);
}

/** However a loan ends, the user's own token that was disabled for it works again. */
async function endLoanOf(
  trx: Connection,
  context: Pick<ServerContext, 'now' | 'random' | 'sealing'>,
  actor: Actor,
  lent: Pick<TokenRow, 'serial' | 'user_id' | 'lent_instead'>,
): Promise<void> {
  const found = lent.lent_instead === null ? undefined : await findToken(trx, lent.lent_instead);
  const own = found && (await lockToken(trx, found.id));
  if (!own || own.user_id === null || own.user_id !== lent.user_id || own.enabled === 1) return;
  await changeToken(trx, own.id, turned(true));
  await record(trx, context, actor, {
    action: 'token.enable',
    object: `token:${own.serial}`,
    reason: text('event.loan-ended', { serial: lent.serial }),
  });
}
