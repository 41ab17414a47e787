/** Backups that were made: what they are called, how they ended, and when one was last restored to see whether it can be. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const backups: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('backups')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('begun_at', 'bigint', (c) => c.notNull())
      .addColumn('begun_by', 'text', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('rows', 'bigint', (c) => c.notNull())
      .addColumn('size', 'bigint')
      .addColumn('sha256', 'text')
      .addColumn('proof', 'text')
      .addColumn('text', 'text')
      .addColumn('verified_at', 'bigint')
      .addColumn('removed_at', 'bigint')
      .execute();
  },
};
