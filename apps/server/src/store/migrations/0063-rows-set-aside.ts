/** Rows of the audit trail that a place refused by themselves, while it took others: how many, the last one, and when. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const rowsSetAside: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('audit_forwards')
      .addColumn('set_aside', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    for (const column of ['set_aside_link', 'set_aside_at'])
      await db.schema.alterTable('audit_forwards').addColumn(column, 'bigint').execute();
  },
};
