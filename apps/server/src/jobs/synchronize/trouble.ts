/** A run that stopped: the trail says why, the source shows it until one ends well, and administrators get mail, once for each reason. */

import type { Text } from '@sower/messages/outcomes';
import { type Actor, covers } from '../../core/actor.ts';
import { grantOf } from '../../directory/roles.ts';
import { settingsOf } from '../../directory/sources/settings.ts';
import type { AdministratorAddress } from '../../mail/queue.ts';
import { listGrants, listOwners, listStoredAdministrators } from '../../store/tables/administrators.ts';
import { insertAudit } from '../../store/tables/audit.ts';
import { noteRun, type SourceRow } from '../../store/tables/identity-sources.ts';
import type { Connection } from '../../store/tables/schema.ts';
import { userIdKey } from '../../store/tables/users.ts';
import type { SynchronizeContext } from './context.ts';

type Context = Pick<
  SynchronizeContext,
  'now' | 'random' | 'sealing' | 'onAlteredRow' | 'queueMail' | 'publicUrl'
>;

export async function noteStop(
  context: Context,
  db: Connection,
  job: { readonly actor_name: string; readonly source: string | null },
  source: SourceRow,
  reason: Text,
): Promise<void> {
  const now = context.now();
  await insertAudit(db, context, {
    actor: job.actor_name,
    action: 'source.stop',
    object: `source:${source.name}`,
    result: 'failure',
    reason,
    source: job.source ?? undefined,
  });
  await noteRun(db, source.id, { trouble: JSON.stringify(reason), trouble_at: now });
  const to = await recipientsOf(context, db, source);
  await context.queueMail(
    db,
    ...to.map((address) => ({
      event: 'source-stopped' as const,
      userRow: address,
      values: {
        source: source.name,
        reason,
        time: now,
        consoleUrl: `${context.publicUrl}/console/identity-sources/${source.id}`,
      },
      // Of a directory that is down, every scheduled run says the same.
      onceKey: `source-stopped:${source.id}:${source.good_at ?? 0}:${reason.code}:${address.name}`,
    })),
  );
}

/** Enabled administrators with a mail address who may start its runs: those who are named, or all. */
async function recipientsOf(
  context: Context,
  db: Connection,
  source: SourceRow,
): Promise<AdministratorAddress[]> {
  const named = new Set(settingsOf(source).notify.map(userIdKey));
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
    const may = covers(actor, 'settings:edit', '/') && covers(actor, 'users:edit', source.domain);
    return marked.has(id) && may && mail !== null ? [{ name, mail }] : [];
  });
}
