/** Imported device definitions; built-in ones are files, and not here. */
import { takeRow } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function listImportedDeviceTypes(db: Connection): Promise<Row<'device_types'>[]> {
  return db.selectFrom('device_types').selectAll().orderBy('id').execute();
}

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

export async function deleteDeviceType(db: Connection, id: string): Promise<boolean> {
  return takeRow(db, 'device_types', { id });
}
