/** Which token a requested one is to take the place of. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const requestReplaces: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('token_requests').addColumn('replaces', 'text').execute();
  },
};
