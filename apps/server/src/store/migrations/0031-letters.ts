/** Postal addresses of those who get letters, as the file of a job has them. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const letters: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('job_rows').addColumn('address', 'text').execute();
  },
};
