/** Rows that say who may do what carry a mark that only the holder of the master key can make; see tables/marks.ts. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const rowMarks: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    for (const table of ['administrators', 'role_grants', 'roles', 'api_keys', 'passkeys', 'sessions'])
      await db.schema.alterTable(table).addColumn('mark', 'text').execute();
    // Under the mark of the administrator, so that a passkey that is taken away does not take the second factor away.
    await db.schema
      .alterTable('administrators')
      .addColumn('passkey_count', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await sql`
      update administrators set passkey_count =
        (select count(*) from passkeys where passkeys.administrator_id = administrators.id)`.execute(db);
  },
};
