/**
 * What RADIUS clients report of sessions, outside of the audit trail and its chain. Reports of an earlier Sower stay in the trail, which is proven
 * as it is, and go with it.
 */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const radiusAccounting: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('radius_accounting')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('object', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .execute();
    await db.schema
      .createIndex('radius_accounting_object')
      .on('radius_accounting')
      .columns(['object', 'id'])
      .execute();
  },
};
