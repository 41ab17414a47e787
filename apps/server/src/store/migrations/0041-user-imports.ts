/** Imports of users: what a row of the file says, where it stands there, and what becomes of the user. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const userImports: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const rows = db.schema.alterTable('job_rows');
    await rows.addColumn('line', 'integer').execute();
    for (const column of ['fields', 'action', 'changes']) await rows.addColumn(column, 'text').execute();
  },
};
