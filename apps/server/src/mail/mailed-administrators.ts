/** Who gets mail about the installation: enabled administrators with a mail address and the permission to fix what it is about. */

import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { administratorsNow } from '../directory/roles.ts';
import { listStoredAdministrators } from '../store/directory/administrators.ts';
import type { Connection } from '../store/schema/schema.ts';
import type { AdministratorAddress } from './queue.ts';

type StoredAdministrator = Awaited<ReturnType<typeof listStoredAdministrators>>[number];

type Context = Pick<ServerContext, 'sealing' | 'onAlteredRow' | 'now' | 'random'>;

/** @param named keys of user names: only these; empty: all */
export async function mailedAdministrators(
  context: Context,
  db: Connection,
  may: (actor: Actor) => boolean,
  named: ReadonlySet<string> = new Set(),
): Promise<AdministratorAddress[]> {
  const reachable = await reachableAdministrators(
    context,
    db,
    ({ user_name_key: key }) => named.size === 0 || named.has(key),
  );
  return reachable.filter(({ actor }) => may(actor)).map(({ address }) => address);
}

export type Reachable = { readonly address: AdministratorAddress; readonly actor: Actor };

/** Those who are enabled and have a mail address, with the rights that they have now. */
export async function reachableAdministrators(
  context: Context,
  db: Connection,
  chosen: (row: StoredAdministrator) => boolean,
): Promise<Reachable[]> {
  const all = await listStoredAdministrators(db);
  const addressed = all.filter((row) => row.mail !== null && chosen(row));
  const ids = addressed.map(({ id }) => id);
  const actors = await administratorsNow(db, context, ids);
  return addressed.flatMap(({ id, user_name: name, mail }) => {
    const actor = actors.get(id);
    return actor && mail !== null ? [{ address: { name, mail }, actor }] : [];
  });
}
