/** Wrong directory passwords, counted for all processes together, so that no one is locked out there through this server. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const directoryTries: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('directory_tries')
      .addColumn('source_id', 'text', (c) =>
        c.notNull().references('identity_sources.id').onDelete('cascade'),
      )
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('directory_tries_key', ['source_id', 'source_key'])
      .execute();
  },
};
