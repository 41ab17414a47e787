/** Who decides requests for whom, from when until when; and on whose behalf a decision was made. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const standIns: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('stand_ins')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('administrator_id', 'text', (c) =>
        c.notNull().references('administrators.id').onDelete('cascade'),
      )
      .addColumn('stand_in_id', 'text', (c) =>
        c.notNull().references('administrators.id').onDelete('cascade'),
      )
      .addColumn('from_at', 'bigint', (c) => c.notNull())
      .addColumn('until_at', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('mark', 'text')
      .execute();
    for (const column of ['administrator_id', 'stand_in_id'])
      await db.schema.createIndex(`stand_ins_${column}`).on('stand_ins').column(column).execute();
    for (const column of ['on_behalf_of', 'on_behalf_person'])
      await db.schema.alterTable('request_decisions').addColumn(column, 'text').execute();
  },
};
