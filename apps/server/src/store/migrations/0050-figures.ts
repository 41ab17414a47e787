/** Figures: what the audit trail and the tokens say, added up by hour and by day, and how far the trail has been read for it. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const figures: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const key = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : 'text';
    await db.schema
      .createTable('figures')
      .addColumn('kind', key, (c) => c.notNull())
      .addColumn('grain', key, (c) => c.notNull())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('name', key, (c) => c.notNull())
      .addColumn('outcome', key, (c) => c.notNull())
      .addColumn('count', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('figures_key', ['kind', 'grain', 'domain', 'at', 'name', 'outcome'])
      .execute();
    // Hours go after some weeks, days stay.
    await db.schema
      .createIndex('figures_hours')
      .on('figures')
      .column('at')
      .where(sql.ref('grain'), '=', sql.lit('hour'))
      .execute();
    await db.schema
      .createTable('figure_cursors')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
  },
};
