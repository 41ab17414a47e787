/** Each process writes its row here to prove that the database takes what is written. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const heartbeats: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('heartbeats')
      .addColumn('process', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('filler', 'text', (column) => column.notNull())
      .execute();
  },
};
