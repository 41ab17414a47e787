/** Which names identify a user to a RADIUS client that lets in the name it sent. Clients and names that were there before: the user ID alone. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const namesHandedOn: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('radius_clients')
      .addColumn('other_names', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    for (const column of ['protected', 'since'])
      await db.schema
        .alterTable('user_names')
        .addColumn(column, 'bigint', (c) => c.notNull().defaultTo(0))
        .execute();
    await db.schema
      .alterTable('source_entries')
      .addColumn('protected_names', 'text', (c) => c.notNull().defaultTo('[]'))
      .execute();
  },
};
