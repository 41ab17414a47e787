/** The reason of a row of the trail, of a distribution and of its events as a key and values; rows of before keep their words alone. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const reasonTexts: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    for (const table of ['audit', 'distributions', 'distribution_events']) {
      await db.schema.alterTable(table).addColumn('text', 'text').execute();
    }
  },
};
