/** Agents that speak another shape, from given networks, for realms; and when each was last there. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const agentsOfKinds: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const text = (name: string, value: string) =>
      db.schema
        .alterTable('agents')
        .addColumn(name, 'text', (column) => column.notNull().defaultTo(value))
        .execute();
    await text('kind', 'authentication-api');
    await text('networks', '[]');
    await text('realms', '[]');
    await text('rights', '[]');
    await db.schema.alterTable('agents').addColumn('last_seen_at', 'bigint').execute();
    await db.schema.alterTable('agents').addColumn('user_agent', 'text').execute();
  },
};
