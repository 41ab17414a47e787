/** Sessions say when and how somebody proved who they are, and where they are used. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const sessionProof: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    // A session of before has proved nothing: a proof is required when it needs one.
    await db.schema
      .alterTable('sessions')
      .addColumn('proved_at', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable('sessions')
      .addColumn('second_factor', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    for (const table of ['sessions', 'user_sessions']) {
      await db.schema.alterTable(table).addColumn('source', 'text').execute();
      await db.schema.alterTable(table).addColumn('user_agent', 'text').execute();
    }
  },
};
