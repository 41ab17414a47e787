/** Old RADIUS servers that users are forwarded to until they have moved, and what their acceptances have taught. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const coexistence: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('coexistences')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', 'text', (c) => c.notNull().unique())
      .addColumn('servers', 'text', (c) => c.notNull())
      .addColumn('secret', 'text', (c) => c.notNull())
      .addColumn('timeout_seconds', 'integer', (c) => c.notNull())
      .addColumn('ends_on', 'text', (c) => c.notNull())
      .addColumn('domain', 'text', (c) => c.notNull())
      .addColumn('client_id', 'text', (c) => c.references('radius_clients.id').onDelete('cascade'))
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('coexistences_client').on('coexistences').column('client_id').execute();
    await db.schema
      .createTable('forwarded_challenges')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('coexistence_id', 'text', (c) =>
        c.notNull().references('coexistences.id').onDelete('cascade'),
      )
      .addColumn('server', 'text', (c) => c.notNull())
      .addColumn('binding', 'text', (c) => c.notNull())
      .addColumn('user_key', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('forwarded_challenges_coexistence')
      .on('forwarded_challenges')
      .column('coexistence_id')
      .execute();
    await db.schema
      .createTable('coexistence_users')
      .addColumn('user_key', 'text', (c) => c.primaryKey())
      .addColumn('user_name', 'text', (c) => c.notNull())
      .addColumn('lesson', 'text', (c) => c.notNull())
      .addColumn('serials', 'text', (c) => c.notNull())
      .addColumn('matches', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('coexistence_users_lesson')
      .on('coexistence_users')
      .columns(['lesson', 'user_key'])
      .execute();
  },
};
