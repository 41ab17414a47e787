/** The security domain that a rule of its identity source puts an entry in. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const sourcePlacement: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('source_entries').addColumn('domain', 'text').execute();
  },
};
