/** Serial numbers of other makers, which are not 12 digits: few beside our own, and found where one looks for a part of a number. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const foreignSerials: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const foreign =
      db.getExecutor().adapter instanceof PostgresAdapter
        ? sql`serial !~ '^[0-9]{12}$'`
        : sql`length(serial) <> 12 or serial glob '*[^0-9]*'`;
    await sql`create index tokens_foreign on tokens (serial) where ${foreign}`.execute(db);
  },
};
