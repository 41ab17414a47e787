/** Why a mail was not sent as a key and values; rows of before keep their words alone. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const mailReasons: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('mail').addColumn('text', 'text').execute();
  },
};
