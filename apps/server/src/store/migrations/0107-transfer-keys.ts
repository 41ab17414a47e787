/** The key that other installations encrypt exported tokens to. Its public half is computed from the private one, which no one can forge. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const transferKeys: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('transfer_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('private_key', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
  },
};
