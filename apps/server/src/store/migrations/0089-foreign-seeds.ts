/** Seeds that came from elsewhere: without a distribution, and with any of the three hash functions of HOTP and TOTP. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const foreignSeeds: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('seeds')
      .addColumn('hash', 'text', (c) => c.notNull().defaultTo('sha1'))
      .execute();
    if (db.getExecutor().adapter instanceof PostgresAdapter) {
      await sql`alter table seeds alter column distribution_id drop not null`.execute(db);
      return;
    }
    // SQLite drops no constraint: another column takes the name.
    await sql`alter table seeds rename column distribution_id to former_distribution_id`.execute(db);
    await sql`alter table seeds add column distribution_id text`.execute(db);
    await sql`update seeds set distribution_id = former_distribution_id`.execute(db);
    await sql`alter table seeds drop column former_distribution_id`.execute(db);
  },
};
