/** Rules that distribute by themselves, whom they found gone, and the jobs that they made. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const distributionRules: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('distribution_rules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', 'text', (c) => c.notNull().unique())
      .addColumn('domain', 'text', (c) => c.notNull())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('mark', 'text')
      .addColumn('due_at', 'bigint', (c) => c.notNull())
      .addColumn('last_run_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('rule_leavers')
      .addColumn('token_id', 'text', (c) => c.primaryKey().references('tokens.id').onDelete('cascade'))
      .addColumn('rule_id', 'text', (c) =>
        c.notNull().references('distribution_rules.id').onDelete('cascade'),
      )
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('rule_leavers_rule')
      .on('rule_leavers')
      .columns(['rule_id', 'since'])
      .execute();
    await db.schema.alterTable('jobs').addColumn('rule_id', 'text').execute();
    await sql`create index jobs_rule on jobs (rule_id, created_at) where rule_id is not null`.execute(db);
  },
};
