/** The timeline of PostgreSQL, which shows that another server was promoted, and whether the last one may have lost commits. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const timeline: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('installation').addColumn('timeline', 'integer').execute();
    await db.schema
      .alterTable('installation')
      .addColumn('commits_awaited', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('installation').addColumn('lossy_timeline', 'integer').execute();
  },
};
