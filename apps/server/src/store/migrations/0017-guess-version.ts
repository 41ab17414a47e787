/** The counts of wrong passcodes of a user get a version, so that what was decided on old counts is found out when it is committed. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const guessVersion: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('users')
      .addColumn('guess_version', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
