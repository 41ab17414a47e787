/** The window that a token opens for itself does not take the place of the one that an administrator opened. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const windowsApart: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema.alterTable('activation_windows').renameTo('activation_windows_0006').execute();
    await db.schema
      .createTable('activation_windows')
      .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('only_for', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('opened_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('used_for', 'text')
      .addPrimaryKeyConstraint('activation_windows_user', ['user_id', 'only_for'])
      .execute();
    await sql`insert into activation_windows (user_id, only_for, opened_at, opened_by, expires_at, used_for)
      select user_id, '', opened_at, opened_by, expires_at, used_for from activation_windows_0006`.execute(
      db,
    );
    await db.schema.dropTable('activation_windows_0006').execute();
  },
};
