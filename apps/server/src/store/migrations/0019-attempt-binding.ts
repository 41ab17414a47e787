/**
 * An attempt belongs to the client's first request, not only to the client's name. Attempts that are open during the upgrade, five minutes
 * old at most, have no binding and cannot be answered; users start over.
 */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const attemptBinding: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('attempts')
      .addColumn('binding', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  },
};
