/** RADIUS clients that send a password too, and what was found of it while the passcode is awaited. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const radiusPasswords: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('radius_clients')
      .addColumn('password', 'text', (c) => c.notNull().defaultTo('none'))
      .execute();
    await db.schema
      .createTable('password_attempts')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('client', 'text', (c) => c.notNull())
      .addColumn('binding', 'text', (c) => c.notNull())
      .addColumn('user_key', 'text', (c) => c.notNull())
      .addColumn('user_row', 'text')
      .addColumn('found', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('password_attempts_expiry')
      .on('password_attempts')
      .column('expires_at')
      .execute();
  },
};
