/** User IDs that an entry of a directory has while another user has them here: a client that hands the name on cannot know whom it means. */
import { sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';

/** As a run has found them. After a search for changes, what is known of other entries stays. */
export async function noteContested(
  db: Connection,
  run: { readonly job_id: string; readonly source_id: string; readonly mode: 'full' | 'delta' },
): Promise<void> {
  const { job_id: job, source_id: source } = run;
  const seen =
    run.mode === 'full'
      ? sql`1 = 1`
      : sql`source_key in (select source_key from source_entries where job_id = ${job} and source_key is not null)`;
  await sql`delete from contested_user_ids where source_id = ${source} and ${seen} and source_key not in (
    select source_key from source_entries where job_id = ${job} and action = 'conflict' and source_key is not null)`.execute(
    db,
  );
  await sql`insert into contested_user_ids (source_id, source_key, user_id, user_id_key)
    select ${source}, source_key, user_id, user_id_key from source_entries
    where job_id = ${job} and action = 'conflict' and source_key is not null
    on conflict (source_id, source_key) do update set user_id = excluded.user_id, user_id_key = excluded.user_id_key`.execute(
    db,
  );
}

/** How many of a source are contested, and some of them. */
export async function listContested(
  db: Connection,
  sourceId: string,
  limit: number,
): Promise<{ readonly count: number; readonly some: readonly string[] }> {
  const contested = db.selectFrom('contested_user_ids').where('source_id', '=', sourceId);
  const { count } = await contested
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const some = await contested.select('user_id').orderBy('user_id_key').limit(limit).execute();
  return { count: Number(count), some: some.map(({ user_id }) => user_id) };
}
