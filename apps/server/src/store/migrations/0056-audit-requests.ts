/** Which request an audit row belongs to. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const auditRequests: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('audit').addColumn('request', 'text').execute();
  },
};
