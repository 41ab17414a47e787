/** Offers, requests for tokens, and what was decided about them. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const requests: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const key = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : 'text';
    await db.schema
      .createTable('offers')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('profile_id', 'text', (c) => c.notNull())
      .addColumn('icon', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('download_url', 'text', (c) => c.notNull())
      .addColumn('help_url', 'text', (c) => c.notNull())
      .addColumn('is_default', 'integer', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('steps', 'text', (c) => c.notNull())
      .addColumn('distribution', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('token_requests')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
      .addColumn('offer_id', 'text', (c) => c.notNull())
      .addColumn('offer_name', 'text', (c) => c.notNull())
      .addColumn('help_url', 'text', (c) => c.notNull())
      .addColumn('profile_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('nickname', 'text', (c) => c.notNull())
      .addColumn('steps', 'text', (c) => c.notNull())
      .addColumn('step', 'integer', (c) => c.notNull())
      .addColumn('distribution', 'integer', (c) => c.notNull())
      .addColumn('deferred_until', 'bigint')
      .addColumn('serial', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('token_requests_user')
      .on('token_requests')
      .columns(['user_id', 'id'])
      .execute();
    await db.schema
      .createIndex('token_requests_open')
      .on('token_requests')
      .column('id')
      .where(sql.ref('state'), 'in', ['pending', 'approved'])
      .execute();
    // Asking twice for the same thing is one request, held by the database itself.
    await db.schema
      .createIndex('token_requests_one_open')
      .on('token_requests')
      .columns(['user_id', 'offer_id'])
      .unique()
      .where(sql.ref('state'), 'in', ['pending', 'approved'])
      .execute();
    await db.schema
      .createTable('request_decisions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('request_id', 'text', (c) => c.notNull().references('token_requests.id').onDelete('cascade'))
      .addColumn('decision', 'text', (c) => c.notNull())
      .addColumn('step', 'integer')
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('comment', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('request_decisions_request')
      .on('request_decisions')
      .columns(['request_id', 'id'])
      .execute();
  },
};
