/** The person who saved a source last, with the rights that they have now: its rules do nothing that they may not. */
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import type { Connection } from '../../store/schema/schema.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import { starterOf } from '../starter.ts';

/**
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
