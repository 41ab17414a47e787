/** Importing and deleting device definitions. Built-in ones cannot be changed. */

import type { DeviceDefinition, DeviceType } from '@sower/api/device-types';
import { type TemplateDefect, templateDefect } from '@sower/ctkip/links';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { countProfilesOf, deleteDeviceType, putDeviceType } from '../../store/tokens/profiles.ts';

type Context = Pick<ServerContext, 'db' | 'deviceTypes' | 'now' | 'random' | 'sealing'>;

export async function importDeviceType(
  context: Context,
  actor: Actor,
  definition: DeviceDefinition,
): Promise<Outcome<DeviceType>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  if (context.deviceTypes.ships(definition.id)) {
    return refusedAt('id', 'definition-refused', text('device-type.built-in', { deviceType: definition.id }));
  }
  const problem = linkTemplateProblem(definition.linkTemplate);
  if (problem) return refusedAt('linkTemplate', 'definition-refused', problem);
  return allOrNothing(context.db, async (trx) => {
    const row = await putDeviceType(trx, {
      id: definition.id,
      definition: JSON.stringify(definition),
      created_at: context.now(),
      version: 1,
    });
    await record(trx, context, actor, {
      action: 'device-type.import',
      object: `device-type:${definition.id}`,
    });
    return done({ ...definition, imported: true, version: row.version });
  });
}

export async function removeDeviceType(context: Context, actor: Actor, id: string) {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  if (context.deviceTypes.ships(id))
    return refused('in-use', text('device-type.built-in-kept', { deviceType: id }));
  return allOrNothing(context.db, async (trx) => {
    if ((await countProfilesOf(trx, id)) > 0) {
      return refused('in-use', text('device-type.in-use'));
    }
    if (!(await deleteDeviceType(trx, id)))
      return refused('not-found', text('device-type.not-found', { deviceType: id }));
    await record(trx, context, actor, { action: 'device-type.delete', object: `device-type:${id}` });
    return done(undefined);
  });
}

const defectText = ({ kind, placeholder = '' }: TemplateDefect): Text =>
  kind === 'unknown-placeholder'
    ? text('link-template.unknown-placeholder', { placeholder })
    : text(`link-template.${kind}`);

function linkTemplateProblem(template: string): Text | undefined {
  const defect = templateDefect(template);
  if (defect) return text('device-type.link-invalid', { reason: defectText(defect) });
  // The scheme is spelled out, or the server's own: a placeholder that is empty would make a different one. The named schemes would run in
  // a page instead of opening an app.
  if (
    !/^(?:[a-z][a-z0-9+.-]*:|\{scheme\}:|\{url\})/i.test(template) ||
    /^(?:javascript|data|vbscript|file|blob):/i.test(template)
  )
    return text('device-type.link-not-app');
  return undefined;
}
