/**
 * What an API key may do now: never more than its owner, whatever it was created with. A key without an owner came from the server host and
 * is limited only by its expiry.
 */

import type { ApiKeyStanding } from '@sower/api/api-keys';
import type { Permission } from '@sower/api/permissions';
import { type Actor, covers, type Grant } from '../core/actor.ts';
import { listGrants, listOwners, type OwnerRow } from '../store/directory/administrators.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import { hasMark, type Marks } from '../store/keys/marks.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { grantOf, lacking, permissionSet } from './roles.ts';

type KeyRow = Row<'api_keys'>;

export type Standing = {
  readonly standing: ApiKeyStanding;
  /** The remaining permissions; empty unless the standing is active or limited. */
  readonly grants: readonly Grant[];
  /** Permissions that the key was created with and that its owner lacks in part of its domain. */
  readonly lacks: readonly Permission[];
};

/** @param rows the standing of each is at the same index of the result */
export async function standingsOf(
  db: Connection,
  marks: Marks,
  rows: readonly KeyRow[],
  now: number,
): Promise<readonly Standing[]> {
  const ids = [...new Set(rows.flatMap(({ owner_id }) => owner_id ?? []))];
  const owners = new Map((await listOwners(db, marks, ids)).map((row) => [row.id, row]));
  const grants = Map.groupBy(await listGrants(db, marks, [...owners.keys()]), (row) => row.administrator_id);
  return rows.map((row) =>
    hasMark('api_keys', marks, row)
      ? standingOf(
          row,
          owners.get(row.owner_id ?? ''),
          (grants.get(row.owner_id ?? '') ?? []).map(grantOf),
          now,
        )
      : stopped('altered'),
  );
}

const stopped = (standing: ApiKeyStanding): Standing => ({ standing, grants: [], lacks: [] });

function standingOf(
  row: KeyRow,
  owner: OwnerRow | undefined,
  owned: readonly Grant[],
  now: number,
): Standing {
  const permissions = permissionSet(row.permissions);
  if (row.expires_at !== null && row.expires_at <= now) return stopped('expired');
  if (row.owner_id === null)
    return { standing: 'active', grants: [{ permissions, domain: row.domain }], lacks: [] };
  if (!owner) return stopped('owner-deleted');
  if (owner.enabled !== 1) return stopped('owner-disabled');
  const asOwner: Actor = { kind: 'administrator', name: owner.user_name, grants: owned };
  const lacks = lacking(asOwner, permissions, row.domain);
  if (lacks.length === 0) return { standing: 'active', grants: [{ permissions, domain: row.domain }], lacks };
  const grants = common(permissions, row.domain, asOwner);
  return { standing: grants.length === 0 ? 'owner-may-not' : 'limited', grants, lacks };
}

/** What both may do: in the key's domain, or in the part of it where the owner has rights. */
function common(permissions: ReadonlySet<Permission>, domain: string, owner: Actor): Grant[] {
  const byDomain = new Map<string, Set<Permission>>();
  const add = (at: string, permission: Permission): void => {
    const granted = byDomain.get(at) ?? new Set();
    byDomain.set(at, granted.add(permission));
  };
  for (const permission of permissions) {
    // No one holds this one: anyone who creates keys for portals gives it to them.
    if (permission === 'activations:open' && covers(owner, 'keys:edit', TOP_DOMAIN.path))
      add(domain, permission);
    for (const grant of owner.grants) {
      if (!grant.permissions.has(permission)) continue;
      if (domain.startsWith(grant.domain)) add(domain, permission);
      else if (grant.domain.startsWith(domain)) add(grant.domain, permission);
    }
  }
  return [...byDomain].map(([at, permissions]) => ({ permissions, domain: at }));
}
