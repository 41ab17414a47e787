/**
 * Users in another security domain than their source's by its rules, moved there or new: with the rights of regardless of who wrote them, as they are now.
 */

import { refusalAbove } from '../../directory/above.ts';
import { mayBring, mayMove } from '../../directory/sources/placement.ts';
import { writerOf } from '../../directory/sources/writer.ts';
import { holdDomains } from '../../store/directory/domains.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import type { ReadEntry } from '../../store/sources/runs.ts';
import type { LinkContext } from './links.ts';

export type Moves = {
  may(user: Row<'users'>, to: string): boolean;
  /** Somebody new. */
  mayBring(to: string): boolean;
};

/** For a batch. No one is moved to a domain that no longer exists. */
export async function movesOf(
  context: LinkContext,
  trx: Connection,
  source: SourceRow,
  entries: readonly ReadEntry[],
  users: readonly Row<'users'>[],
): Promise<Moves> {
  const places = [...new Set(entries.flatMap(({ domain }) => domain ?? []))];
  const moving = users.filter(({ domain }) => places.some((place) => place !== domain));
  const none: Moves = { may: () => false, mayBring: (to) => to === source.domain };
  if (moving.length === 0 && places.every((place) => place === source.domain)) return none;
  const actor = await writerOf(context, trx, source, source.domain);
  if (!actor) return none;
  const present = await holdDomains(trx, places);
  const ids = moving.map(({ id }) => id);
  const holding =
    ids.length === 0
      ? []
      : await trx
          .selectFrom('administrators')
          .select('token_user_id')
          .where('token_user_id', 'in', ids)
          .execute();
  const holders = new Set(holding.map(({ token_user_id }) => token_user_id));
  const above = new Set<string>();
  for (const id of holders)
    if (id !== null && (await refusalAbove(trx, actor, 'users:edit', id))) above.add(id);
  return {
    may: (user, to) => present.has(to) && !above.has(user.id) && mayMove(actor, user.domain, to),
    mayBring: (to) => mayBring(actor, source, to),
  };
}
