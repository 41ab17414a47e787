/** Whether every sealed value of a backup opens: it is only worth something if its master key opens them. */

import { SEALED } from '../../keys/seal/sealed-columns.ts';
import type { Sealing } from '../../keys/seal/sealing.ts';
import type { DatabaseLocation } from '../../store/db/open.ts';
import { openSnapshot } from '../../store/db/snapshot.ts';

export async function openSeals(
  location: DatabaseLocation,
  sealing: Sealing,
): Promise<{ readonly opened: number; readonly closed: number }> {
  const snapshot = await openSnapshot(location);
  let opened = 0;
  let closed = 0;
  try {
    for (const { table, column, key, aad } of SEALED) {
      const columns: readonly string[] = [column, ...key];
      for await (const rows of snapshot.rows({ name: table, columns })) {
        for (const [sealed, ...values] of rows) {
          if (sealed === null) continue;
          try {
            sealing.open(aad(...values.map((value) => value ?? '')), String(sealed));
            opened += 1;
          } catch {
            closed += 1;
          }
        }
      }
    }
  } finally {
    await snapshot.close();
  }
  return { opened, closed };
}
