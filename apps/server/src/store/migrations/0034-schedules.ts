/** What the server does at set times, and when next. Rules have a time in common instead of one each. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const schedules: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('schedules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('about', 'text')
      .addColumn('cron', 'text', (c) => c.notNull())
      .addColumn('time_zone', 'text', (c) => c.notNull())
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('last_at', 'bigint')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema.alterTable('distribution_rules').dropColumn('due_at').execute();
  },
};
