/** Device types: what each authenticator platform can do. The ones that ship are files; more can be imported at run time. */
import { readdir, readFile } from 'node:fs/promises';
import { type DeviceDefinition, type DeviceType, deviceDefinitionSchema } from '@sower/api/resources';
import { templateDefect } from '@sower/ctkip/links';
import type { Floor } from '../floor.ts';
import { type Actor, actorName, denied } from '../identity/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../outcome.ts';
import { insertAudit } from '../store/audit.ts';
import { deleteDeviceType, listImportedDeviceTypes, putDeviceType } from '../store/device-types.ts';
import type { Connection } from '../store/schema.ts';
import { countProfilesOf } from '../store/token-profiles.ts';

export type DeviceTypes = {
  list(db: Connection): Promise<DeviceType[]>;
  find(db: Connection, id: string): Promise<DeviceType | undefined>;
  /** Whether it ships, and so can neither be replaced nor deleted. */
  ships(id: string): boolean;
};

/** @throws when a file that ships is not a valid definition: a broken installation */
export async function loadDeviceTypes(folder: URL): Promise<DeviceTypes> {
  const shipped = new Map<string, DeviceType>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const definition = deviceDefinitionSchema.parse(
      JSON.parse(await readFile(new URL(file, folder), 'utf8')),
    );
    shipped.set(definition.id, { ...definition, imported: false, version: 1 });
  }
  const imported = async (db: Connection): Promise<DeviceType[]> =>
    (await listImportedDeviceTypes(db)).map((row) => ({
      ...deviceDefinitionSchema.parse(JSON.parse(row.definition)),
      imported: true,
      version: row.version,
    }));
  return {
    list: async (db) => [...shipped.values(), ...(await imported(db))],
    find: async (db, id) => shipped.get(id) ?? (await imported(db)).find((type) => type.id === id),
    ships: (id) => shipped.has(id),
  };
}

type Uses = Pick<Floor, 'db' | 'deviceTypes' | 'now' | 'random' | 'sealing'>;

export async function importDeviceType(
  uses: Uses,
  actor: Actor,
  definition: DeviceDefinition,
): Promise<Outcome<DeviceType>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  if (uses.deviceTypes.ships(definition.id)) {
    return refusedAt(
      'id',
      'definition-refused',
      `"${definition.id}" ships with Sower. Give the definition another id.`,
    );
  }
  const problem = linkTemplateProblem(definition.linkTemplate);
  if (problem) return refusedAt('linkTemplate', 'definition-refused', problem);
  return uses.db.transaction().execute(async (trx) => {
    const row = await putDeviceType(trx, {
      id: definition.id,
      definition: JSON.stringify(definition),
      created_at: uses.now(),
      version: 1,
    });
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'device-type.import',
      object: `device-type:${definition.id}`,
      result: 'success',
      source: actor.source,
    });
    return done({ ...definition, imported: true, version: row.version });
  });
}

export async function removeDeviceType(uses: Uses, actor: Actor, id: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'profiles:edit');
  if (denial) return denial;
  if (uses.deviceTypes.ships(id)) return refused('in-use', `"${id}" ships with Sower and cannot be deleted.`);
  return uses.db.transaction().execute(async (trx) => {
    if ((await countProfilesOf(trx, id)) > 0) {
      return refused('in-use', 'Token profiles use this device type. Delete them first.');
    }
    if (!(await deleteDeviceType(trx, id))) return refused('not-found', `There is no device type "${id}".`);
    await insertAudit(trx, uses, {
      actor: actorName(actor),
      action: 'device-type.delete',
      object: `device-type:${id}`,
      result: 'success',
      source: actor.source,
    });
    return done(undefined);
  });
}

function linkTemplateProblem(template: string): string | undefined {
  const defect = templateDefect(template);
  if (defect) return `The link template cannot be used: ${defect}.`;
  // The scheme is written out, or the server's own: a placeholder that stays empty within it would make another one. The named ones
  // would run in a page instead of opening an app.
  if (
    !/^(?:[a-z][a-z0-9+.-]*:|\{scheme\}:|\{url\})/i.test(template) ||
    /^(?:javascript|data|vbscript|file|blob):/i.test(template)
  )
    return 'The link template is not a link to an app.';
  return undefined;
}
