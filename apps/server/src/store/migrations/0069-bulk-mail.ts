/** Mail of jobs to many waits behind the rest. What is queued at the time of the upgrade is sent in its order. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const bulkMail: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('mail')
      .addColumn('bulk', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createIndex('mail_order')
      .on('mail')
      .columns(['bulk', 'next_at', 'id'])
      .where(sql.ref('state'), '=', 'queued')
      .execute();
  },
};
