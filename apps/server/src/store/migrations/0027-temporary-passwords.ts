/** A password that somebody else gave an administrator is temporary: the first log-on with it changes it. Those of before are not. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const temporaryPasswords: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('administrators')
      .addColumn('must_change_password', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('administrators').addColumn('password_given_at', 'bigint').execute();
    await db.schema
      .alterTable('sessions')
      .addColumn('by_password', 'integer', (c) => c.notNull().defaultTo(1))
      .execute();
  },
};
