/** Where the audit trail is forwarded to, and how far. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const auditForwards: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('audit_forwards')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('lease', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('failed_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .execute();
  },
};
