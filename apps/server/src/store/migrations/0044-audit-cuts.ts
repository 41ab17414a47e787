/** Where the beginning of the audit trail was cut off because it was old enough, each with a keyed hash. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const auditCuts: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('audit_cuts')
      .addColumn('seq', 'bigint', (c) => c.primaryKey())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('rows', 'bigint', (c) => c.notNull())
      .addColumn('first_at', 'bigint', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addColumn('cut_at', 'bigint', (c) => c.notNull())
      .addColumn('archive', 'text')
      .addColumn('sha256', 'text')
      .addColumn('mac', 'text', (c) => c.notNull())
      .execute();
  },
};
