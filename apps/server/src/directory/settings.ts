/** Changing the deployment's settings and rotating its server key. */

import type { ServerKey } from '@sower/api/server-keys';
import { type Settings, type SettingsPatch, settingsSchema } from '@sower/api/settings';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, editedMeanwhile, type Outcome } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { isoTime } from '../core/time.ts';
import { allOrNothing } from '../core/transaction.ts';
import { generateServerKey, type KeySize, storeServerKey } from '../keys/rsa/server-keys.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { findSettings, updateSettings } from '../store/tables/installation.ts';
import type { Row } from '../store/tables/schema.ts';

export async function editSettings(
  context: Pick<ServerContext, 'db' | 'settings' | 'now' | 'random' | 'sealing'>,
  actor: Actor,
  input: { readonly version: number; readonly change: SettingsPatch },
): Promise<Outcome<{ settings: Settings; version: number }>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const present = await findSettings(context.db);
  const settings = settingsSchema.parse({ ...present.settings, ...input.change });
  const outcome = await allOrNothing(context.db, async (trx) => {
    if (!(await updateSettings(trx, settings, input.version))) return editedMeanwhile(present.version);
    await record(trx, context, actor, {
      action: 'settings.edit',
      object: 'settings',
      reason: Object.entries(input.change)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', '),
    });
    return done({ settings, version: input.version + 1 });
  });
  context.settings.forget();
  return outcome;
}

export const viewServerKey = (row: Row<'server_keys'>): ServerKey => ({
  id: String(row.id),
  bits: row.bits,
  use: row.use,
  createdAt: isoTime(row.created_at),
});

export async function rotateServerKey(
  context: Pick<ServerContext, 'db' | 'sealing' | 'serverKeys' | 'now' | 'random'>,
  actor: Actor,
  bits: KeySize,
): Promise<Outcome<ServerKey>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const pair = await generateServerKey(bits);
  const row = await inTransaction(context.db, async (trx) => {
    const stored = await storeServerKey(trx, context.sealing, pair, context.now());
    await record(trx, context, actor, {
      action: 'server-key.rotate',
      object: `server-key:${stored.id}`,
      reason: `RSA-${bits}`,
    });
    return stored;
  });
  context.serverKeys.forget();
  return done(viewServerKey(row));
}
