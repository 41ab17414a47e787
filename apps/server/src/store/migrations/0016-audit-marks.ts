/** Each row of the trail carries a mark that only the holder of the master key can make, and where the chain ends is kept beside it. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const auditMarks: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('audit').addColumn('mark', 'text').execute();
    await db.schema.alterTable('installation').addColumn('audit_head', 'text').execute();
  },
};
