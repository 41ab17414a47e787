/** Token profiles, and the device types that they are for. */

import { countRows, findNamed, listAll, takeRow } from '../db/rows.ts';
import { userIdKey } from '../directory/users.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export const findProfile = (db: Connection, idOrName: string): Promise<Row<'token_profiles'> | undefined> =>
  findNamed(db, 'token_profiles', idOrName, userIdKey(idOrName));

export function listProfiles(
  db: Connection,
  filter: { name?: string | undefined },
  limit: number,
  after?: string,
): Promise<Row<'token_profiles'>[]> {
  let query = db.selectFrom('token_profiles').selectAll().orderBy('name_key').limit(limit);
  if (filter.name !== undefined) query = query.where('name_key', '=', userIdKey(filter.name));
  if (after !== undefined) query = query.where('name_key', '>', after);
  return query.execute();
}

export const countProfilesOf = (db: Connection, deviceType: string) =>
  countRows(db, 'token_profiles', { device_type: deviceType });

/** Imported device definitions; built-in ones are files, and not here. */
export const listImportedDeviceTypes = (db: Connection) => listAll(db, 'device_types', 'id');

/** Importing the same ID again replaces the definition. */
export function putDeviceType(db: Connection, row: NewRow<'device_types'>): Promise<Row<'device_types'>> {
  return db
    .insertInto('device_types')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        definition: row.definition,
        version: eb('device_types.version', '+', 1),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export const deleteDeviceType = (db: Connection, id: string) => takeRow(db, 'device_types', { id });
