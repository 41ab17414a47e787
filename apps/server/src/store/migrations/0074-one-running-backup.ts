/** At most one backup is running, held by the database and not by a lock that the caller has to take. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const oneRunningBackup: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await sql`update backups set state = 'failed', ended_at = begun_at
      where state = 'running' and id <> (select max(id) from backups where state = 'running')`.execute(db);
    await db.schema
      .createIndex('backups_running')
      .unique()
      .on('backups')
      .column('state')
      .where(sql.ref('state'), '=', 'running')
      .execute();
  },
};
