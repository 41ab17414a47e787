/** Groups of directories: who is in those that rules and clients are about, clients that are for some of them only, and roles that they give. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const userGroups: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('user_groups')
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('user_groups_key', ['user_id', 'name'])
      .execute();
    await db.schema
      .alterTable('source_entries')
      .addColumn('in_groups', 'text', (c) => c.notNull().defaultTo('[]'))
      .execute();
    await db.schema.alterTable('source_entries').addColumn('mark', 'text').execute();
    await db.schema.alterTable('role_grants').addColumn('source_id', 'text').execute();
    for (const table of ['radius_clients', 'agents'])
      await db.schema
        .alterTable(table)
        .addColumn('only_groups', 'text', (c) => c.notNull().defaultTo('[]'))
        .execute();
  },
};
