/** The user of `user_words` is compared as `users.id` is: with another collation, PostgreSQL reads all users for a page of a search. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const wordsByUser: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    if (db.getExecutor().adapter instanceof PostgresAdapter)
      await sql`alter table user_words alter column user_id type text collate "default"`.execute(db);
  },
};
