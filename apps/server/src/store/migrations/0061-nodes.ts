/** The processes that serve, as each of them says of itself. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const nodes: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('nodes')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('process', 'integer', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('ahead', 'bigint', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .execute();
  },
};
