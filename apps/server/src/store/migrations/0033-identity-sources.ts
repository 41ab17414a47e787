/** Directories that users come from; what a user has of them; other names that users log on with. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const identitySources: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('identity_sources')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('domain', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('password', 'text')
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('mark', 'text')
      .addColumn('due_at', 'bigint')
      .addColumn('full_at', 'bigint')
      .addColumn('watermark', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    const users = db.schema.alterTable('users');
    await users.addColumn('source_id', 'text', (c) => c.references('identity_sources.id')).execute();
    await users.addColumn('source_key', 'text').execute();
    await users.addColumn('source_name', 'text').execute();
    await users.addColumn('source_state', 'text').execute();
    await users.addColumn('source_since', 'bigint').execute();
    await users.addColumn('disabled_by_source', 'integer', (c) => c.notNull().defaultTo(0)).execute();
    await users.addColumn('telephone', 'text', (c) => c.notNull().defaultTo('')).execute();
    await sql`create unique index users_source on users (source_id, source_key) where source_id is not null`.execute(
      db,
    );
    const administrators = db.schema.alterTable('administrators');
    await administrators.addColumn('source_id', 'text', (c) => c.references('identity_sources.id')).execute();
    await administrators.addColumn('source_key', 'text').execute();
    await db.schema
      .createTable('user_names')
      .addColumn('name_key', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addPrimaryKeyConstraint('user_names_key', ['name_key', 'user_id'])
      .execute();
    await db.schema.createIndex('user_names_user').on('user_names').column('user_id').execute();
  },
};
