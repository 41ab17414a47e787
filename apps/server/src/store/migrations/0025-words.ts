/** Tables and columns are called what their rows are: who asks is a client, and the counters of users who do not exist are decoys. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const words: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('attempts').renameColumn('asker', 'client').execute();
    await db.schema.alterTable('nobody').renameTo('decoy_counters').execute();
  },
};
