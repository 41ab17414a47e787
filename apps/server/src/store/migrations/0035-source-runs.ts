/** Runs of identity sources: what was read, and what it makes of each user. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const sourceRuns: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('source_runs')
      .addColumn('job_id', 'text', (c) => c.primaryKey().references('jobs.id').onDelete('cascade'))
      .addColumn('source_id', 'text', (c) =>
        c.notNull().references('identity_sources.id').onDelete('cascade'),
      )
      .addColumn('mode', 'text', (c) => c.notNull())
      .addColumn('preview', 'integer', (c) => c.notNull())
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('after', 'text', (c) => c.notNull().defaultTo(''))
      .addColumn('restarts', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('read', 'bigint', (c) => c.notNull().defaultTo(0))
      .addColumn('counts', 'text', (c) => c.notNull().defaultTo('{}'))
      .addColumn('disables', 'bigint', (c) => c.notNull().defaultTo(0))
      .addColumn('stopped', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('watermark', 'text')
      .addColumn('source_version', 'integer', (c) => c.notNull())
      .addColumn('compared_at', 'bigint')
      .execute();
    await db.schema
      .createIndex('source_runs_source')
      .on('source_runs')
      .columns(['source_id', 'job_id'])
      .execute();
    await db.schema
      .createTable('source_entries')
      .addColumn('job_id', 'text', (c) => c.notNull().references('jobs.id').onDelete('cascade'))
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('source_key', 'text')
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('user_id_key', 'text', (c) => c.notNull())
      .addColumn('first_name', 'text', (c) => c.notNull())
      .addColumn('last_name', 'text', (c) => c.notNull())
      .addColumn('email', 'text', (c) => c.notNull())
      .addColumn('telephone', 'text', (c) => c.notNull())
      .addColumn('log_on_names', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('text', 'text')
      .addColumn('action', 'text')
      .addColumn('changes', 'text')
      .addColumn('claim', 'text')
      .addColumn('rank', 'integer')
      .addColumn('target', 'text')
      .addColumn('target_version', 'integer')
      .addColumn('disables', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('result', 'text')
      .addPrimaryKeyConstraint('source_entries_key', ['job_id', 'position'])
      .execute();
    await sql`create unique index source_entries_source_key on source_entries (job_id, source_key)
      where source_key is not null`.execute(db);
    await sql`create index source_entries_claim on source_entries (job_id, claim) where claim is not null`.execute(
      db,
    );
    await sql`create index source_entries_target on source_entries (job_id, target) where target is not null`.execute(
      db,
    );
    await db.schema
      .createIndex('source_entries_action')
      .on('source_entries')
      .columns(['job_id', 'action', 'position'])
      .execute();
    await sql`create index source_entries_due on source_entries (job_id, rank, position)
      where rank is not null and result is null`.execute(db);
  },
};
