/** How far the move is, for people to see: who has moved, who waits, who conflicts, and the odds of a false match. */
import {
  atLeastOnce,
  CONFLICTS,
  type CoexistenceProgress,
  type CoexistenceUser,
  MATCHES_NEEDED,
  MAX_SEEDS_COMPARED,
  type Move,
  oddsOfFalseMatch,
} from '@sower/api/coexistences';
import { isoTime } from '@sower/api/time';
import type { ServerContext } from '../context.ts';
import { type Actor, denied, scopesOf } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { userNamesFor } from '../directory/user-search.ts';
import {
  countConflicts,
  countMoves,
  countUnassignedSeeds,
  fewestDigits,
  listCoexistences,
  listConflicts,
  listMoves,
} from '../store/authentication/coexistences.ts';
import type { Connection } from '../store/schema/schema.ts';
import { serialsOf } from './teach.ts';

/** Of tokens that were made anywhere. */
const USUAL_DIGITS = 6;

export async function showProgress(
  context: Pick<ServerContext, 'db' | 'settings'>,
  actor: Actor,
): Promise<Outcome<CoexistenceProgress>> {
  const denial = denied(actor, 'agents:view');
  if (denial) return denial;
  const { moved, waiting } = await countMoves(context.db, await domainsOf(context.db));
  const unassigned = await countUnassignedSeeds(context.db);
  const of = {
    digits: (await fewestDigits(context.db)) ?? USUAL_DIGITS,
    window: 2 * (await context.settings.current())['verify.window'] + 1,
    matches: MATCHES_NEEDED,
    seeds: Math.min(unassigned, MAX_SEEDS_COMPARED),
  };
  const once = oddsOfFalseMatch(of);
  return done({
    moved,
    waiting,
    conflicts: await countConflicts(context.db, CONFLICTS),
    seeds: { unassigned, most: MAX_SEEDS_COMPARED },
    odds: { ...of, once, all: atLeastOnce(once, waiting) },
  });
}

export async function showMoves(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  wanted: { readonly move: Move; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Outcome<{ items: CoexistenceUser[]; next?: string }>> {
  const denial = denied(actor, 'users:view');
  if (denial) return denial;
  const { move, cursor = '', limit } = wanted;
  const page = { after: cursor, limit: limit + 1 };
  const scopes = scopesOf(actor, 'users:view');
  const rows =
    move === 'conflict'
      ? await listConflicts(context.db, CONFLICTS, scopes, page)
      : await listMoves(context.db, move === 'moved', { domains: await domainsOf(context.db), scopes }, page);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const userIds = shown.map(({ user_id }) => user_id);
  const nameOf = await userNamesFor(context, actor, userIds);
  return done({
    items: shown.map(({ user_id: userId, lesson, serials, at }) => ({
      userId,
      ...nameOf(userId),
      move,
      ...(lesson === null ? {} : { lesson }),
      serials: serialsOf(serials),
      ...(at === null ? {} : { at: isoTime(at) }),
    })),
    ...(rows.length > limit && last ? { next: last.user_key } : {}),
  });
}

/** Whose users are on the way, also after the last day: they are the ones who wait. */
const domainsOf = async (db: Connection): Promise<string[]> => [
  ...new Set((await listCoexistences(db)).map(({ domain }) => domain)),
];
