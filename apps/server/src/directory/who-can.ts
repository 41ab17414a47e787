/** Who may do what now: administrators by their roles, API keys by their remaining permissions. */

import type { PermissionHolders } from '@sower/api/administrators';
import type { Permission } from '@sower/api/permissions';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, denied, scopesOf } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import {
  listGrants,
  listStoredAdministrators,
  listStoredApiKeys,
} from '../store/directory/administrators.ts';
import { domainNamesOf } from '../store/directory/domains.ts';
import { hasMark } from '../store/keys/marks.ts';
import { standingsOf } from './key-standing.ts';
import { grantOf, isPermission, nameOfRole } from './roles.ts';

/** Everyone whose requests would be permitted now: on what basis, and where. */
export async function whoCan(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now'>,
  actor: Actor,
  name: string,
): Promise<Outcome<Omit<PermissionHolders, 'meaning'> & { readonly meaning: Text }>> {
  const denial = denied(actor, 'administrators:view');
  if (denial) return denial;
  if (!isPermission(name)) return refused('not-found', text('permission.unknown', { permission: name }));
  const good = (await listStoredAdministrators(context.db)).filter((row) =>
    hasMark('administrators', context, row),
  );
  const administrators = new Map(good.map((row) => [row.id, row]));
  const counts = (permissions: ReadonlySet<Permission>, domain: string): boolean =>
    scopesOf({ kind: 'system', name: '', grants: [{ permissions, domain }] }, name).length > 0;
  const grants = (await listGrants(context.db, context)).filter((row) => {
    const { permissions, domain } = grantOf(row);
    return administrators.get(row.administrator_id)?.enabled === 1 && counts(permissions, domain);
  });
  const rows = await listStoredApiKeys(context.db);
  const standings = await standingsOf(context.db, context, rows, context.now());
  const keys = rows.flatMap((row, at) =>
    (standings[at]?.grants ?? [])
      .filter(({ permissions, domain }) => counts(permissions, domain))
      .map(({ domain }) => ({ name: row.name, domain })),
  );
  const names = await domainNamesOf(context.db, keys);
  return done({
    permission: name,
    meaning: text(`permission-name.${name}`),
    holders: [
      ...grants.map((row) => ({
        kind: 'administrator' as const,
        name: administrators.get(row.administrator_id)?.user_name ?? '',
        role: nameOfRole(row),
        securityDomain: row.domain_name,
      })),
      ...keys.map((row) => ({
        kind: 'api-key' as const,
        name: row.name,
        securityDomain: names.get(row.domain) ?? '',
      })),
    ],
  });
}
