/** Whom a job or a rule is for, by a group of a directory: its members, whichever users there are. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const usersByGroup: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await sql`create index user_groups_name on user_groups (name, user_id)`.execute(db);
  },
};
