/** A database with the schema of an earlier Sower, for tests of what migrating does to its rows. */
import { MIGRATIONS } from '@sower/server/store/db/migrate';
import type { DatabaseLocation } from '@sower/server/store/db/open';
import { sqliteDialect } from '@sower/server/store/db/sqlite/dialect';
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';

/** @param last name of the last migration it has */
// biome-ignore lint/suspicious/noExplicitAny: the tables of another day
export async function earlierSchema(location: DatabaseLocation, last: string): Promise<Kysely<any>> {
  // biome-ignore lint/suspicious/noExplicitAny: the tables of another day
  const db = new Kysely<any>({
    dialect:
      location.kind === 'sqlite'
        ? sqliteDialect(location.file)
        : new PostgresDialect({ pool: new pg.Pool({ connectionString: location.url }) }),
  });
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
  }).migrateTo(last);
  if (error) throw error;
  return db;
}
