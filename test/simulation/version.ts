/**
 * What a node is made of, of one version of the server. Nodes of an earlier one are made of its own sources and its own operations, from a
 * checkout of it: other instances of all modules, except of what the nodes of a run have in common.
 */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { placesLook } from '@sower/server/audit/forward/forward';
import { headKeeper } from '@sower/server/audit/head';
import { sealing } from '@sower/server/keys/seal/sealing';
import { keyFollower, keyRingOf, loadKeys } from '@sower/server/operations/rotation/follow';
import { type DeviceTypes, loadDeviceTypes } from '@sower/server/provisioning/profiles/device-types';
import { Changes } from '@sower/server/store/db/changes';
import { newId } from '@sower/server/store/db/ids';
import { postgresDialect } from '@sower/server/store/db/postgresql/dialect';
import { sqliteNode } from './database.ts';
import { contextOf } from './node.ts';
import { requestOf } from './operations.ts';

export const PRESENT = {
  ...{ contextOf, requestOf, sqliteNode, postgresDialect, Changes },
  ...{ placesLook, headKeeper, sealing, keyRingOf, keyFollower, loadKeys, newId },
};
export type Version = typeof PRESENT & {
  /** Absent: those of the stage. */
  readonly deviceTypes?: DeviceTypes;
};

const MODULES = [
  'test/simulation/node.ts',
  'test/simulation/operations.ts',
  'test/simulation/database.ts',
  'apps/server/src/audit/forward/forward.ts',
  'apps/server/src/audit/head.ts',
  'apps/server/src/keys/seal/sealing.ts',
  'apps/server/src/operations/rotation/follow.ts',
  'apps/server/src/store/db/changes.ts',
  'apps/server/src/store/db/ids.ts',
  'apps/server/src/store/db/postgresql/dialect.ts',
];
/** One scheduler, one directory, and the same users: of the present simulator. */
const SHARED = ['scheduler.ts', 'directory.ts', 'stage.ts'];

/** @param folder a checkout, with its packages (`node setup.js`) */
export async function versionIn(folder: string): Promise<Version> {
  const root = pathToFileURL(`${resolve(folder)}/`);
  const simulator = new URL('test/simulation/', root).href;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      const name = found.url.startsWith(simulator) ? found.url.slice(simulator.length) : '';
      return SHARED.includes(name) ? { ...found, url: new URL(name, import.meta.url).href } : found;
    },
  });
  const modules: object[] = [];
  for (const path of MODULES) modules.push(await import(new URL(path, root).href));
  const version: typeof PRESENT = Object.assign({}, ...modules);
  return { ...version, deviceTypes: await loadDeviceTypes(new URL('apps/server/device-types/', root)) };
}
