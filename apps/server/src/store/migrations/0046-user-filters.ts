/** Filters of the list of users that may hit few among a million: who is disabled, and who does not come from a directory. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const userFilters: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await sql`create index users_disabled on users (user_id_key, id) where enabled = 0`.execute(db);
    await sql`create index users_internal on users (user_id_key, id) where source_id is null`.execute(db);
  },
};
