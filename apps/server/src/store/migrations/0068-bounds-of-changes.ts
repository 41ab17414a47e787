/** What a run changes by kind, and which of it exceeds a bound; and from where directory passwords were tried. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const boundsOfChanges: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('source_runs')
      .addColumn('changes', 'text', (c) => c.notNull().defaultTo('{}'))
      .execute();
    await db.schema
      .alterTable('source_runs')
      .addColumn('exceeds', 'text', (c) => c.notNull().defaultTo('[]'))
      .execute();
    await db.schema
      .createTable('directory_try_addresses')
      .addColumn('source_id', 'text', (c) =>
        c.notNull().references('identity_sources.id').onDelete('cascade'),
      )
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('directory_try_addresses_key', ['source_id', 'source_key', 'address'])
      .execute();
  },
};
