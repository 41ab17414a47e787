/** Moves of users to another security domain by the rules of their source: with the rights of whoever wrote them, as they are now. */

import { refusalAbove } from '../../directory/above.ts';
import { mayMove } from '../../directory/sources/placement.ts';
import { holdDomains } from '../../store/tables/domains.ts';
import type { SourceRow } from '../../store/tables/identity-sources.ts';
import type { Connection, Row } from '../../store/tables/schema.ts';
import type { ReadEntry } from '../../store/tables/source-runs.ts';
import { starterOf } from '../starter.ts';
import type { LinkContext } from './links.ts';

export type Moves = { may(user: Row<'users'>, to: string): boolean };

/** Of a batch. A domain that is gone is no place to move to. */
export async function movesOf(
  context: LinkContext,
  trx: Connection,
  source: SourceRow,
  entries: readonly ReadEntry[],
  users: readonly Row<'users'>[],
): Promise<Moves> {
  const places = [...new Set(entries.flatMap(({ domain }) => domain ?? []))];
  const moving = users.filter(({ domain }) => places.some((place) => place !== domain));
  if (moving.length === 0) return { may: () => false };
  const needed = ['settings:edit', 'users:edit'] as const;
  const starter = await starterOf(
    { ...context, db: trx },
    { ...source, source: null },
    needed,
    source.domain,
  );
  if (!('actor' in starter)) return { may: () => false };
  const { actor } = starter;
  const present = await holdDomains(trx, places);
  const holders = new Set(
    (
      await trx
        .selectFrom('administrators')
        .select('token_user_id')
        .where(
          'token_user_id',
          'in',
          moving.map(({ id }) => id),
        )
        .execute()
    ).map(({ token_user_id }) => token_user_id),
  );
  const above = new Set<string>();
  for (const id of holders)
    if (id !== null && (await refusalAbove(trx, actor, 'users:edit', id))) above.add(id);
  return {
    may: (user, to) => present.has(to) && !above.has(user.id) && mayMove(actor, user.domain, to),
  };
}
