/** What administrators have chosen for entries of a directory that are in conflict. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const sourceChoices: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('source_choices')
      .addColumn('source_id', 'text', (c) =>
        c.notNull().references('identity_sources.id').onDelete('cascade'),
      )
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('choice', 'text', (c) => c.notNull())
      .addColumn('user_row', 'text', (c) => c.references('users.id').onDelete('cascade'))
      .addColumn('suffix', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('chosen_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('source_choices_key', ['source_id', 'source_key'])
      .execute();
    await sql`create unique index source_choices_user on source_choices (user_row) where user_row is not null`.execute(
      db,
    );
  },
};
