/** What each process knows of wrong activation codes, for the others: a row for each process that runs. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const guessReports: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('guess_reports')
      .addColumn('node', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('missing', 'text', (column) => column.notNull())
      .execute();
  },
};
