/** The time at which a user's access ends, and whether it has been carried out: few among a million. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const leavingDates: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    for (const column of ['leaves_at', 'left_at'])
      await db.schema.alterTable('users').addColumn(column, 'bigint').execute();
    await sql`create index users_leaving on users (leaves_at) where leaves_at is not null and left_at is null`.execute(
      db,
    );
  },
};
