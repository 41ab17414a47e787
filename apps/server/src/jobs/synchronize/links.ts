/**
 * Links between entries and users who were here before the directory, as chosen by an administrator, and moves to the domain that the rules
 * of a source name. Whether a link is allowed is checked when the entry is compared and again when it is applied, with the rights that the
 * person who chose it has by then.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { type Actor, covers } from '../../core/actor.ts';
import { refusalAbove, whyAbove } from '../../directory/roles.ts';
import { mayBring, mayMove } from '../../directory/sources/placement.ts';
import { starterOf, writerOf } from '../../directory/starter.ts';
import { findAll } from '../../store/db/rows.ts';
import { holdDomains } from '../../store/directory/domains.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import type { ChoiceRow } from '../../store/sources/choices.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import type { ReadEntry } from '../../store/sources/runs.ts';
import type { SynchronizeContext } from './context.ts';

export type LinkContext = Pick<SynchronizeContext, 'sealing' | 'now' | 'onAlteredRow'>;

export type Link = {
  readonly user: Row<'users'>;
  /** Why it cannot be made. */
  readonly against?: Text;
};

/** Only a user of the internal database, or one who is gone from their directory, can be linked to an entry. */
const isLinkable = (user: Pick<Row<'users'>, 'source_id' | 'source_state'>): boolean =>
  user.source_id === null || user.source_state === 'gone';

/** @returns by the key of the entry */
export async function linksOf(
  context: LinkContext,
  trx: Connection,
  source: SourceRow,
  entries: readonly ReadEntry[],
  choices: ReadonlyMap<string, ChoiceRow>,
): Promise<Map<string, Link>> {
  const chosen = entries.flatMap((entry) => {
    const choice = choices.get(entry.source_key ?? '');
    return choice?.choice === 'link' && choice.user_row !== null
      ? [{ entry, choice, userRow: choice.user_row }]
      : [];
  });
  if (chosen.length === 0) return new Map();
  const ids = chosen.map(({ userRow }) => userRow);
  const users = new Map((await findAll(trx, 'users', { id: ['in', ids] })).map((user) => [user.id, user]));
  const actors = new Map<string, Promise<Actor | undefined>>();
  const links = new Map<string, Link>();
  for (const { entry, choice, userRow } of chosen) {
    const user = users.get(userRow);
    if (!user) continue;
    const who = `${choice.actor_kind} ${choice.actor_id}`;
    const actor = actors.get(who) ?? chooserOf(context, trx, source, choice);
    actors.set(who, actor);
    const against = await objection(trx, entry, choice, user, await actor);
    links.set(choice.source_key, { user, ...(against ? { against } : {}) });
  }
  return links;
}

async function chooserOf(
  context: LinkContext,
  trx: Connection,
  source: SourceRow,
  choice: ChoiceRow,
): Promise<Actor | undefined> {
  const needed = ['settings:edit', 'users:edit'] as const;
  const starter = await starterOf(
    { ...context, db: trx },
    { ...choice, source: null },
    needed,
    source.domain,
  );
  return 'actor' in starter ? starter.actor : undefined;
}

async function objection(
  trx: Connection,
  entry: ReadEntry,
  choice: ChoiceRow,
  user: Row<'users'>,
  actor: Actor | undefined,
): Promise<Text | undefined> {
  // Chosen for this user ID; no one has said that a user with another ID is the same person.
  if (user.user_id_key !== entry.user_id_key)
    return text('source-entry.link-other-id', { user: user.user_id });
  if (!isLinkable(user)) return text('source-entry.link-taken');
  const may =
    actor !== undefined &&
    covers(actor, 'users:edit', user.domain) &&
    (await refusalAbove(trx, actor, 'users:edit', user.id)) === undefined;
  return may ? undefined : text('source-entry.link-right-lost', { name: choice.actor_name });
}

/**
 * Users in another security domain than their source's by its rules, moved there or new: with the rights that the author of the rules has
 * now.
 */
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
  const domains = [...new Set(entries.flatMap(({ domain }) => domain ?? []))];
  const moving = users.filter(({ domain }) => domains.some((other) => other !== domain));
  const none: Moves = { may: () => false, mayBring: (to) => to === source.domain };
  if (moving.length === 0 && domains.every((other) => other === source.domain)) return none;
  const actor = await writerOf(context, trx, source, source.domain);
  if (!actor) return none;
  const present = await holdDomains(trx, domains);
  const above = await whyAbove(trx, actor, moving, ({ id }) => id);
  return {
    may: (user, to) => present.has(to) && above(user) === undefined && mayMove(actor, user.domain, to),
    mayBring: (to) => mayBring(actor, source, to),
  };
}
