/**
 * Device types: what each authenticator platform can do. Built-in ones are files; more can be imported at run time (import-device-type.ts).
 */

import { readdir, readFile } from 'node:fs/promises';
import { type DeviceType, deviceDefinitionSchema } from '@sower/api/device-types';
import type { Connection } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { listImportedDeviceTypes } from '../../store/tokens/profiles.ts';

export type DeviceTypes = {
  list(db: Connection): Promise<DeviceType[]>;
  find(db: Connection, id: string): Promise<DeviceType | undefined>;
  /** Whether it is built in, and so cannot be replaced or deleted. */
  ships(id: string): boolean;
};

const read = storedJson('device_types.definition', deviceDefinitionSchema);

/** @throws if a built-in file is not a valid definition: a broken installation */
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
      ...read(row.definition),
      imported: true,
      version: row.version,
    }));
  return {
    list: async (db) => [...shipped.values(), ...(await imported(db))],
    find: async (db, id) => shipped.get(id) ?? (await imported(db)).find((type) => type.id === id),
    ships: (id) => shipped.has(id),
  };
}
