/** Directory passwords that were tried, for each entry: claimed before the directory is asked, so that simultaneous attempts count too. */
import { sql } from 'kysely';
import type { Connection } from './schema.ts';

export type Entry = { readonly sourceId: string; readonly key: string };

/**
 * Claims one more attempt. They are counted as directories do, from the last one on, so there are never more within the period than
 * allowed.
 * @returns false if there are none left
 */
export async function claimTry(
  db: Connection,
  { sourceId, key }: Entry,
  { now, most, milliseconds }: { readonly now: number; readonly most: number; readonly milliseconds: number },
): Promise<boolean> {
  // Or it was set by a clock that was far ahead: the user could not log on until that time.
  const forgotten = sql`(directory_tries.last_at <= ${now - milliseconds} or directory_tries.last_at > ${now + milliseconds})`;
  const { rows } = await sql`
    insert into directory_tries (source_id, source_key, tries, last_at) values (${sourceId}, ${key}, 1, ${now})
    on conflict (source_id, source_key) do update set
      tries = case when ${forgotten} then 1 else directory_tries.tries + 1 end, last_at = ${now}
    where ${forgotten} or directory_tries.tries < ${most}
    returning tries`.execute(db);
  return rows.length > 0;
}

/** The directory was not asked after all. */
export async function giveTryBack(db: Connection, { sourceId, key }: Entry): Promise<void> {
  await sql`update directory_tries set tries = tries - 1
    where source_id = ${sourceId} and source_key = ${key} and tries > 0`.execute(db);
}

/** The password was right: the directory counts from the start again, too. */
export async function forgetTries(db: Connection, { sourceId, key }: Entry): Promise<void> {
  await db
    .deleteFrom('directory_tries')
    .where('source_id', '=', sourceId)
    .where('source_key', '=', key)
    .execute();
}
