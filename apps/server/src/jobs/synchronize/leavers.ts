/** What happens to administrators who log on with the password of an entry, when a run disables the user of that entry. */

import { type Text, text } from '@sower/texts/outcomes';
import { starterOfRow } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import {
  countHolders,
  listGrantsOfEntries,
  listStoredAdministratorsOf,
  updateAdministrator,
} from '../../store/directory/administrators.ts';
import { TOP_DOMAIN } from '../../store/directory/domains.ts';
import { deleteSessionsOf } from '../../store/log-on/sessions.ts';
import { lockInstallation } from '../../store/operations/installation.ts';
import type { Connection } from '../../store/schema/schema.ts';
import type { SourceRow } from '../../store/sources/identity-sources.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import type { SynchronizeContext } from './context.ts';
import type { LinkContext } from './links.ts';

/**
 * The directory refuses the password of those who have left, but knows nothing of their passkeys, API keys and sessions. So anyone who has roles
 * that were given by hand is disabled, until another administrator enables them: a directory does not give such rights back. Roles by groups
 * are gone by then, and come back with the user.
 */
export async function disableAdministratorsOf(
  context: LinkContext & Pick<SynchronizeContext, 'random'>,
  trx: Connection,
  {
    job,
    source,
    keys,
  }: { readonly job: JobRow; readonly source: SourceRow; readonly keys: readonly string[] },
): Promise<void> {
  if (keys.length === 0) return;
  const rows = (await listStoredAdministratorsOf(trx, source.id, keys)).filter((row) => row.enabled === 1);
  if (rows.length === 0) return;
  await lockInstallation(trx);
  const note = (name: string, result: 'success' | 'refused', what: Text): Promise<void> =>
    record(trx, context, starterOfRow(job), {
      action: 'administrator.edit',
      object: `administrator:${name}`,
      result,
      reason: text('event.parts', { parts: [text('event.with-user', { source: source.name }), what] }),
    });
  const ids = rows.map(({ id }) => id);
  const grants = await listGrantsOfEntries(trx, ids);
  const byHand = new Set(
    grants.filter(({ source_id }) => source_id !== source.id).map((grant) => grant.administrator_id),
  );
  for (const row of rows) {
    if (!byHand.has(row.id)) continue;
    const disabled = await updateAdministrator(trx, context, row.id, row.version, { enabled: 0 });
    // Altered outside the server: the row is ignored anyway.
    if (!disabled) continue;
    // Otherwise no one could enable anyone again.
    if ((await countHolders(trx, context, 'super-admin', TOP_DOMAIN.id)) === 0) {
      await updateAdministrator(trx, context, row.id, disabled.version, { enabled: 1 });
      await note(row.user_name, 'refused', text('administrator.last-super-admin'));
      continue;
    }
    await deleteSessionsOf(trx, 'sessions', row.id);
    await note(row.user_name, 'success', text('event.disabled'));
  }
}
