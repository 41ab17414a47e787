/** Who gets mail about the installation: enabled administrators with a mail address and the permission to fix what it is about. */

import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import { grantOf } from '../directory/roles.ts';
import type { AdministratorAddress } from '../mail/queue.ts';
import { listGrants, listOwners, listStoredAdministrators } from '../store/tables/administrators.ts';
import type { Connection } from '../store/tables/schema.ts';

/** @param named keys of user names: only these; empty: all */
export async function mailedAdministrators(
  context: Pick<ServerContext, 'sealing' | 'onAlteredRow' | 'now' | 'random'>,
  db: Connection,
  may: (actor: Actor) => boolean,
  named: ReadonlySet<string> = new Set(),
): Promise<AdministratorAddress[]> {
  const all = await listStoredAdministrators(db);
  const reachable = all.filter(
    ({ enabled, mail, user_name_key: key }) =>
      enabled === 1 && mail !== null && (named.size === 0 || named.has(key)),
  );
  if (reachable.length === 0) return [];
  const owners = await listOwners(
    db,
    context,
    reachable.map(({ id }) => id),
  );
  const marked = new Set(owners.map(({ id }) => id));
  const grants = Map.groupBy(await listGrants(db, context), (row) => row.administrator_id);
  return reachable.flatMap(({ id, user_name: name, mail }) => {
    const held = (grants.get(id) ?? []).map(grantOf);
    const actor: Actor = { kind: 'administrator', name, principal: id, grants: held };
    return marked.has(id) && may(actor) && mail !== null ? [{ name, mail }] : [];
  });
}
