/** Users whom their directory does not have any more, for searching and reporting: few among a million. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const usersGone: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await sql`create index users_gone on users (source_since, id) where source_state = 'gone'`.execute(db);
  },
};
