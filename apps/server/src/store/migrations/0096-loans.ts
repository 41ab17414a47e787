/** Until when a token is lent to its user, and which of the user's own is disabled meanwhile. Few are lent, so an index of them stays small. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const loans: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const key = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : 'text';
    await db.schema.alterTable('tokens').addColumn('lent_until', key).execute();
    await db.schema.alterTable('tokens').addColumn('lent_instead', key).execute();
    await sql`create index tokens_lent on tokens (lent_until, serial) where lent_until is not null`.execute(
      db,
    );
  },
};
