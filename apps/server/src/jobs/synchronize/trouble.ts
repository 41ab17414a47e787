/**
 * What happens when a run stops: the trail says why, the source shows it until a run succeeds, and administrators get mail, once for each
 * reason.
 */

import type { Text } from '@sower/texts/outcomes';
import { covers, starterOfRow } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { settingsOf } from '../../directory/sources/settings.ts';
import { mailedAdministrators } from '../../mail/mailed-administrators.ts';
import type { AdministratorAddress } from '../../mail/queue.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { noteRun, type SourceRow } from '../../store/sources/identity-sources.ts';
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
  await record(db, context, starterOfRow(job), {
    action: 'source.stop',
    object: `source:${source.name}`,
    result: 'failure',
    reason,
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
      // While a directory is down, every scheduled run stops for the same reason.
      onceKey: `source-stopped:${source.id}:${source.good_at ?? 0}:${reason.code}:${address.name}`,
    })),
  );
}

/** Administrators who may start its runs: those who are named, or all. */
const recipientsOf = (context: Context, db: Connection, source: SourceRow): Promise<AdministratorAddress[]> =>
  mailedAdministrators(
    context,
    db,
    (actor) => covers(actor, 'settings:edit', '/') && covers(actor, 'users:edit', source.domain),
    new Set(settingsOf(source).notify.map(userIdKey)),
  );
