/** The mail queue, the settings of mail, its templates, and what is known of a user for mail. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const mail: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('mail')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('once_key', 'text', (c) => c.unique())
      .addColumn('user_id', 'text')
      .addColumn('recipient', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('message', 'text')
      .addColumn('encrypted', 'integer', (c) => c.notNull())
      .addColumn('message_id', 'text', (c) => c.notNull().unique())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('lease', 'text')
      .addColumn('send_before', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('given_up_at', 'bigint', (c) => c.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('reason', 'text')
      .execute();
    // Few wait at any time, however many were sent.
    await db.schema
      .createIndex('mail_due')
      .on('mail')
      .columns(['next_at', 'id'])
      .where(sql.ref('state'), '=', 'queued')
      .execute();
    await db.schema.createIndex('mail_state').on('mail').columns(['state', 'id']).execute();
    await db.schema
      .createTable('mail_settings')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('password', 'text')
      .addColumn('signing', 'text')
      .addColumn('signing_certificate', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.insertInto('mail_settings').values({ id: 1, settings: '{}', version: 1 }).execute();
    await db.schema
      .createTable('mail_templates')
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('device_type', 'text', (c) => c.notNull())
      .addColumn('language', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('mail_templates_key', ['event', 'device_type', 'language'])
      .execute();
    await db.schema
      .createTable('user_mail')
      .addColumn('user_id', 'text', (c) => c.primaryKey().references('users.id').onDelete('cascade'))
      .addColumn('language', 'text')
      .addColumn('certificate', 'text')
      .execute();
  },
};
