/** Certificates by ACME: the one row of settings and state, what an authority is shown meanwhile, and where a stored certificate comes from. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const acme: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('acme')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('by_dns', 'integer', (c) => c.notNull())
      .addColumn('binding_key', 'text')
      .addColumn('account_key', 'text')
      .addColumn('wanted', 'integer', (c) => c.notNull())
      .addColumn('certificate_id', 'text')
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('renew_at', 'bigint')
      .addColumn('lease', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('failed_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db
      .insertInto('acme')
      .values({
        id: 1,
        settings: '{}',
        enabled: 0,
        by_dns: 0,
        wanted: 0,
        next_at: 0,
        failures: 0,
        version: 1,
      })
      .execute();
    await db.schema
      .createTable('acme_challenges')
      .addColumn('token', 'text', (c) => c.primaryKey())
      .addColumn('answer', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.alterTable('tls_certificates').addColumn('directory', 'text').execute();
    await db.schema.alterTable('tls_certificates').addColumn('revoked_at', 'bigint').execute();
  },
};
