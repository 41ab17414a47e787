/** The language and the certificate that an identity source has for a user, apart from those that are set here. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const mailOfTheSource: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    for (const [table, columns] of [
      ['user_mail', ['source_language', 'source_certificate']],
      ['source_entries', ['language', 'certificate']],
    ] as const)
      for (const column of columns) await db.schema.alterTable(table).addColumn(column, 'text').execute();
  },
};
