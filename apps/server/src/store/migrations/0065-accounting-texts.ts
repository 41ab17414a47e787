/** What RADIUS clients report of sessions as key and values, in any language. Earlier reports stay in English. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const accountingTexts: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('radius_accounting').addColumn('text', 'text').execute();
  },
};
