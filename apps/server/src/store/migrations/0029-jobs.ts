/** Jobs and what they do row by row; a distribution knows the job that made it. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const jobs: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('jobs')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('about', 'text')
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('mark', 'text')
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('phase', 'text', (c) => c.notNull())
      .addColumn('total', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('position', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('done', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('left_out', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('failed', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('busy', 'bigint', (c) => c.notNull().defaultTo(0))
      .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('lease', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('codes', 'text', (c) => c.notNull().defaultTo('none'))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    // What a node looks for every second is few among many.
    await sql`create index jobs_open on jobs (id) where state in ('queued', 'running')`.execute(db);
    await db.schema
      .createTable('job_rows')
      .addColumn('job_id', 'text', (c) => c.notNull().references('jobs.id').onDelete('cascade'))
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('device_id', 'text')
      .addColumn('nickname', 'text')
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('text', 'text')
      .addColumn('target', 'text')
      .addColumn('user_id', 'text')
      .addColumn('token_id', 'text')
      .addColumn('serial', 'text')
      .addColumn('origin', 'text')
      .addColumn('domain_before', 'text')
      .addColumn('latest_before', 'text')
      .addColumn('distribution_id', 'text')
      .addColumn('sealed', 'text')
      .addPrimaryKeyConstraint('job_rows_pkey', ['job_id', 'position'])
      .execute();
    // Who is in the file twice.
    await db.schema
      .createIndex('job_rows_key')
      .on('job_rows')
      .columns(['job_id', 'key', 'position'])
      .execute();
    await sql`create index job_rows_reason on job_rows (job_id, state, text) where text is not null`.execute(
      db,
    );
    await db.schema.alterTable('distributions').addColumn('job_id', 'text').execute();
    // How many of a job's distributions are in each state is counted along the index alone.
    await sql`create index distributions_job on distributions (job_id, state, expires_at) where job_id is not null`.execute(
      db,
    );
  },
};
