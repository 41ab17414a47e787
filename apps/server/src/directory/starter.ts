/** Whose rights a job, a rule or a source has: those of the person who started or saved it, as they are now and not as they were. */

import type { Permission } from '@sower/api/permissions';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, covers, denied, HOST } from '../core/actor.ts';
import { done, refused } from '../core/outcome.ts';
import { findStoredApiKeyById } from '../store/directory/administrators.ts';
import type { Connection } from '../store/schema/schema.ts';
import type { SourceRow } from '../store/sources/identity-sources.ts';
import type { JobRow } from '../store/work/jobs.ts';
import { standingsOf } from './key-standing.ts';
import { administratorsNow } from './roles.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'onAlteredRow' | 'now'>;

/** Row of the administrator or of the API key. */
export const starterId = (actor: Actor): string => actor.key ?? actor.principal ?? '';

/** The columns that say whose rights a row has. The system has none to lend. */
export function starterColumns(actor: Actor) {
  const { kind } = actor;
  if (kind === 'system') return refused('not-permitted', text('job.people-only'));
  return done({ actor_kind: kind, actor_id: starterId(actor), actor_name: actorName(actor) });
}

type Started = Pick<JobRow, 'actor_kind' | 'actor_id' | 'actor_name' | 'source'>;

/**
 * The caller has looked at the mark of the job or the rule.
 * @param domain path of the security domain in which the rights are needed; anywhere when left out
 * @returns why it must not continue
 */
export async function starterOf(
  context: Context,
  job: Started,
  needed: readonly Permission[],
  domain?: string,
): Promise<{ readonly actor: Actor } | { readonly ended: Text }> {
  const actor = await actorOf(context, job);
  if (!actor) return { ended: text('job.starter-gone', { name: job.actor_name }) };
  const lost = needed.find(
    (permission) => denied(actor, permission) || (domain !== undefined && !covers(actor, permission, domain)),
  );
  return lost === undefined
    ? { actor }
    : { ended: text('job.right-lost', { name: job.actor_name, permission: lost }) };
}

async function actorOf(context: Context, job: Started): Promise<Actor | undefined> {
  const source = job.source === null ? {} : { source: job.source };
  if (job.actor_kind === 'administrator') {
    const actor = (await administratorsNow(context.db, context, [job.actor_id])).get(job.actor_id);
    return actor && { ...actor, ...source };
  }
  const key = await findStoredApiKeyById(context.db, job.actor_id);
  if (!key) return undefined;
  const [standing] = await standingsOf(context.db, context, [key], context.now());
  return {
    kind: 'api-key',
    name: key.name,
    key: key.id,
    principal: key.owner_id ?? HOST,
    grants: standing?.grants ?? [],
    ...source,
  };
}

/**
 * The person who saved a source last, with the rights that they have now: its rules do nothing that they may not.
 *
 * @param domain path of the security domain in which they have to have the rights of a source; anywhere when left out
 * @returns undefined if they are gone, or have not
 */
export async function writerOf(
  context: Pick<ServerContext, 'sealing' | 'onAlteredRow' | 'now'>,
  db: Connection,
  source: SourceRow,
  domain?: string,
): Promise<Actor | undefined> {
  const needed = ['settings:edit', 'users:edit'] as const;
  const starter = await starterOf({ ...context, db }, { ...source, source: null }, needed, domain);
  return 'actor' in starter ? starter.actor : undefined;
}
