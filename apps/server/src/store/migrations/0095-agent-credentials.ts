/** Credentials that agents share, with who has used each; and agents that registered themselves. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const agentCredentials: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('agent_credentials')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('access_id', 'text', (c) => c.notNull().unique())
      .addColumn('key_hash', 'text', (c) => c.notNull().unique())
      .addColumn('access_key', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('deprecated', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('agent_credential_uses')
      .addColumn('credential_id', 'text', (c) =>
        c.notNull().references('agent_credentials.id').onDelete('cascade'),
      )
      .addColumn('agent_id', 'text', (c) => c.notNull().references('agents.id').onDelete('cascade'))
      .addColumn('last_used_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('agent_credential_uses_key', ['credential_id', 'agent_id'])
      .execute();
    await db.schema
      .createIndex('agent_credential_uses_agent')
      .on('agent_credential_uses')
      .column('agent_id')
      .execute();
    await db.schema
      .alterTable('agents')
      .addColumn('registered_itself', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
  },
};
