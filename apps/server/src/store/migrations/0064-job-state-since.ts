/** Since when a job has been in its state: one that was paused a minute ago has not been forgotten, however old it is. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const jobStateSince: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('jobs').addColumn('state_since', 'bigint').execute();
  },
};
