/** User IDs that an entry of a directory has while another user has them here; and entries whose users exchange their IDs at once. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const contestedUserIds: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('contested_user_ids')
      .addColumn('source_id', 'text', (c) =>
        c.notNull().references('identity_sources.id').onDelete('cascade'),
      )
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('user_id_key', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('contested_user_ids_entry', ['source_id', 'source_key'])
      .execute();
    await db.schema
      .createIndex('contested_user_ids_key')
      .on('contested_user_ids')
      .column('user_id_key')
      .execute();
    await db.schema.alterTable('source_entries').addColumn('circle', 'bigint').execute();
  },
};
