/** When a run of an identity source last ended well, and why the last one did not. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const sourceTrouble: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const sources = db.schema.alterTable('identity_sources');
    await sources.addColumn('good_at', 'bigint').execute();
    await sources.addColumn('trouble', 'text').execute();
    await sources.addColumn('trouble_at', 'bigint').execute();
  },
};
