/** Which approval of a token was accepted last, so that each is good once. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const approvals: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('seeds')
      .addColumn('approved', 'bigint', (c) => c.notNull().defaultTo(-1))
      .execute();
  },
};
