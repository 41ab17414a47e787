/** Data keys, wrapped by the master key, and which process knows which. A database whose master key was never changed has no rows of them. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const dataKeys: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('data_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('master', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('mark', 'text', (c) => c.notNull())
      .addColumn('progress', 'text')
      .execute();
    await db.schema
      .createTable('key_wraps')
      .addColumn('data_key', 'integer', (c) => c.notNull())
      .addColumn('master', 'text', (c) => c.notNull())
      .addColumn('wrapped', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('key_wraps_key', ['data_key', 'master'])
      .execute();
    await db.schema
      .createTable('key_holders')
      .addColumn('process', 'text', (c) => c.primaryKey())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('beat', 'bigint', (c) => c.notNull())
      .addColumn('knows', 'integer', (c) => c.notNull())
      .addColumn('uses', 'integer', (c) => c.notNull())
      .addColumn('master', 'text', (c) => c.notNull())
      .execute();
  },
};
