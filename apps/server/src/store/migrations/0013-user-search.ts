/** Searching among a million users: each column that is looked at leads to the user id, which orders the list, without the row in between. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const userSearch: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    for (const index of ['users_last_name_key', 'users_email_key'])
      await db.schema.dropIndex(index).execute();
    await sql`create index users_last_name_key on users (last_name_key, user_id_key, domain, id)`.execute(db);
    await sql`create index users_email_key on users (email_key, user_id_key, domain)`.execute(db);
    await sql`create index users_user_id_domain on users (user_id_key, domain)`.execute(db);
  },
};
