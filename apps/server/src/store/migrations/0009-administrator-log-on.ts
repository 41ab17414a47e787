/** Administrators log on with more than a password: passkeys, and the token of the user they are. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const administratorLogOn: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('administrators')
      .addColumn('token_user_id', 'text', (c) => c.references('users.id'))
      .execute();
    await db.schema
      .createTable('passkeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('administrator_id', 'text', (c) =>
        c.notNull().references('administrators.id').onDelete('cascade'),
      )
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('counter', 'bigint', (c) => c.notNull())
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('last_used_at', 'bigint')
      .execute();
    await db.schema.createIndex('passkeys_administrator').on('passkeys').column('administrator_id').execute();
    await db.schema
      .createTable('answered_challenges')
      .addColumn('challenge_hash', 'text', (c) => c.primaryKey())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
  },
};
