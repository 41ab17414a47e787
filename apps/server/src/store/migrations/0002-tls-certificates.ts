/** TLS certificates that are kept in the database, and requests for them. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const tlsCertificates: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .createTable('tls_certificates')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('names', 'text', (c) => c.notNull())
      .addColumn('request', 'text')
      .addColumn('chain', 'text')
      .addColumn('private_key', 'text', (c) => c.notNull())
      .addColumn('public_key_hash', 'text', (c) => c.notNull())
      .addColumn('in_use', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .execute();
    // One in use, held by the database itself.
    await db.schema
      .createIndex('tls_certificates_one_in_use')
      .on('tls_certificates')
      .column('in_use')
      .unique()
      .where(sql.ref('in_use'), '=', 1)
      .execute();
  },
};
