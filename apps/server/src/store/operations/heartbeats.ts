/** One row per process, written to prove that the database accepts writes. Its content means nothing. */
import type { Database } from '../schema/schema.ts';

export async function writeHeartbeat(
  db: Database,
  beat: { readonly process: string; readonly at: number; readonly filler: string },
): Promise<void> {
  await db
    .insertInto('heartbeats')
    .values(beat)
    .onConflict((conflict) => conflict.column('process').doUpdateSet({ at: beat.at, filler: beat.filler }))
    .execute();
}

export async function deleteHeartbeats(db: Database, before: number): Promise<void> {
  await db.deleteFrom('heartbeats').where('at', '<', before).execute();
}
