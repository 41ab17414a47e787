/** When the first of the certificates expires that the servers of an identity source present. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const certificatesOfSources: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('identity_sources').addColumn('certificate_until', 'bigint').execute();
  },
};
