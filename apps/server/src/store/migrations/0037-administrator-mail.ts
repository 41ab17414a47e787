/** Where an administrator is written to. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const administratorMail: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('administrators').addColumn('mail', 'text').execute();
  },
};
