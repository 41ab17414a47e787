/** The order in which unassigned tokens are given out: the one that lives longest first. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const nextToken: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    // The user is in it so that SQLite prefers it to the index of users, and reads one row instead of sorting all that are unassigned.
    await db.schema
      .createIndex('tokens_next')
      .on('tokens')
      .columns(['user_id', 'expires_on desc', 'serial'])
      .where(sql.ref('user_id'), 'is', null)
      .execute();
  },
};
