/** Tokens that wait to take the place of others; what was distributed to a user, for the trail of that user. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const tokenReplacement: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('replacements')
      .addColumn('token_id', 'text', (c) => c.primaryKey().references('tokens.id').onDelete('cascade'))
      .addColumn('replaced_id', 'text', (c) =>
        c.notNull().unique().references('tokens.id').onDelete('cascade'),
      )
      .addColumn('afterwards', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('distributions_user').on('distributions').column('user_id').execute();
  },
};
