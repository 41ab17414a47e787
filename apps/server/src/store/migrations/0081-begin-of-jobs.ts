/** When a checked job begins, if not at once. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const beginOfJobs: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('jobs').addColumn('begin_at', 'bigint').execute();
  },
};
